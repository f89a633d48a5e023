"""Mission letters and time sheets: there, signed, in time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from grants import enums
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import (
    YEAR,
    an_operation,
    codes,
    has,
    operation_case,
    the,
    without,
)
from tests.factories.ledger import ledger as make

FIRST = date(2024, 1, 1)
MARCH = date(2024, 3, 1)


def with_letter(nature: enums.LetterNature, **changes: Any) -> Checked:
    operation = an_operation()
    return operation_case(operation, letters=[make.a_letter(operation, nature=nature, **changes)])


def full_time(**changes: Any) -> Checked:
    return with_letter(enums.LetterNature.FULL_TIME, **changes)


def with_sheet(month: date = MARCH, **changes: Any) -> Checked:
    others = without(make.signatures(YEAR), month)
    return operation_case(signed=[*others, make.a_signature(month, **changes)])


def test_a_letter_that_fixes_the_whole_time_needs_no_time_sheet() -> None:
    operation = an_operation()
    letter = make.a_letter(operation, nature=enums.LetterNature.FULL_TIME)

    assert codes(operation_case(operation, letters=[letter], time=(), signed=())) == []


def test_hours_without_letter_and_without_sheet_are_refused() -> None:
    finding = the(operation_case(letters=(), signed=()), "letter_missing")

    assert finding.severity is enums.Severity.BLOCKING
    assert "produisez l'une ou l'autre" in finding.message


def test_signed_sheets_stand_for_a_missing_letter() -> None:
    finding = the(operation_case(letters=()), "letter_missing")

    assert finding.severity is enums.Severity.WARNING
    assert finding.amount == 0


@pytest.mark.parametrize("who", ["signed_by_person_on", "signed_by_manager_on"])
def test_a_letter_that_one_of_the_two_has_not_signed_proves_nothing(who: str) -> None:
    finding = the(full_time(**{who: None}), "letter_unsigned")

    # 12 × 4 200 € × 1,15 × 50 %
    assert (finding.severity, finding.amount) == (enums.Severity.BLOCKING, 28980)
    assert finding.rows[0].sheet == "lettres_mission"


def test_a_fault_of_a_variable_letter_only_warns_since_sheets_prove_the_time() -> None:
    finding = the(
        with_letter(enums.LetterNature.VARIABLE, signed_by_person_on=None), "letter_unsigned"
    )

    assert (finding.severity, finding.amount) == (enums.Severity.WARNING, 0)


def test_a_letter_dated_on_the_first_day_is_in_time() -> None:
    day = {"dated_on": FIRST, "signed_by_person_on": FIRST, "signed_by_manager_on": FIRST}

    assert codes(full_time(**day)) == []


def test_a_letter_dated_a_day_late_does_not_cover_the_first_month() -> None:
    finding = the(full_time(dated_on=date(2024, 1, 2)), "letter_late")

    assert finding.severity is enums.Severity.BLOCKING
    # one month: 4 200 € × 1,15 × 50 %
    assert finding.amount == 2415
    assert "datée du 02/01/2024, 1 jour après le début" in finding.message


def test_a_letter_dated_after_the_period_covers_nothing() -> None:
    finding = the(full_time(dated_on=date(2025, 1, 1)), "letter_late")

    assert finding.amount == 28980
    assert "après tous les jours qu'elle couvre" in finding.message


def test_a_letter_without_date_is_refused() -> None:
    assert the(full_time(dated_on=None), "letter_undated").severity is enums.Severity.BLOCKING


def test_a_letter_signed_after_the_period_began_does_not_cover_the_months_before() -> None:
    finding = the(full_time(signed_by_manager_on=date(2024, 2, 15)), "letter_signed_late")

    assert finding.amount == 2 * 2415
    assert "01/2024 à 02/2024" in finding.message


def test_one_late_day_is_told_once() -> None:
    late = date(2024, 1, 20)

    found = codes(full_time(dated_on=late, signed_by_person_on=late, signed_by_manager_on=late))

    assert found == ["letter_late"]


def test_a_fixed_share_needs_the_acceptance_of_the_funder() -> None:
    accepted = with_letter(enums.LetterNature.FIXED_SHARE, share="0.5")
    silent = with_letter(enums.LetterNature.FIXED_SHARE, share="0.5", accepted_on=None)

    assert codes(accepted) == []
    assert the(silent, "letter_not_accepted").severity is enums.Severity.BLOCKING


def test_a_fixed_share_without_percentage_is_refused() -> None:
    finding = the(with_letter(enums.LetterNature.FIXED_SHARE), "letter_share_missing")

    assert "part fixe sans pourcentage" in finding.message


def test_months_without_sheet_are_one_finding_with_their_cost() -> None:
    signed = without(without(make.signatures(YEAR), MARCH), date(2024, 4, 1))

    finding = the(operation_case(signed=signed), "sheet_missing")

    assert finding.severity is enums.Severity.BLOCKING
    assert "03/2024 à 04/2024" in finding.message
    # 2 × 3 000 € (five hours of seven) × 1,15 × 50 %
    assert finding.amount == 3450
    assert finding.source is not None
    assert "2022-608" in finding.source.text


@pytest.mark.parametrize("who", ["signed_by_person_on", "signed_by_manager_on"])
def test_a_sheet_that_one_of_the_two_has_not_signed_is_refused(who: str) -> None:
    finding = the(with_sheet(**{who: None}), "sheet_unsigned")

    assert finding.severity is enums.Severity.BLOCKING
    assert finding.where.month == "2024-03-01"


@pytest.mark.parametrize(
    ("day", "is_early"),
    [
        (date(2024, 3, 28), True),  # Friday the 29th is still to be worked
        (date(2024, 3, 29), False),  # the last working day
        (date(2024, 4, 1), False),
    ],
)
def test_a_sheet_is_signed_once_the_work_of_the_month_is_done(day: date, is_early: bool) -> None:
    assert has(with_sheet(signed_by_person_on=day), "sheet_signed_early") is is_early


@pytest.mark.parametrize(("day", "is_late"), [(date(2024, 6, 1), False), (date(2024, 6, 2), True)])
def test_a_sheet_signed_months_later_is_a_warning(day: date, is_late: bool) -> None:
    case = with_sheet(signed_by_manager_on=day)

    assert has(case, "sheet_signed_late") is is_late
    if is_late:
        assert the(case, "sheet_signed_late").severity is enums.Severity.WARNING


@pytest.mark.parametrize(("number", "is_fault"), [(2, False), (3, True)])
def test_three_sheets_signed_on_one_day_are_a_warning(number: int, is_fault: bool) -> None:
    day = date(2024, 4, 3)
    signed = [
        make.a_signature(month, signed_by_person_on=day)
        if month <= MARCH and month.month > 3 - number
        else make.a_signature(month)
        for month in YEAR.months()
    ]

    case = operation_case(signed=signed)

    assert has(case, "sheets_signed_together") is is_fault
    if is_fault:
        assert "le 03/04/2024 par l'agent" in the(case, "sheets_signed_together").message


@pytest.mark.parametrize(
    ("manager", "is_fault"), [("Inès Aubrac", True), ("AUBRAC INES", True), ("Paul Aubrac", False)]
)
def test_nobody_signs_as_their_own_manager(manager: str, is_fault: bool) -> None:
    assert has(with_sheet(manager=manager), "sheet_self_signed") is is_fault


def test_a_month_without_hours_under_a_variable_letter_is_a_warning() -> None:
    time = [w for w in make.workdays(YEAR, {1: "7"}) if w.day.month != 3]

    finding = the(operation_case(time=time), "hours_missing")

    assert finding.severity is enums.Severity.WARNING
    assert "03/2024" in finding.message


def test_a_month_wholly_away_needs_no_hours() -> None:
    time = [w for w in make.workdays(YEAR, {1: "7"}) if w.day.month != 3]
    away = [make.an_absence(MARCH, date(2024, 4, 1))]

    assert not has(operation_case(time=time, absences=away), "hours_missing")
