"""The convention: signatures, period, amendments, terms, report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grants import enums
from grants.money import money
from grants.periods import Period
from grants.rules.basis.facts.conventions import Amendment, Payment
from grants.rules.checks.context import Checked
from grants.rules.checks.conventions import check_period
from tests.factories.checks.checked import (
    YEAR,
    a_post_grant,
    an_operation,
    has,
    operation_case,
    post_case,
    the,
)
from tests.factories.ledger import ledger as make


def changed(**changes: Any) -> Checked:
    return post_case(replace(a_post_grant(), **changes))


def test_a_convention_without_signature_owes_nothing() -> None:
    finding = the(changed(signed_on=None), "convention_unsigned")

    assert finding.severity is enums.Severity.BLOCKING
    # all of it: 50 400 € × 70 %
    assert finding.amount == 35280
    assert finding.rows[0].sheet == "conventions"


@pytest.mark.parametrize(
    ("day", "is_late"), [(date(2024, 12, 14), False), (date(2024, 12, 15), True)]
)
def test_a_signature_after_the_last_day_is_a_warning(day: date, is_late: bool) -> None:
    case = changed(signed_on=day)

    assert has(case, "convention_signed_late") is is_late
    if is_late:
        finding = the(case, "convention_signed_late")
        assert finding.severity is enums.Severity.WARNING
        assert "1 jour après son dernier jour (14/12/2024)" in finding.message


def test_days_of_a_claim_outside_the_convention_are_refused() -> None:
    case = post_case()
    longer = replace(case.claim, period=Period(date(2023, 12, 15), date(2024, 12, 18)))

    findings = check_period(replace(case, claim=longer))

    assert [finding.code for finding in findings] == ["period_outside"]
    assert "3 jours hors convention" in findings[0].message


def test_hours_on_the_operation_after_its_end_do_not_count_and_are_told() -> None:
    start, end = YEAR.start, date(2024, 12, 16)
    flat = enums.FlatRateProfile.STAFF_15
    operation = make.a_convention("fse_plus", start, end, flat_rate_profile=flat)
    inside = make.workdays(Period(start, end), {1: "7"})

    case = operation_case(operation)
    in_time = operation_case(operation, time=inside)

    # 11 working days of December × 5 h
    assert "55\u00a0h déclarées" in the(case, "hours_outside_convention").message
    assert not has(in_time, "hours_outside_convention")


def amendment(signed_on: date | None, field: str = "taux", value: str = "80 %") -> Amendment:
    return Amendment(
        number="1",
        field=field,
        value=value,
        effective_on=date(2024, 6, 1),
        signed_on=signed_on,
        row=3,
    )


def test_an_unsigned_amendment_has_no_effect_and_says_what_it_would_change() -> None:
    finding = the(changed(amendments=(amendment(None),)), "amendment_unsigned")

    assert finding.severity is enums.Severity.WARNING
    assert "il n'a aucun effet" in finding.message
    # 10 % of 50 400 €
    assert finding.amount == 5040
    assert finding.rows[0].sheet == "avenants"


def test_a_signed_amendment_is_in_order() -> None:
    case = changed(amendments=(amendment(date(2024, 5, 1)),))

    assert not has(case, "amendment_unsigned")


def test_an_unsigned_amendment_of_another_term_puts_no_figure_on_it() -> None:
    case = changed(amendments=(amendment(None, "fin", "31/12/2024"),))

    assert the(case, "amendment_unsigned").amount == 0


@pytest.mark.parametrize(("most", "is_fault"), [("0.70", False), ("0.69", True)])
def test_the_rate_stays_within_the_scheme(most: str, is_fault: bool) -> None:
    case = post_case(a_post_grant(max_rate=Decimal(most)))

    assert has(case, "rate_above_maximum") is is_fault
    if is_fault:
        finding = the(case, "rate_above_maximum")
        assert finding.severity is enums.Severity.BLOCKING
        assert "70\u202f%, maximum du dispositif 69\u202f%" in finding.message
        # 1 % of 50 400 €
        assert finding.amount == 504


def rate_from(day: date) -> Checked:
    convention = a_post_grant()
    later = make.terms_of("state", day, rate="0.60", ceiling_per_fte=money("40000"))
    return post_case(replace(convention, terms=(*convention.terms, later)))


def test_terms_that_change_inside_the_period_apply_to_all_of_it_and_are_told() -> None:
    finding = the(rate_from(date(2024, 6, 15)), "terms_changed")

    assert finding.severity is enums.Severity.WARNING
    assert "« Taux d'intervention », de 70\u202f% à 60\u202f%" in finding.message
    # 10 % of the days before: half of December, five months, half of June
    assert finding.amount == Decimal("2526.32")


@pytest.mark.parametrize("day", [date(2023, 12, 15), date(2024, 12, 15)])
def test_terms_that_change_at_the_bounds_are_in_order(day: date) -> None:
    assert not has(rate_from(day), "terms_changed")


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        (date(2025, 4, 14), ""),
        (date(2025, 4, 15), "report_due_soon"),  # sixty days before 14 June
        (date(2025, 6, 14), "report_due_soon"),
        (date(2025, 6, 15), "report_late"),
    ],
)
def test_the_report_is_asked_for_before_its_day_and_after_it(as_of: date, code: str) -> None:
    case = post_case(as_of=as_of)

    assert [c for c in ("report_due_soon", "report_late") if has(case, c)] == (
        [code] if code else []
    )


def test_the_day_that_the_convention_prints_comes_first() -> None:
    convention = replace(a_post_grant(), report_due_on=date(2025, 3, 31))

    assert "31/03/2025" in the(post_case(convention, as_of=date(2025, 4, 1)), "report_late").message


def test_a_convention_whose_balance_is_paid_owes_no_report() -> None:
    balance = Payment(
        convention_id=1,
        paid_on=date(2025, 5, 1),
        kind=enums.PaymentKind.BALANCE,
        amount=money("35280"),
        piece="V1",
        row=2,
    )

    assert not has(post_case(as_of=date(2026, 1, 1), payments=[balance]), "report_late")


def test_a_running_convention_owes_no_report() -> None:
    case = operation_case(an_operation(), as_of=date(2024, 12, 31), kind=enums.ClaimKind.INTERIM)

    assert not has(case, "report_late")
    assert not has(case, "report_due_soon")
