"""Days of a month's sheet: why one is closed, and what the contract expects of the others.

The contract's week is spread over Monday to Friday (``paid_time.daily_minutes``), whichever
segment of the contract holds on the day: a quotité that changes in mid-month changes the days from
then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from grants.enums import DayClosure
from grants.labels import label
from grants.periods import Period
from grants.rules.calendar import public_holidays
from grants.rules.facts import Absence, Employment, Person
from grants.rules.paid_time import WORKING_DAYS_OF_A_WEEK, daily_minutes

OUTSIDE_CONTRACT = "hors contrat"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """Day as contract, leave and calendar see it, whatever was declared.

    ``contract_minutes`` remain to be worked, ``absence_minutes`` are those of the contract that
    the absence takes. ``is_shut`` forbids hours: no contract, or the whole day away.
    """

    day: date
    closure: DayClosure | None
    closed_because: str
    contract_minutes: int
    absence_minutes: int

    @property
    def is_shut(self) -> bool:
        """Whether hours of the day would contradict the contract or the leave."""
        return self.closure in {DayClosure.OUTSIDE_CONTRACT, DayClosure.ABSENCE}


def calendar_days(
    period: Period,
    *,
    person: Person,
    employments: Sequence[Employment],
    absences: Sequence[Absence],
) -> tuple[CalendarDay, ...]:
    """Each day of a period for a person.

    Contracts that meet without a gap are one: no day between them is outside. Part of a day away
    leaves the rest of it to work; parts that fill the contract's day close it.
    Args: employments, absences: of this person alone.
    """
    inside = [one for one in employments if one.period.overlaps(period)]
    away = [one for one in absences if one.period.overlaps(period)]
    return tuple(_day(day, person, inside, away) for day in period.iter_days())


def _day(
    day: date, person: Person, employments: Sequence[Employment], absences: Sequence[Absence]
) -> CalendarDay:
    contracts = [one for one in employments if one.period.contains(day)]
    if not contracts:
        reason = DayClosure.OUTSIDE_CONTRACT
        return CalendarDay(day, reason, OUTSIDE_CONTRACT.capitalize(), 0, 0)
    rest = _weekly_rest(day, person)
    expected = 0 if rest else sum(daily_minutes(one) for one in contracts)
    leave = [one for one in absences if one.period.contains(day)]
    names = ", ".join(dict.fromkeys(label(one.kind) for one in leave))
    if any(one.minutes is None for one in leave):
        return CalendarDay(day, DayClosure.ABSENCE, names, 0, expected)
    if rest:
        return CalendarDay(day, rest, label(rest), 0, 0)
    gone = min(expected, sum(_minutes_away(one) for one in leave))
    if leave and gone == expected:
        return CalendarDay(day, DayClosure.ABSENCE, names, 0, gone)
    return CalendarDay(day, None, names, expected - gone, gone)


def _weekly_rest(day: date, person: Person) -> DayClosure | None:
    """Why nobody is expected to work on the day, whatever the contract."""
    if day in public_holidays(day.year, person.calendar):
        return DayClosure.PUBLIC_HOLIDAY
    return DayClosure.WEEKEND if day.weekday() >= WORKING_DAYS_OF_A_WEEK else None


def _minutes_away(absence: Absence) -> int:
    """Minutes of a partial absence on one of its days."""
    return (absence.minutes or 0) // absence.period.days
