"""Cutting and prorating: parts add up to the cent, whole years are whole, order is irrelevant."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import HolidayCalendar, MonthSplit
from grants.errors import NoParameterInForce, RuleRefused
from grants.money import from_cents
from grants.money import round_half_up as to_the_cent
from grants.periods import FOREVER, Period, add_months, next_month
from grants.rules.basis.rounding import rate_for, round_half_up, split_amount
from grants.rules.pay.proration import (
    DayCount,
    prorate_days,
    split_month,
    twelfths_covered,
    years_covered,
)

CENTS = st.integers(-10_000_000, 10_000_000).map(from_cents)
POSITIVE = st.integers(0, 10_000_000).map(from_cents)
WEIGHTS = st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=12).filter(any)
MONTHS = st.dates(date(2012, 1, 1), date(2060, 12, 31)).map(lambda day: day.replace(day=1))
DAYS = st.dates(date(2012, 1, 1), date(2060, 12, 31))
LENGTHS = st.integers(1, 1500)


@given(CENTS, WEIGHTS)
def test_parts_add_up_to_the_amount_and_lie_within_a_cent_of_their_share(
    amount: Decimal, weights: list[Decimal]
) -> None:
    parts = split_amount(amount=amount, weights=weights).parts

    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(
            Fraction(part) - Fraction(amount) * Fraction(weight) / Fraction(sum(weights))
        ) < (Fraction(1, 100))


@given(CENTS, WEIGHTS, st.integers(1, 7))
def test_only_proportions_count_not_the_size_of_weights(
    amount: Decimal, weights: list[Decimal], factor: int
) -> None:
    larger = [weight * factor for weight in weights]

    assert split_amount(amount=amount, weights=weights) == split_amount(
        amount=amount, weights=larger
    )


@given(POSITIVE, WEIGHTS)
def test_a_debt_is_cut_as_its_opposite(amount: Decimal, weights: list[Decimal]) -> None:
    credit = split_amount(amount=amount, weights=weights).parts
    debt = split_amount(amount=-amount, weights=weights).parts

    assert debt == tuple(-part for part in credit)


def test_a_weight_of_many_digits_is_not_rounded_on_the_way() -> None:
    third = Decimal("0.333333333333333333333333333333333333333")

    parts = split_amount(amount=Decimal("3.00"), weights=[third, third, third]).parts
    assert parts == (Decimal("1.00"),) * 3


@given(CENTS, MONTHS, DAYS, LENGTHS, st.sampled_from(MonthSplit), st.sampled_from(HolidayCalendar))
def test_both_parts_of_a_month_add_up_to_it(
    amount: Decimal,
    month: date,
    start: date,
    length: int,
    basis: MonthSplit,
    calendar: HolidayCalendar,
) -> None:
    end = start + timedelta(days=length)
    touches = Period.month(month).overlaps(Period(start, end))

    parts = split_month(
        amount=amount,
        month=month,
        start=start,
        end=end,
        basis=basis,
        hours_in=Decimal("60.5") if touches else Decimal(0),
        hours_total=Decimal("150"),
        holidays=calendar,
    )

    assert parts.inside + parts.outside == amount
    assert min(Decimal(0), amount) <= parts.inside <= max(Decimal(0), amount)
    assert parts.explained["inside"].value == parts.inside


@given(CENTS, MONTHS, st.integers(1, 30), st.sampled_from(list(MonthSplit)[:2]))
def test_two_conventions_that_meet_in_a_month_share_it_without_a_cent_twice(
    amount: Decimal, month: date, day: int, basis: MonthSplit
) -> None:
    cut = min(month + timedelta(days=day), next_month(month) - timedelta(days=1))
    before = split_month(
        amount=amount, month=month, start=add_months(month, -11), end=cut, basis=basis
    )
    after = split_month(
        amount=amount, month=month, start=cut, end=add_months(month, 12), basis=basis
    )

    assert before.inside + after.inside == amount
    assert before.outside == after.inside


@given(POSITIVE, DAYS, st.sampled_from([DayCount.ACTUAL_ACTUAL, DayCount.TWELFTHS]))
def test_a_full_calendar_year_is_the_whole_amount(
    amount: Decimal, day: date, basis: DayCount
) -> None:
    first = date(day.year, 1, 1)

    prorated = prorate_days(
        annual_amount=amount, start=first, end=date(day.year + 1, 1, 1), basis=basis
    )
    assert prorated.amount == amount


@given(DAYS.filter(lambda day: day.day <= 28))
def test_a_full_convention_year_is_one_by_days_and_by_twelfths(start: date) -> None:
    year = Period(start, add_months(start, 12))

    assert years_covered(year, start) == 1
    assert twelfths_covered(year, start) == 1


@given(DAYS, DAYS, LENGTHS, LENGTHS)
def test_parts_of_a_period_cover_what_the_period_covers(
    anchor: date, start: date, first: int, second: int
) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    whole, left, right = Period(start, end), Period(start, middle), Period(middle, end)

    for covered in (years_covered, twelfths_covered):
        assert covered(left, anchor) + covered(right, anchor) == covered(whole, anchor)


@given(POSITIVE, DAYS, LENGTHS, st.sampled_from(DayCount))
def test_a_longer_period_never_gives_less(
    amount: Decimal, start: date, length: int, basis: DayCount
) -> None:
    end = start + timedelta(days=length)

    shorter = prorate_days(annual_amount=amount, start=start, end=end, basis=basis).amount
    longer = prorate_days(
        annual_amount=amount, start=start, end=end + timedelta(days=1), basis=basis
    ).amount
    assert shorter <= longer


def test_a_period_without_end_cannot_be_prorated() -> None:
    with pytest.raises(RuleRefused) as refused:
        prorate_days(annual_amount=Decimal(1), start=date(2024, 1, 1), end=FOREVER)
    assert refused.value.code == "period_open"


@given(st.decimals(-1_000_000, 1_000_000, places=5))
def test_rounding_is_symmetric_moves_half_a_cent_at_most_and_never_shows_minus_zero(
    amount: Decimal,
) -> None:
    rounded = round_half_up(amount=amount).rounded

    assert rounded == -round_half_up(amount=-amount).rounded
    assert abs(rounded - amount) <= Decimal("0.005")
    assert to_the_cent(rounded) == rounded
    assert not (rounded == 0 and rounded.is_signed())


@given(st.dictionaries(DAYS, st.decimals(0, 1, places=2), min_size=1), DAYS, st.randoms())
def test_the_order_of_rates_does_not_matter_and_the_last_begun_holds(
    by_day: dict[date, Decimal], on: date, random: object
) -> None:
    rates = [{"from": day, "value": value} for day, value in by_day.items()]
    begun = [day for day in by_day if day <= on]
    random.shuffle(rates)

    if begun:
        assert rate_for(rates=rates, on=on).value == by_day[max(begun)]
    else:
        with pytest.raises(NoParameterInForce):
            rate_for(rates=rates, on=on)
