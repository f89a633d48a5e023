"""Days that count: public holidays, working days, convention years and report deadlines.

Working days leave out Saturdays, Sundays and the public holidays of the structure's calendar.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from functools import cache, lru_cache

from grants.enums import HolidayCalendar
from grants.errors import RuleRefused
from grants.french import count
from grants.frozen import frozen
from grants.parameters.loader import holiday_dates
from grants.periods import DAY, Period, add_months
from grants.rules.basis.refusals import not_negative

MOST_YEARS = 100  # beyond it a convention's length is a typing error, not a term
MOST_MONTHS = 12 * MOST_YEARS
PERIODS_REMEMBERED = 4096  # the months and parts of months that a thousand people share
_SATURDAY = 5


@frozen
class ConventionYears:
    """Consecutive years, each from its first day to the next year's, end excluded."""

    periods: tuple[Period, ...]


@frozen
class ReportDue:
    """Last day on which the report is on time."""

    due_on: date


def convention_years(*, first_start: date, years: int) -> ConventionYears:
    """Years of a convention that is renewed on the same day every year.

    Law: the State's conventions start on 15 December (délibération 2024.00010 de Saint-Étienne
    Métropole). A first day of 29 February falls back to the 28th in common years.
    Raises: RuleRefused: years_out_of_range: fewer than one year, or over a hundred.
    Example:
    >>> [p.days for p in convention_years(first_start=date(2023, 12, 15), years=2).periods]
    [366, 365]
    """
    if not 1 <= years <= MOST_YEARS:
        raise RuleRefused(
            "years_out_of_range", f"{count(years, 'année')} : attendu entre 1 et {MOST_YEARS}"
        )
    starts = [add_months(first_start, 12 * number) for number in range(years + 1)]
    return ConventionYears(tuple(Period(starts[n], starts[n + 1]) for n in range(years)))


def report_due(*, end: date, months: int) -> ReportDue:
    """Deadline of a report: the months run from the last day of the period, and ``end`` is the day
    after it.

    Law: FSE: final report at most six months after the end (guide Centre-Val de Loire); State: the
    date that the convention prints.
    Raises: RuleRefused: months_out_of_range.
    Example:
    >>> report_due(end=date(2024, 12, 15), months=6).due_on
    datetime.date(2025, 6, 14)
    """
    not_negative("months_out_of_range", months=months)
    if months > MOST_MONTHS:
        raise RuleRefused("months_out_of_range", f"{months} mois : {MOST_MONTHS} au plus")
    return ReportDue(add_months(end - DAY, months))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus of 1876).

    Example:
    >>> easter(2024)
    datetime.date(2024, 3, 31)
    """
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (8 * century + 13) // 25
    moon = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, year_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - moon - year_rest) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def public_holidays(
    year: int, calendar: HolidayCalendar = HolidayCalendar.METROPOLE
) -> frozenset[date]:
    """Public holidays of a year; those of Alsace-Moselle, and the day of each overseas département,
    come on top of the eleven of everywhere.

    Law: code du travail L3133-1, L3134-13 and L3422-2 (see parameters/labour_code.toml).
    Raises: NoParameterInForce: for a year before the code that lists them.
    Example:
    >>> date(2024, 3, 29) in public_holidays(2024, HolidayCalendar.ALSACE_MOSELLE)
    True
    """
    names = {HolidayCalendar.METROPOLE.value, calendar.value}
    return frozenset(
        _holiday(year, holiday.value)
        for name in names
        for holiday in holiday_dates(name, date(year, 1, 1))
    )


def _holiday(year: int, rule: object) -> date:
    """A month and day (« 05-01 »), or so many days after Easter."""
    if isinstance(rule, str):
        return date.fromisoformat(f"{year}-{rule}")
    return easter(year) + timedelta(days=int(str(rule)))


@lru_cache(PERIODS_REMEMBERED)
def working_days(period: Period, calendar: HolidayCalendar = HolidayCalendar.METROPOLE) -> int:
    """Days of the period that are neither weekend nor public holiday.

    Raises: NoParameterInForce: for days before the code that lists the holidays.
    Example:
    >>> working_days(Period.month(date(2024, 5, 1)))
    19
    """
    return sum(
        bisect_left(days, period.end.toordinal()) - bisect_left(days, period.start.toordinal())
        for year in range(period.start.year, (period.end - DAY).year + 1)
        if (days := _working_ordinals(year, calendar))
    )


@cache
def _working_ordinals(year: int, calendar: HolidayCalendar) -> tuple[int, ...]:
    """Working days of a year as sorted ordinals: a count is then two binary searches."""
    holidays = public_holidays(year, calendar)
    return tuple(
        day.toordinal()
        for day in Period.year(year).iter_days()
        if day.weekday() < _SATURDAY and day not in holidays
    )
