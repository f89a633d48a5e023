"""Costs, grants, shares: ceilings never raise, more cost never pays less, order is irrelevant."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import FlatRateProfile, LimitedBy, Method
from grants.errors import RuleRefused
from grants.money import ZERO, from_cents
from grants.rules.claims.cofunding import assigned_cofunding, funding_of_segment
from grants.rules.claims.grant_due import advance, fse_balance, fse_interim, state_grant
from grants.rules.claims.indirect_costs import indirect_costs, loss_of_rejection
from grants.rules.claims.time_share import minimum_time_share, time_shares
from grants.rules.control.sampling import sample_size
from grants.rules.coverage.density import FteSegment, coverage, fte_over_period
from grants.rules.pay.staff_cost import hourly_cost, hourly_rate, monthly_cost, staff_cost

DAY = date(2024, 12, 31)
COST = st.integers(0, 20_000_000).map(from_cents)
ANY_COST = st.integers(-20_000_000, 20_000_000).map(from_cents)
RATE = st.decimals(0, 1, places=4)
HOURS = st.decimals(0, 2000, places=2)
FTE = st.decimals("0.01", 1, places=2)
PROFILES = st.sampled_from(FlatRateProfile)
CENT = Decimal("0.01")
# 20 % of direct costs are of the operations of 2014-2020 alone.
DAY_OF = dict.fromkeys(FlatRateProfile, DAY) | {
    FlatRateProfile.DIRECT_LESS_SERVICES_20: date(2020, 12, 31)
}


@given(COST, COST, RATE, COST, COST)
def test_the_european_grant_stays_within_each_of_its_limits(
    cost: Decimal, resources: Decimal, rate: Decimal, maximum: Decimal, paid: Decimal
) -> None:
    result = fse_balance(
        eligible_cost=cost,
        other_resources=resources,
        rate=rate,
        maximum=maximum,
        already_paid=paid,
    )

    assert 0 <= result.due <= maximum
    assert result.due <= rate * cost + CENT
    assert result.due + resources <= max(cost, resources)
    assert result.to_pay == result.due - paid
    assert result.limited_by in {"rate", "resources", "maximum", "zero"}


@given(COST, COST, RATE, COST, COST)
def test_a_cap_on_the_cost_never_raises_the_european_grant(
    cost: Decimal, resources: Decimal, rate: Decimal, maximum: Decimal, planned: Decimal
) -> None:
    terms = {
        "eligible_cost": cost,
        "other_resources": resources,
        "rate": rate,
        "maximum": maximum,
        "conventioned_cost": planned,
    }

    capped = fse_balance(**terms, cap_cost_at_convention=True).due
    assert capped <= fse_balance(**terms).due


@given(ANY_COST, RATE, COST, FTE, COST)
def test_a_ceiling_or_a_maximum_never_raises_the_state_grant(
    cost: Decimal, rate: Decimal, ceiling: Decimal, fte: Decimal, maximum: Decimal
) -> None:
    free = state_grant(eligible_cost=cost, rate=rate).due
    under_ceiling = state_grant(eligible_cost=cost, rate=rate, ceiling_per_fte=ceiling, fte=fte).due
    under_both = state_grant(
        eligible_cost=cost, rate=rate, ceiling_per_fte=ceiling, fte=fte, maximum=maximum
    ).due

    assert ZERO <= under_both <= under_ceiling <= free
    assert under_both <= maximum


@given(COST, COST, RATE)
def test_more_cost_never_brings_less_state_grant(a: Decimal, b: Decimal, rate: Decimal) -> None:
    less, more = sorted((a, b))

    assert (
        state_grant(eligible_cost=less, rate=rate, ceiling_per_fte=Decimal(40000)).due
        <= state_grant(eligible_cost=more, rate=rate, ceiling_per_fte=Decimal(40000)).due
    )


@given(st.integers(1, 365))
def test_parts_of_a_year_have_parts_of_the_ceiling_that_make_the_whole(days: int) -> None:
    start, end = date(2023, 12, 15), date(2024, 12, 15)
    middle = start + timedelta(days=days)

    def ceiling(first: date, last: date) -> Decimal:
        return state_grant(
            eligible_cost=Decimal(1_000_000),
            rate=Decimal("0.70"),
            ceiling_per_fte=Decimal(40000),
            start=first,
            end=last,
            convention_start=start,
            convention_end=end,
        ).due

    assert abs(ceiling(start, middle) + ceiling(middle, end) - 40000) <= CENT


def test_a_convention_of_three_years_has_one_ceiling_for_each() -> None:
    due = state_grant(
        eligible_cost=Decimal(1_000_000),
        rate=Decimal("0.70"),
        ceiling_per_fte=Decimal(40000),
        start=date(2023, 12, 15),
        end=date(2026, 12, 15),
        convention_start=date(2023, 12, 15),
        convention_end=date(2026, 12, 15),
    ).due

    assert due == 120000


@given(COST, RATE, COST, COST, COST)
def test_interim_payments_never_pass_the_maximum_nor_fall_below_zero(
    retained: Decimal, rate: Decimal, paid_first: Decimal, maximum: Decimal, paid: Decimal
) -> None:
    to_pay = fse_interim(
        retained=retained, rate=rate, advance=paid_first, maximum=maximum, already_paid=paid
    ).to_pay

    assert to_pay >= 0
    assert to_pay == 0 or to_pay + max(paid, paid_first) <= maximum


@given(COST, RATE, COST)
def test_a_cap_never_raises_an_advance(subsidy: Decimal, rate: Decimal, cap: Decimal) -> None:
    free = advance(subsidy=subsidy, rate=rate, legal_form="association").amount
    capped = advance(subsidy=subsidy, rate=rate, cap=cap, legal_form="association").amount

    assert capped <= free
    assert capped <= cap


@given(PROFILES, COST, COST, RATE)
def test_more_staff_never_brings_a_smaller_flat_amount(
    profile: FlatRateProfile, a: Decimal, b: Decimal, part: Decimal
) -> None:
    less, more = sorted((a, b))
    other = Decimal("1000.00")
    services = (other * part).quantize(CENT)

    def flat(staff: Decimal) -> Decimal:
        return indirect_costs(
            profile=profile,
            staff=staff,
            other_direct=other,
            services=services,
            as_of=DAY_OF[profile],
        ).flat

    assert flat(less) <= flat(more)


@given(COST, COST)
def test_the_total_is_what_its_parts_make(staff: Decimal, other: Decimal) -> None:
    for profile in FlatRateProfile:
        costs = indirect_costs(
            profile=profile, staff=staff, other_direct=other, as_of=DAY_OF[profile]
        )
        beside = ZERO if profile is FlatRateProfile.STAFF_40 else other
        assert costs.total == staff + beside + costs.flat


@given(COST, RATE, RATE)
def test_no_more_grant_is_lost_than_cost(
    rejected: Decimal, flat_rate: Decimal, grant_rate: Decimal
) -> None:
    lost = loss_of_rejection(rejected_staff=rejected, flat_rate=flat_rate, grant_rate=grant_rate)

    assert rejected <= lost.eligible_lost
    assert lost.grant_lost <= lost.eligible_lost


@given(ANY_COST, HOURS, HOURS)
def test_a_share_of_a_cost_never_passes_the_cost(cost: Decimal, a: Decimal, b: Decimal) -> None:
    operation, total = sorted((a, b))
    if not total:
        return

    result = staff_cost(
        method=Method.REAL_SHARE, cost=cost, hours_operation=operation, hours_total=total
    )

    assert abs(result.amount) <= abs(cost)
    assert result.explained["amount"].value == result.amount


@given(COST, RATE)
def test_two_fixed_shares_that_make_the_whole_make_the_cost_to_the_cent(
    cost: Decimal, share: Decimal
) -> None:
    first = staff_cost(method=Method.FIXED_SHARE, cost=cost, share=share).amount
    second = staff_cost(method=Method.FIXED_SHARE, cost=cost, share=1 - share).amount

    assert abs(first + second - cost) <= CENT


@given(COST, FTE, HOURS)
def test_declared_hours_never_cost_more_than_the_year(
    cost: Decimal, fte: Decimal, hours: Decimal
) -> None:
    cap = hourly_rate(annual_cost=cost, fte=fte, as_of=DAY).hours_cap

    if hours <= cap:
        amount = hourly_cost(annual_cost=cost, hours=hours, fte=fte, as_of=DAY).amount
        assert 0 <= amount <= cost
    else:
        with pytest.raises(RuleRefused, match="de trop"):
            hourly_cost(annual_cost=cost, hours=hours, fte=fte, as_of=DAY)


@given(COST, st.decimals(1, 48, places=2), HOURS)
def test_a_months_hours_never_cost_more_than_the_month(
    cost: Decimal, weekly: Decimal, hours: Decimal
) -> None:
    amount = monthly_cost(cost=cost, weekly_hours=weekly, hours=hours, as_of=DAY).amount

    assert 0 <= amount <= cost


# 35 × 52 ÷ 12 = 151.666… ; 3 000 × 100 / 151.666… = 1 978.02
def test_the_average_month_of_35_hours_is_52_twelfths_of_it() -> None:
    result = monthly_cost(
        cost=Decimal(3000), weekly_hours=Decimal(35), hours=Decimal(100), as_of=DAY
    )

    assert result.amount == Decimal("1978.02")


@given(COST, COST, COST)
def test_an_assigned_grant_is_never_more_than_the_grant(
    grant: Decimal, base: Decimal, operation: Decimal
) -> None:
    assigned = assigned_cofunding(
        grant=grant, grant_base=base + CENT, operation_base=operation
    ).assigned

    assert 0 <= assigned <= grant


@given(COST, st.lists(COST, max_size=6), COST, st.randoms())
def test_the_order_of_grants_does_not_matter(
    cost: Decimal, grants: list[Decimal], receipts: Decimal, random: object
) -> None:
    found = funding_of_segment(cost=cost, grants=grants, receipts=receipts)
    random.shuffle(grants)

    assert funding_of_segment(cost=cost, grants=grants, receipts=receipts) == found
    assert found.accepted is (found.total <= cost)
    assert found.overfunded == max(ZERO, found.total - cost)


@given(HOURS, HOURS, RATE)
def test_the_missing_hours_are_exactly_what_it_takes_to_pass(
    a: Decimal, b: Decimal, minimum: Decimal
) -> None:
    operation, total = sorted((a, b))
    if not total:
        return

    result = minimum_time_share(hours_operation=operation, hours_total=total, minimum=minimum)
    mended = minimum_time_share(
        hours_operation=operation + result.missing_hours, hours_total=total, minimum=minimum
    )
    assert result.accepted is (result.missing_hours == 0)
    assert mended.accepted


@given(st.lists(RATE, max_size=6), st.randoms())
def test_the_order_of_shares_does_not_matter(shares: list[Decimal], random: object) -> None:
    found = time_shares(shares=shares)
    random.shuffle(shares)

    assert time_shares(shares=shares) == found
    assert found.accepted is (found.total <= 1)


SEGMENTS = st.lists(
    st.builds(
        lambda start, days, fte: FteSegment(start=start, end=start + timedelta(days=days), fte=fte),
        st.dates(date(2020, 1, 1), date(2028, 1, 1)),
        st.integers(1, 900),
        FTE,
    ),
    max_size=6,
)


@given(SEGMENTS, st.randoms())
def test_the_order_of_segments_does_not_matter_and_none_counts_more_than_itself(
    segments: list[FteSegment], random: object
) -> None:
    start, end = date(2023, 12, 15), date(2024, 12, 15)
    found = fte_over_period(segments=segments, start=start, end=end).fte
    random.shuffle(segments)

    assert fte_over_period(segments=segments, start=start, end=end).fte == found
    assert 0 <= found <= sum(segment["fte"] for segment in segments)


@given(st.integers(0, 5000), RATE, st.integers(0, 60), st.integers(0, 60))
def test_a_sample_lies_in_its_bounds_and_reaches_its_share(
    population: int, share: Decimal, minimum: int, more: int
) -> None:
    maximum = minimum + more
    size = sample_size(population=population, share=share, minimum=minimum, maximum=maximum).size

    assert min(population, minimum) <= size <= min(population, maximum)
    assert size >= min(share * population, maximum)


def test_where_nobody_stands_inhabitants_per_fte_have_no_value() -> None:
    assert coverage(fte=Decimal(0), population=1000).inhabitants_per_fte is None


def test_ties_go_to_the_limit_that_the_catalogue_names_first() -> None:
    tied = state_grant(
        eligible_cost=Decimal(100),
        rate=Decimal("0.5"),
        ceiling_per_fte=Decimal(50),
        maximum=Decimal(50),
    )

    assert tied.limited_by is LimitedBy.RATE
