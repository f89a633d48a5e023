"""Posts: vacancies, secondments, replacements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grants import enums
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import a_post_grant, has, post_case, the
from tests.factories.ledger import ledger as make

LONG_AGO = date(2020, 1, 1)
START = date(2023, 12, 15)


def held_from(day: date, **terms: Any) -> Checked:
    return post_case(a_post_grant(**terms), holdings=[make.a_holding(day)])


def test_a_post_held_from_the_first_day_is_not_vacant() -> None:
    assert not has(held_from(START), "post_vacant")


def test_a_single_empty_day_is_found_with_the_ceiling_that_it_takes_away() -> None:
    finding = the(held_from(date(2023, 12, 16)), "post_vacant")

    assert finding.severity is enums.Severity.WARNING
    assert finding.where.post == "P1"
    assert "vacant 1 jour, du 15/12/2023 au 15/12/2023" in finding.message
    # 40 000 € ÷ 366
    assert finding.amount == Decimal("109.29")


def test_a_vacancy_costs_nothing_where_the_ceiling_does_not_shrink() -> None:
    case = held_from(date(2024, 2, 1), ceiling_proration=enums.CeilingProration.NONE)

    assert the(case, "post_vacant").amount == 0


def test_by_twelfths_only_wholly_empty_months_count() -> None:
    case = held_from(date(2024, 2, 1), ceiling_proration=enums.CeilingProration.TWELFTHS_FILLED)

    # 15 December to 14 January is empty, the next month is not: 40 000 € ÷ 12
    assert the(case, "post_vacant").amount == Decimal("3333.33")


def test_a_gap_between_two_holders_and_the_end_are_one_finding() -> None:
    holdings = [
        make.a_holding(LONG_AGO, date(2024, 3, 1)),
        make.a_holding(date(2024, 3, 11), date(2024, 12, 1)),
    ]

    finding = the(post_case(holdings=holdings), "post_vacant")

    assert "24 jours" in finding.message
    assert "du 01/03/2024 au 10/03/2024, du 01/12/2024 au 14/12/2024" in finding.message


def test_days_to_come_are_not_vacant_yet() -> None:
    holdings = [make.a_holding(LONG_AGO, date(2024, 6, 1))]

    case = post_case(holdings=holdings, as_of=date(2024, 6, 1), kind=enums.ClaimKind.INTERIM)

    assert not has(case, "post_vacant")


def test_a_post_that_nobody_ever_held_is_vacant() -> None:
    convention = a_post_grant(fte="2")
    fundings = [make.a_funding(convention), make.a_funding(convention, post_id=2)]

    case = post_case(convention, posts=[make.a_post(1), make.a_post(2)], fundings=fundings)

    assert the(case, "post_vacant").where.post == "P2"


def seconded(agreement_on: date | None) -> Checked:
    return post_case(
        holdings=[make.a_holding(START, is_secondment=True, agreement_on=agreement_on)]
    )


def test_a_secondment_with_an_agreement_of_the_first_day_is_in_order() -> None:
    case = seconded(START)

    assert not has(case, "secondment_without_agreement")
    assert not has(case, "secondment_agreement_late")


def test_a_secondment_without_nominative_agreement_is_refused() -> None:
    finding = the(seconded(None), "secondment_without_agreement")

    assert finding.severity is enums.Severity.BLOCKING
    # 50 400 € × 70 %
    assert finding.amount == 35280
    assert finding.rows[0].sheet == "affectations"


def test_an_agreement_dated_after_the_start_does_not_cover_the_months_before() -> None:
    finding = the(seconded(date(2024, 1, 10)), "secondment_agreement_late")

    assert "26 jours après le début" in finding.message
    # (4 200 € × 17 ÷ 31 + 4 200 €) × 70 %
    assert finding.amount == Decimal("4552.26")


def ill(*spells: tuple[date, date], replaced: bool = False) -> Checked:
    replacement = make.a_holding(date(2024, 3, 1), date(2024, 6, 1), person_id=2, replaces_id=1)
    return post_case(
        persons=[make.a_person(1), make.a_person(2)],
        holdings=[make.a_holding(LONG_AGO), *([replacement] if replaced else [])],
        absences=[make.an_absence(a, b, enums.AbsenceKind.SICKNESS) for a, b in spells],
    )


@pytest.mark.parametrize(
    ("last", "is_fault"), [(date(2024, 3, 31), False), (date(2024, 4, 1), True)]
)
def test_more_than_thirty_days_of_illness_call_for_a_replacement(
    last: date, is_fault: bool
) -> None:
    case = ill((date(2024, 3, 1), last))

    assert has(case, "replacement_missing") is is_fault


def test_renewed_leaves_are_one_spell() -> None:
    spells = ((date(2024, 3, 1), date(2024, 3, 20)), (date(2024, 3, 20), date(2024, 4, 10)))

    finding = the(ill(*spells), "replacement_missing")

    assert finding.severity is enums.Severity.WARNING
    assert "maladie de 40 jours, du 01/03/2024 au 09/04/2024" in finding.message


def test_a_holder_who_is_replaced_is_in_order() -> None:
    assert not has(ill((date(2024, 3, 1), date(2024, 6, 1)), replaced=True), "replacement_missing")
