"""Amounts cut by time: a payslip month at a boundary, an annual amount over a period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from grants import money
from grants.enums import HolidayCalendar, MonthSplit
from grants.errors import RuleRefused
from grants.frozen import frozen
from grants.periods import DAY, Period, add_months
from grants.rules.basis.calendar import working_days
from grants.rules.basis.explained import Explained, Input, Steps, euros
from grants.rules.basis.refusals import period_between, share_of_hours
from grants.rules.basis.rounding import exact_decimal, split_amount

_YEAR_OF_365 = 365


class DayCount(StrEnum):
    """How an annual amount shrinks to a period."""

    ACTUAL_365 = "actual_365"
    ACTUAL_ACTUAL = "actual_actual"
    TWELFTHS = "twelfths"


@frozen
class MonthParts:
    """A month's amount, cut at the bounds of a period; both parts add up to it."""

    inside: Decimal
    outside: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class ProratedAmount:
    """Annual amount over the period, to the cent."""

    amount: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


def split_month(
    *,
    amount: Decimal,
    month: date,
    start: date,
    end: date,
    basis: MonthSplit = MonthSplit.CALENDAR_DAYS,
    hours_in: Decimal | None = None,
    hours_total: Decimal | None = None,
    holidays: HolidayCalendar = HolidayCalendar.METROPOLE,
) -> MonthParts:
    """Part of a month's pay that falls in a period, and the rest.

    Law: the convention's setting ``month_split``. Calendar days: December 2023 gives 17/31 to the
    convention that starts on the 15th. A half cent goes to the earlier part, so that two
    conventions which meet in the month share it without paying it twice.
    Units: euros, cents exact; hours.
    Raises: RuleRefused: not_first_of_month, period_inverted, period_open, finer_than_cent; by hours
    also hours_missing, negative_hours, no_hours, hours_over_total, hours_outside_period.
    Example:
    >>> split_month(amount=Decimal("3100"), month=date(2023, 12, 1),
    ... start=date(2023, 12, 15), end=date(2024, 12, 15)).inside
    Decimal('1700.00')
    """
    if month.day != 1:
        raise RuleRefused("not_first_of_month", f"{month} n'est pas le premier jour d'un mois")
    whole = Period.month(month)
    inside = whole.intersect(period_between(start, end))
    within, total = _month_weights(whole, inside, basis, (hours_in, hours_total), holidays)
    weights = [within, total - within]
    if inside is None or inside.start > whole.start:
        rest, part = split_amount(amount=amount, weights=weights[::-1]).parts
    else:
        part, rest = split_amount(amount=amount, weights=weights).parts
    return MonthParts(
        part,
        rest,
        {
            key: Explained(
                value,
                f"split_month_{basis.value}",
                (
                    euros("amount", amount),
                    Input("weight", weight, _UNITS[basis]),
                    Input("total_weight", total, _UNITS[basis]),
                ),
            )
            for key, value, weight in (("inside", part, weights[0]), ("outside", rest, weights[1]))
        },
    )


_UNITS = {MonthSplit.CALENDAR_DAYS: "j", MonthSplit.WORKING_DAYS: "j", MonthSplit.HOURS: "h"}


def _month_weights(
    whole: Period,
    inside: Period | None,
    basis: MonthSplit,
    hours: tuple[Decimal | None, Decimal | None],
    holidays: HolidayCalendar,
) -> tuple[Decimal, Decimal]:
    if basis is MonthSplit.HOURS:
        hours_in, hours_total = hours
        share_of_hours(hours_in, hours_total)
        if inside is None and hours_in:
            raise RuleRefused(
                "hours_outside_period", f"{hours_in} h dans une période qui ne touche pas le mois"
            )
        return Decimal(hours_in or 0), Decimal(hours_total or 0)
    if basis is MonthSplit.WORKING_DAYS:
        within = working_days(inside, holidays) if inside else 0
        return Decimal(within), Decimal(working_days(whole, holidays))
    return Decimal(inside.days if inside else 0), Decimal(whole.days)


def prorate_days(
    *, annual_amount: Decimal, start: date, end: date, basis: DayCount = DayCount.ACTUAL_365
) -> ProratedAmount:
    """Annual amount over a period.

    actual_365: each day is 1/365 of the year's amount, so a leap year gives 366/365 of it.
    actual_actual: each day is 1/365 or 1/366, by its own calendar year. twelfths: each month from
    the first day on is 1/12; a month that is not whole counts by its days.
    Units: euros; rounds half up to the cent, once, at the end.
    Raises: RuleRefused: period_inverted, period_open.
    Example:
    >>> prorate_days(annual_amount=Decimal("40000"), start=date(2024, 1, 1),
    ... end=date(2024, 4, 1), basis=DayCount.TWELFTHS).amount
    Decimal('10000.00')
    """
    period = period_between(start, end)
    years = _YEARS[basis](period)
    amount = money.round_half_up(exact_decimal(Fraction(annual_amount) * years))
    inputs = (
        euros("annual_amount", annual_amount),
        Input("days", period.days, "j"),
        Input("years", exact_decimal(years)),
    )
    return ProratedAmount(amount, {"amount": Explained(amount, f"prorate_{basis.value}", inputs)})


def years_covered(period: Period, anchor: date) -> Fraction:
    """Convention years in a period: days over the 365 or 366 of the year, counted from the anchor.

    Law: proration of an annual ceiling (docs/rules.md#ceiling-of-a-year). Parts of a period add up.
    Example:
    >>> years_covered(Period(date(2023, 12, 15), date(2024, 12, 15)), date(2023, 12, 15))
    Fraction(1, 1)
    """
    return _anniversaries(period, anchor, months=12)


def twelfths_covered(period: Period, anchor: date) -> Fraction:
    """Years in a period counted by twelfths: months from the anchor's day to the same day.

    Parts of a period add up when they share the anchor.
    Example:
    >>> twelfths_covered(Period(date(2023, 12, 15), date(2024, 3, 15)), date(2023, 12, 15))
    Fraction(1, 4)
    """
    return _anniversaries(period, anchor, months=1) / 12


def _anniversaries(period: Period, anchor: date, *, months: int) -> Fraction:
    """Stretches of so many months from the anchor that the period covers, parts by their days."""
    number = ((period.start.year - anchor.year) * 12 + period.start.month - anchor.month) // months
    number -= 1  # the anchor's day may fall later in the month than the period's
    covered = Fraction(0)
    while (start := add_months(anchor, number * months)) < period.end:
        stretch = Period(start, add_months(anchor, (number + 1) * months))
        held = stretch.intersect(period)
        covered += Fraction(held.days, stretch.days) if held else 0
        number += 1
    return covered


def _calendar_years(period: Period) -> Fraction:
    years = range(period.start.year, (period.end - DAY).year + 1)
    held = ((Period.year(year), Period.year(year).intersect(period)) for year in years)
    return sum((Fraction(part.days, year.days) for year, part in held if part), Fraction(0))


_YEARS: dict[DayCount, Callable[[Period], Fraction]] = {
    DayCount.ACTUAL_365: lambda period: Fraction(period.days, _YEAR_OF_365),
    DayCount.ACTUAL_ACTUAL: _calendar_years,
    DayCount.TWELFTHS: lambda period: twelfths_covered(period, period.start),
}
