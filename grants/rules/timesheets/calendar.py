"""Days of a month's sheet: why one is closed, and what the contract expects of the others.

The contract's week is spread over Monday to Friday (``paid_time.daily_minutes``), whichever
segment of the contract holds on the day: a quotité that changes in mid-month changes the days from
then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from grants.enums import AbsenceKind, DayClosure, HolidayCalendar
from grants.frozen import frozen
from grants.labels import label
from grants.periods import Period
from grants.rules.basis.calendar import public_holidays
from grants.rules.basis.facts.people import Absence, Employment, Person
from grants.rules.pay.paid_time import WORKING_DAYS_OF_A_WEEK, daily_minutes

OUTSIDE_CONTRACT = "hors contrat"
Contract = tuple[Period, int]
"""Days of a contract within the month, minutes of one of them."""
Leave = tuple[Period, AbsenceKind, int | None]
"""Days of an absence within the month, its kind, minutes of one of them; None for whole days."""


@frozen
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
    contracts = tuple(
        (inside, daily_minutes(one))
        for one in employments
        if (inside := one.period.intersect(period)) is not None
    )
    leave = tuple(
        (inside, one.kind, _minutes_away(one))
        for one in absences
        if (inside := one.period.intersect(period)) is not None
    )
    return _calendar(period, person.calendar, contracts, leave)


@lru_cache(maxsize=2048)
def _calendar(
    period: Period,
    holidays: HolidayCalendar,
    contracts: tuple[Contract, ...],
    leave: tuple[Leave, ...],
) -> tuple[CalendarDay, ...]:
    """Most of a team works the same hours and is not away: their days are counted once."""
    return tuple(_day(day, holidays, contracts, leave) for day in period.iter_days())


def _day(
    day: date, holidays: HolidayCalendar, contracts: Sequence[Contract], leave: Sequence[Leave]
) -> CalendarDay:
    held = [minutes for period, minutes in contracts if period.contains(day)]
    if not held:
        reason = DayClosure.OUTSIDE_CONTRACT
        return CalendarDay(day, reason, OUTSIDE_CONTRACT.capitalize(), 0, 0)
    rest = _weekly_rest(day, holidays)
    expected = 0 if rest else sum(held)
    away = [(kind, minutes) for period, kind, minutes in leave if period.contains(day)]
    names = ", ".join(dict.fromkeys(label(kind) for kind, _ in away))
    if any(minutes is None for _, minutes in away):
        return CalendarDay(day, DayClosure.ABSENCE, names, 0, expected)
    if rest:
        return CalendarDay(day, rest, label(rest), 0, 0)
    gone = min(expected, sum(minutes or 0 for _, minutes in away))
    if away and gone == expected:
        return CalendarDay(day, DayClosure.ABSENCE, names, 0, gone)
    return CalendarDay(day, None, names, expected - gone, gone)


def _weekly_rest(day: date, holidays: HolidayCalendar) -> DayClosure | None:
    """Why nobody is expected to work on the day, whatever the contract."""
    if day in public_holidays(day.year, holidays):
        return DayClosure.PUBLIC_HOLIDAY
    return DayClosure.WEEKEND if day.weekday() >= WORKING_DAYS_OF_A_WEEK else None


def _minutes_away(absence: Absence) -> int | None:
    """Minutes of a partial absence on one of its days; None where whole days are away."""
    return None if absence.minutes is None else absence.minutes // absence.period.days
