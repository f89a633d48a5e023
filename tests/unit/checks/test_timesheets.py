"""Sheets signed here: reopened and left so, changed behind the signatures, never corrected."""

from __future__ import annotations

from datetime import date

import pytest

from grants import enums
from tests.factories.checks.checked import YEAR, codes, has, operation_case, the, without
from tests.factories.ledger import ledger as make

MARCH = date(2024, 3, 1)


def with_march(**changes: object) -> object:
    signed = [*without(make.signatures(YEAR), MARCH), make.a_signature(MARCH, **changes)]
    return operation_case(signed=signed)


def test_a_sheet_reopened_and_not_signed_again_is_refused_once() -> None:
    case = with_march(signed_by_person_on=None, signed_by_manager_on=None, is_reopened=True)

    finding = the(case, "sheet_reopened")

    assert finding.severity is enums.Severity.BLOCKING
    assert finding.where.month == "2024-03-01"
    assert finding.amount > 0
    assert "pas signée à nouveau" in finding.message
    assert not has(case, "sheet_unsigned")
    assert not has(case, "sheet_missing")


def test_a_sheet_whose_hours_are_no_longer_those_signed_is_refused() -> None:
    changed = with_march(is_changed=True)

    finding = the(changed, "sheet_changed")

    assert finding.severity is enums.Severity.BLOCKING
    assert "l'empreinte diffère" in finding.message
    assert finding.amount > 0
    assert codes(with_march()) == []


@pytest.mark.parametrize(
    ("edited", "is_fault"),
    [
        ([False] * 12, True),
        ([False] * 11 + [True], False),
        ([False] * 11 + [None], False),
        ([None] * 12, False),
    ],
    ids=["never", "once", "eleven_months", "typed_elsewhere"],
)
def test_a_year_confirmed_without_one_correction_is_a_warning(
    edited: list[bool | None], is_fault: bool
) -> None:
    signed = [
        make.a_signature(month, was_edited=one)
        for month, one in zip(YEAR.months(), edited, strict=True)
    ]

    case = operation_case(signed=signed)

    assert has(case, "sheets_never_edited") is is_fault
    if is_fault:
        finding = the(case, "sheets_never_edited")
        assert finding.severity is enums.Severity.WARNING
        assert finding.amount == 0
        assert "12 mois" in finding.message


@pytest.mark.parametrize(
    ("away_from", "is_early"), [(date(2024, 3, 25), False), (date(2024, 3, 26), True)]
)
def test_a_sheet_may_be_signed_before_leave_that_ends_the_month(
    away_from: date, is_early: bool
) -> None:
    # Signed on Friday 22 March; Monday the 25th is the next day of work.
    signed = [
        *without(make.signatures(YEAR), MARCH),
        make.a_signature(MARCH, signed_by_person_on=date(2024, 3, 22)),
    ]
    time = [w for w in make.workdays(YEAR, {1: "7"}) if not away_from <= w.day < date(2024, 4, 1)]
    leave = [make.an_absence(away_from, date(2024, 4, 1))]

    case = operation_case(signed=signed, time=time, absences=leave)

    assert has(case, "sheet_signed_early") is is_early
