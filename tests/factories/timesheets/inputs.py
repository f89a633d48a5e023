"""A person's month in memory, for tests of the rules of time sheets: one full-time contract of 35
hours, a variable letter on an operation of 2025 that asks for 40 % of the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from grants.enums import Activity
from grants.periods import Period
from grants.rules.timesheets.inputs import Entry, SheetInputs, SheetRules
from grants.rules.timesheets.lock_rule import read_lock
from tests.factories.ledger.ledger import (
    a_convention,
    a_letter,
    a_person,
    an_employment,
    an_organisation,
)

YEAR = Period.year(2025)
JANUARY = Period.month(date(2025, 1, 1))
OPERATION = a_convention("fse", YEAR.start, YEAR.end, min_time_share=Decimal("0.40"))
DAY = 420


def sheet_inputs(month: Period = JANUARY, **changes: Any) -> SheetInputs:
    """What the month's sheet is made of, seen on the day after it."""
    made = SheetInputs(
        rules=SheetRules(an_organisation()),
        person=a_person(),
        month=month,
        as_of=month.end,
        employments=(an_employment(date(2020, 1, 1)),),
        letters=(a_letter(OPERATION),),
        conventions={OPERATION.id: OPERATION},
    )
    return replace(made, **changes)


def locking(words: str, grace_days: int = 0) -> SheetRules:
    """Rules of a structure that closes its months."""
    return SheetRules(an_organisation(), read_lock(words), grace_days)


def entry(day: date, minutes: int = DAY, convention_id: int | None = OPERATION.id) -> Entry:
    """Declared minutes, on the operation unless told otherwise."""
    activity = Activity.OTHER if convention_id is None else Activity.SUPPORT_BUYERS
    return Entry(day, convention_id, activity, minutes)


def entries(days: Iterable[date], minutes: int = DAY) -> tuple[Entry, ...]:
    """The same minutes on the operation on several days."""
    return tuple(entry(day, minutes) for day in days)
