"""Hours a contract counts: those of a day, and those paid without being worked."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from grants.enums import AbsenceKind
from grants.periods import Period
from grants.rules.basis.calendar import working_days
from grants.rules.basis.facts.people import Absence, Employment, Person
from grants.rules.basis.people import People

WORKING_DAYS_OF_A_WEEK = 5
WEEKS_REMEMBERED = 256  # contracts have few durations


def daily_minutes(employment: Employment) -> int:
    """Contractual minutes of a working day: the week's over Monday to Friday.

    Example: 35 hours a week → 420 minutes.
    """
    return _minutes_of_a_day(employment.weekly_minutes)


@lru_cache(WEEKS_REMEMBERED)
def _minutes_of_a_day(weekly: int) -> int:
    return int((Decimal(weekly) / WORKING_DAYS_OF_A_WEEK).to_integral_value(ROUND_HALF_UP))


def paid_absence_minutes(people: People, person: Person, period: Period) -> int:
    """Minutes paid and not worked in the period: absences and public holidays under contract.

    Law: setting ``absence_policy = paid_hours``. A day of absence counts as the contract's day;
    unpaid leave is neither worked nor paid.
    """
    absences = [a for a in people.absences[person.id] if a.kind is not AbsenceKind.UNPAID]
    minutes = sum(a.minutes for a in absences if a.minutes and a.period.overlaps(period))
    for employment in people.contracts[person.id]:
        inside = employment.period.intersect(period)
        if inside is None:
            continue
        day = daily_minutes(employment)
        minutes += day * _holidays(inside, person)
        minutes += sum(
            _absence_minutes(absence, inside, person, day)
            for absence in absences
            if absence.minutes is None
        )
    return minutes


def _holidays(period: Period, person: Person) -> int:
    """Public holidays that fall on a weekday."""
    weekdays = sum(1 for day in period.iter_days() if day.weekday() < WORKING_DAYS_OF_A_WEEK)
    return weekdays - working_days(period, person.calendar)


def _absence_minutes(absence: Absence, period: Period, person: Person, day: int) -> int:
    inside = absence.period.intersect(period)
    if inside is None:
        return 0
    return day * working_days(inside, person.calendar)


def contract_minutes(people: People, person_id: int, period: Period) -> int:
    """Contractual minutes of the working days in the period, public holidays left out."""
    calendar = people.persons[person_id].calendar
    return sum(
        daily_minutes(employment) * working_days(inside, calendar)
        for employment in people.contracts[person_id]
        if (inside := employment.period.intersect(period)) is not None
    )


def expected_minutes(people: People, person: Person, period: Period) -> int:
    """Minutes that the contract leaves to work: its working days less the whole days away."""
    away = 0
    for contract in people.contracts[person.id]:
        for absence in people.absences[person.id]:
            inside = contract.period.intersect(period)
            inside = inside and inside.intersect(absence.period)
            if inside and absence.minutes is None:
                away += daily_minutes(contract) * working_days(inside, person.calendar)
    return contract_minutes(people, person.id, period) - away
