"""The State's yearly ceiling follows the FTE filled: one definition, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants import enums
from grants.money import money
from grants.periods import Period
from grants.rules.basis.facts.pay import PayItem
from grants.rules.claims.posts import posts_of
from grants.rules.ledger.charges import ledger_of
from tests.factories.checks.checked import a_post_grant, found, post_case, the
from tests.factories.ledger import ledger as make

LONG_AGO = date(2020, 1, 1)
START, END = date(2023, 12, 15), date(2024, 12, 15)
YEAR = Period(START, END)
QUARTER = Period(START, date(2024, 3, 15))


def costly(period: Period = YEAR, person_id: int = 1) -> list[PayItem]:
    """Ten times a payslip, so that the ceiling decides."""
    items = make.payslips(period, person_id=person_id)
    return [replace(item, amount=item.amount * 10) for item in items]


def ceiling_of(case: Any) -> Decimal:
    """Due of a claim whose cost is far above any ceiling."""
    grant = case.claim.grant
    assert grant.limited_by is enums.LimitedBy.CEILING
    due: Decimal = grant.due.value
    return due


def test_a_holder_at_half_time_fills_half_of_the_post() -> None:
    """40 000 € × 0,5"""
    case = post_case(pay=costly(), employments=[make.an_employment(LONG_AGO, fte=Decimal("0.5"))])

    assert ceiling_of(case) == money("20000")


def test_a_post_of_several_fte_with_one_holder_fills_one() -> None:
    """40 000 € × 1, not × 5,2"""
    convention = a_post_grant(fte="5.2")

    case = post_case(
        convention,
        pay=costly(),
        posts=[make.a_post(fte=Decimal("5.2"))],
        fundings=[make.a_funding(convention, fte=Decimal("5.2"))],
    )

    assert ceiling_of(case) == money("40000")


def two_posts_for_half_a_year(**terms: Any) -> Any:
    convention = a_post_grant(**terms)
    half = date(2024, 6, 16)  # 15 December to 15 June: 184 days of 366
    return post_case(
        convention,
        persons=[make.a_person(1), make.a_person(2)],
        posts=[make.a_post(1), make.a_post(2)],
        fundings=[make.a_funding(convention), make.a_funding(convention, post_id=2)],
        employments=[make.an_employment(LONG_AGO, person_id=number) for number in (1, 2)],
        holdings=[
            make.a_holding(LONG_AGO, half, person_id=number, post_id=number) for number in (1, 2)
        ],
        pay=[
            *costly(Period(START, half)),
            *costly(Period(START, half), person_id=2),
        ],
    )


def test_two_posts_for_half_a_year_fill_one_fte_for_half_a_year() -> None:
    """40 000 € × 184 ÷ 366"""
    assert ceiling_of(two_posts_for_half_a_year()) == money("20109.29")


def test_fte_that_lack_together_are_one_vacancy() -> None:
    case = two_posts_for_half_a_year()

    vacancies = [one for one in found(case) if one.code == "post_vacant"]

    assert len(vacancies) == 1
    assert "P1" in vacancies[0].message
    assert "P2" in vacancies[0].message
    # 40 000 € × 182 ÷ 366
    assert vacancies[0].amount == money("19890.71")


def test_a_second_post_that_the_convention_does_not_pay_in_full_is_not_vacant() -> None:
    convention = a_post_grant()

    case = post_case(
        convention,
        posts=[make.a_post(1), make.a_post(2)],
        fundings=[make.a_funding(convention), make.a_funding(convention, post_id=2)],
    )

    assert not [one for one in found(case) if one.code == "post_vacant"]


def test_a_half_filled_post_lacks_half_an_fte() -> None:
    case = post_case(employments=[make.an_employment(LONG_AGO, fte=Decimal("0.5"))])

    finding = the(case, "post_vacant")

    assert "0,5 ETP" in finding.message
    assert finding.amount == money("20000")


def test_a_scheme_may_count_the_post_as_whole_whatever_the_contract() -> None:
    convention = a_post_grant(filled_counts=enums.FilledCounts.WHOLE_POST)

    case = post_case(
        convention,
        pay=costly(),
        employments=[make.an_employment(LONG_AGO, fte=Decimal("0.5"))],
    )

    assert ceiling_of(case) == money("40000")


@pytest.mark.parametrize(
    ("proration", "due"),
    [
        # 91 days of 366
        (enums.CeilingProration.DAYS_FILLED, "9945.36"),
        # three whole months from the 15th to the 14th
        (enums.CeilingProration.TWELFTHS_FILLED, "10000.00"),
        (enums.CeilingProration.NONE, "40000.00"),
    ],
)
def test_a_part_of_the_year_shrinks_the_ceiling_as_the_convention_says(
    proration: enums.CeilingProration, due: str
) -> None:
    convention = a_post_grant(ceiling_proration=proration)

    case = post_case(
        convention,
        pay=costly(),
        period=QUARTER,
        kind=enums.ClaimKind.INTERIM,
    )

    assert ceiling_of(case) == money(due)


@given(
    quotas=st.lists(st.sampled_from(["0.2", "0.5", "0.8", "1"]), min_size=1, max_size=3),
    agreed=st.sampled_from(["0.5", "1", "2"]),
    starts=st.lists(st.dates(date(2023, 11, 1), date(2024, 12, 1)), min_size=3, max_size=3),
)
def test_fte_filled_never_pass_what_posts_or_convention_hold(
    quotas: list[str], agreed: str, starts: list[date]
) -> None:
    convention = a_post_grant(fte=agreed)
    numbers = range(1, len(quotas) + 1)
    ledger = ledger_of(
        make.ledger_facts(
            [convention],
            persons=[make.a_person(number) for number in numbers],
            posts=[make.a_post(1), make.a_post(2)],
            fundings=[make.a_funding(convention), make.a_funding(convention, post_id=2)],
            employments=[
                make.an_employment(LONG_AGO, person_id=number, fte=Decimal(quota))
                for number, quota in zip(numbers, quotas, strict=True)
            ],
            holdings=[
                make.a_holding(start, person_id=number, post_id=1 + number % 2)
                for number, start in zip(numbers, starts, strict=False)
            ],
        )
    )

    stretches = posts_of(convention, ledger).stretches(convention.period)

    assert sum(one.period.days for one in stretches) == convention.period.days
    assert all(0 <= one.filled <= one.agreed <= Decimal(agreed) for one in stretches)
    assert all(one.vacant_posts for one in stretches if one.missing)
