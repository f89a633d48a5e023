"""Minimum share of time, hours against leave, day, contract and year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from grants import enums
from grants.periods import Period
from tests.factories.checks.checked import YEAR, an_operation, has, operation_case, the
from tests.factories.ledger import ledger as make

MONDAY = date(2024, 3, 4)
TUESDAY = date(2024, 3, 5)
HALF_YEAR = Period(date(2024, 1, 1), date(2024, 7, 1))


def share_of(hours: str, rest: str, **changes: object) -> object:
    return operation_case(
        an_operation(min_time_share=Decimal("0.40")),
        time=make.workdays(YEAR, {1: hours, None: rest}),
        **changes,
    )


def test_exactly_the_minimum_share_of_time_passes() -> None:
    assert not has(share_of("2.8", "4.2"), "time_share_low")


def test_a_minute_a_day_under_the_minimum_puts_the_person_out_of_the_final_claim() -> None:
    finding = the(share_of("2.75", "4.25"), "time_share_low")

    assert finding.severity is enums.Severity.BLOCKING
    assert "39,29\u202f% du temps" in finding.message
    assert "40\u202f% attendus" in finding.message
    assert "il manque" in finding.message
    assert "écartées" in finding.message
    assert finding.amount > 0


def test_an_interim_claim_warns_with_the_hours_still_to_find() -> None:
    finding = the(
        share_of("2.75", "4.25", kind=enums.ClaimKind.INTERIM, period=HALF_YEAR), "time_share_low"
    )

    assert finding.severity is enums.Severity.WARNING
    assert "D'ici la fin, à ce rythme, il faut encore" in finding.message


def test_an_interim_claim_says_when_the_minimum_is_out_of_reach() -> None:
    nearly_over = Period(date(2024, 1, 1), date(2024, 12, 1))

    finding = the(
        share_of("1", "6", kind=enums.ClaimKind.INTERIM, period=nearly_over), "time_share_low"
    )

    assert "n'est plus atteignable" in finding.message


def a_day(day: date, hours: str, **changes: object) -> object:
    return operation_case(
        time=[
            *make.workdays(Period(date(2024, 1, 1), MONDAY), {1: "7"}),
            make.worked(day, hours, 1),
        ],
        **changes,
    )


def test_hours_on_a_day_of_leave_are_refused_with_the_day_and_its_row() -> None:
    leave = [make.an_absence(MONDAY, TUESDAY)]

    finding = the(a_day(MONDAY, "7", absences=leave), "hours_during_leave")

    assert finding.severity is enums.Severity.BLOCKING
    assert "04/03/2024 (7\u00a0h), congés payés" in finding.message
    assert finding.rows[0].sheet == "feuilles_temps"
    # the month holds 3 days of 7 h before the 4th and this one: a quarter of 4 200 € × 1,15 × 50 %
    assert finding.amount == Decimal("1207.50")


def test_hours_on_the_day_after_the_leave_are_fine() -> None:
    leave = [make.an_absence(MONDAY, TUESDAY)]

    assert not has(a_day(TUESDAY, "7", absences=leave), "hours_during_leave")


@pytest.mark.parametrize(("hours", "is_fault"), [("3.5", False), ("3.55", True)])
def test_part_of_a_day_away_leaves_the_rest_of_the_contract_day(hours: str, is_fault: bool) -> None:
    away = [make.an_absence(MONDAY, TUESDAY, enums.AbsenceKind.RTT, minutes=210)]

    assert has(a_day(MONDAY, hours, absences=away), "hours_during_leave") is is_fault


@pytest.mark.parametrize(("hours", "is_fault"), [("24", False), ("24.25", True)])
def test_nobody_works_more_than_24_hours_in_a_day(hours: str, is_fault: bool) -> None:
    assert has(a_day(MONDAY, hours), "day_over_24h") is is_fault


@pytest.mark.parametrize(("hours", "is_fault"), [("10", False), ("10.25", True), ("25", False)])
def test_more_than_ten_hours_a_day_is_a_warning_that_quotes_the_code(
    hours: str, is_fault: bool
) -> None:
    case = a_day(MONDAY, hours)

    assert has(case, "day_over_maximum") is is_fault
    if is_fault:
        finding = the(case, "day_over_maximum")
        assert finding.severity is enums.Severity.WARNING
        assert finding.source is not None
        assert "L3121-18" in finding.source.text


def test_months_over_the_contract_are_one_warning_with_their_excess() -> None:
    extra = [make.worked(MONDAY, "0.5", 1), make.worked(date(2024, 4, 2), "1", None)]

    finding = the(
        operation_case(time=[*make.workdays(YEAR, {1: "7"}), *extra]), "hours_over_contract"
    )

    assert finding.severity is enums.Severity.WARNING
    # March 2024 has 21 working days, April 21: 147 h each
    assert "03/2024 (147,50\u00a0h pour 147\u00a0h)" in finding.message
    assert "1,50\u00a0h de trop" in finding.message


def test_exactly_the_contract_hours_are_fine() -> None:
    assert not has(operation_case(time=make.workdays(YEAR, {1: "7"})), "hours_over_contract")


def hourly(weekly: str, fte: str = "1") -> object:
    operation = an_operation(valuation=enums.Valuation.HOURLY_1720)
    period = Period(date(2023, 1, 1), YEAR.end)
    contract = make.an_employment(date(2020, 1, 1), fte=Decimal(fte))
    return operation_case(
        operation,
        employments=[contract],
        pay=make.payslips(period),
        time=[make.worked(day, weekly, 1) for day in YEAR.iter_days() if day.weekday() == 0],
    )


def test_1720_hours_a_year_at_the_annual_rate_pass() -> None:
    # 53 Mondays in 2024: 53 × 8 = 424 h, over 430 h for a quarter of full time
    assert not has(hourly("8", "0.25"), "hours_over_cap")


def test_hours_over_1720_times_the_fte_are_refused() -> None:
    finding = the(hourly("8.25", "0.25"), "hours_over_cap")

    assert finding.severity is enums.Severity.BLOCKING
    assert "437,25\u00a0h déclarées au taux horaire, 430\u00a0h au plus" in finding.message
    assert finding.source is not None
    assert finding.source.value == "1\u202f720\u00a0h"
