"""Days of a month: what the contract expects, what closes them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from grants.enums import AbsenceKind, DayClosure, HolidayCalendar
from grants.periods import DAY, Period
from grants.rules.basis.facts.people import Absence, Employment, Person
from grants.rules.timesheets.calendar import CalendarDay, calendar_days
from tests.factories.ledger.ledger import a_person, an_absence, an_employment

HIRED = an_employment(date(2020, 1, 1))


def days_of(
    month: Period,
    *contracts: Employment,
    absences: tuple[Absence, ...] = (),
    person: Person | None = None,
) -> dict[date, CalendarDay]:
    days = calendar_days(
        month, person=person or a_person(), employments=contracts or (HIRED,), absences=absences
    )
    return {one.day: one for one in days}


def test_the_31st_of_october_is_a_day_like_any_other() -> None:
    day = days_of(Period.month(date(2025, 10, 1)))[date(2025, 10, 31)]

    assert day.closure is None
    assert day.contract_minutes == 420


def test_days_on_which_clocks_change_are_whole_days() -> None:
    for sunday in (date(2025, 3, 30), date(2025, 10, 26)):
        days = days_of(Period.month(sunday))

        assert len(days) == 31
        assert days[sunday].closure is DayClosure.WEEKEND
        assert days[sunday + DAY].contract_minutes == 420
        assert days[sunday - 2 * DAY].contract_minutes == 420


def test_weekends_and_holidays_are_closed_and_expect_nothing() -> None:
    days = days_of(Period.month(date(2025, 5, 1)))

    closed = {one.day.day: one.closure for one in days.values() if one.closure}
    assert closed[1] is closed[8] is closed[29] is DayClosure.PUBLIC_HOLIDAY
    assert closed[3] is DayClosure.WEEKEND
    assert sum(one.contract_minutes for one in days.values()) == 19 * 420


def test_alsace_moselle_rests_on_good_friday() -> None:
    friday = date(2025, 4, 18)
    person = a_person(calendar=HolidayCalendar.ALSACE_MOSELLE)

    assert days_of(Period.month(friday))[friday].closure is None
    found = days_of(Period.month(friday), person=person)[friday]
    assert found.closure is DayClosure.PUBLIC_HOLIDAY


def test_a_quotite_that_changes_in_mid_month_changes_each_day_from_then_on() -> None:
    full = an_employment(date(2020, 1, 1), date(2025, 6, 16))
    part = an_employment(date(2025, 6, 16), fte=Decimal("0.8"), weekly_minutes=28 * 60)

    days = days_of(Period.month(date(2025, 6, 1)), full, part)

    assert days[date(2025, 6, 13)].contract_minutes == 420
    assert days[date(2025, 6, 16)].contract_minutes == 336
    assert days[date(2025, 6, 15)].closure is DayClosure.WEEKEND


def test_contracts_back_to_back_leave_no_day_outside_and_none_twice() -> None:
    first = an_employment(date(2025, 1, 1), date(2025, 1, 15))
    second = an_employment(date(2025, 1, 15))

    days = days_of(Period.month(date(2025, 1, 1)), first, second)

    assert {one.contract_minutes for one in days.values()} == {0, 420}
    assert not any(one.closure is DayClosure.OUTSIDE_CONTRACT for one in days.values())


def test_days_after_the_contract_are_outside_it() -> None:
    days = days_of(
        Period.month(date(2025, 1, 1)), an_employment(date(2020, 1, 1), date(2025, 1, 16))
    )

    assert days[date(2025, 1, 15)].contract_minutes == 420
    assert days[date(2025, 1, 16)].closure is DayClosure.OUTSIDE_CONTRACT
    assert days[date(2025, 1, 18)].closure is DayClosure.OUTSIDE_CONTRACT


def test_a_whole_day_away_closes_weekends_in_it_too() -> None:
    leave = an_absence(date(2025, 1, 6), date(2025, 1, 20))

    days = days_of(Period.month(date(2025, 1, 1)), absences=(leave,))

    assert days[date(2025, 1, 7)].closed_because == "Congés payés"
    assert days[date(2025, 1, 7)].absence_minutes == 420
    assert days[date(2025, 1, 11)].closure is DayClosure.ABSENCE
    assert days[date(2025, 1, 11)].absence_minutes == 0
    assert days[date(2025, 1, 20)].closure is None


def test_half_a_day_away_leaves_the_other_half_and_two_halves_close_the_day() -> None:
    tuesday = date(2025, 1, 7)
    half = an_absence(tuesday, tuesday + DAY, AbsenceKind.TRAINING, minutes=210)
    other = an_absence(tuesday, tuesday + DAY, AbsenceKind.RTT, minutes=210)

    one = days_of(Period.month(tuesday), absences=(half,))[tuesday]
    both = days_of(Period.month(tuesday), absences=(half, other))[tuesday]

    assert (one.closure, one.contract_minutes, one.absence_minutes) == (None, 210, 210)
    assert (both.closure, both.contract_minutes) == (DayClosure.ABSENCE, 0)
    assert both.closed_because == "Formation, RTT"


@given(
    st.dates(date(2009, 1, 1), date(2040, 12, 31)),
    st.integers(60, 48 * 60),
    st.integers(0, 40),
    st.none() | st.integers(1, 600),
)
def test_what_is_expected_and_what_is_away_never_pass_the_contracts_day(
    day: date, weekly: int, length: int, minutes: int | None
) -> None:
    contract = an_employment(date(2000, 1, 1), weekly_minutes=weekly)
    away = an_absence(day, day + timedelta(days=length + 1), minutes=minutes)

    for one in days_of(Period.month(day), contract, absences=(away,)).values():
        assert 0 <= one.contract_minutes + one.absence_minutes <= (weekly + 4) // 5
        assert one.contract_minutes == 0 or one.closure is None
