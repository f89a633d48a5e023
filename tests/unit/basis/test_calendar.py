"""Days: holidays agree with an independent list, counts add up, years follow each other."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import HolidayCalendar
from grants.errors import NoParameterInForce, RuleRefused
from grants.periods import DAY, Period
from grants.rules.basis.calendar import (
    convention_years,
    easter,
    public_holidays,
    report_due,
    working_days,
)

DAYS = st.dates(date(2010, 1, 1), date(2099, 12, 31))
CALENDARS = st.sampled_from(HolidayCalendar)


@pytest.mark.parametrize("year", range(2015, 2036))
def test_holidays_are_those_of_an_independent_list(year: int) -> None:
    assert public_holidays(year) == set(holidays.France(years=year))
    assert public_holidays(year, HolidayCalendar.ALSACE_MOSELLE) == set(
        holidays.France(subdiv="57", years=year)
    )


def test_alsace_moselle_has_two_holidays_more() -> None:
    more = public_holidays(2024, HolidayCalendar.ALSACE_MOSELLE) - public_holidays(2024)

    assert more == {date(2024, 3, 29), date(2024, 12, 26)}


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2008, date(2008, 3, 23)),
        (2011, date(2011, 4, 24)),
        (2038, date(2038, 4, 25)),
        (1818, date(1818, 3, 22)),
    ],
)
def test_easter_reaches_its_earliest_and_latest_days(year: int, day: date) -> None:
    assert easter(year) == day


def test_holidays_before_the_code_that_lists_them_are_not_guessed() -> None:
    with pytest.raises(NoParameterInForce):
        public_holidays(2008)


@pytest.mark.parametrize("day", [date(2024, 5, 1), date(2024, 5, 4), date(2024, 5, 5)])
def test_a_holiday_a_saturday_and_a_sunday_are_no_working_days(day: date) -> None:
    assert working_days(Period(day, day + DAY)) == 0


@given(DAYS, st.integers(1, 800), CALENDARS)
def test_working_days_are_those_that_a_walk_over_the_days_counts(
    start: date, length: int, calendar: HolidayCalendar
) -> None:
    period = Period(start, start + timedelta(days=length))

    walked = sum(
        day.weekday() < 5 and day not in public_holidays(day.year, calendar)
        for day in period.iter_days()
    )
    assert working_days(period, calendar) == walked


@given(DAYS, st.lists(st.integers(1, 400), min_size=1, max_size=5), CALENDARS)
def test_working_days_of_parts_add_up_to_those_of_the_whole(
    start: date, lengths: list[int], calendar: HolidayCalendar
) -> None:
    whole = Period(start, start + timedelta(days=sum(lengths)))
    cuts = [start + timedelta(days=sum(lengths[:number])) for number in range(len(lengths))]

    parts = whole.cut(cuts)
    assert sum(working_days(part, calendar) for part in parts) == working_days(whole, calendar)


@given(DAYS, st.integers(1, 20))
def test_convention_years_touch_and_have_365_or_366_days(first: date, years: int) -> None:
    periods = convention_years(first_start=first, years=years).periods

    assert len(periods) == years
    assert periods[0].start == first
    assert all(a.end == b.start for a, b in pairwise(periods))
    assert {period.days for period in periods} <= {365, 366}


@pytest.mark.parametrize(("years", "fits"), [(0, False), (1, True), (100, True), (101, False)])
def test_a_convention_has_one_to_a_hundred_years(years: int, fits: bool) -> None:
    if fits:
        assert len(convention_years(first_start=date(2024, 1, 1), years=years).periods) == years
    else:
        with pytest.raises(RuleRefused, match="entre 1 et 100"):
            convention_years(first_start=date(2024, 1, 1), years=years)


@given(DAYS, st.integers(0, 60))
def test_more_months_never_make_a_report_due_earlier(end: date, months: int) -> None:
    due = report_due(end=end, months=months).due_on

    assert end - DAY <= due <= report_due(end=end, months=months + 1).due_on


def test_a_report_due_in_a_century_is_a_typing_error() -> None:
    with pytest.raises(RuleRefused, match="1200 au plus"):
        report_due(end=date(2024, 1, 1), months=1201)


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        (HolidayCalendar.GUADELOUPE, date(2024, 5, 27)),
        (HolidayCalendar.GUYANE, date(2024, 6, 10)),
        (HolidayCalendar.MARTINIQUE, date(2024, 5, 22)),
        (HolidayCalendar.MAYOTTE, date(2024, 4, 27)),
        (HolidayCalendar.LA_REUNION, date(2024, 12, 20)),
    ],
)
def test_each_overseas_departement_keeps_the_day_of_its_abolition_of_slavery(
    calendar: HolidayCalendar, day: date
) -> None:
    assert public_holidays(2024, calendar) - public_holidays(2024) == {day}
