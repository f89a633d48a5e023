"""The clock of a convention's retention, on both sides of its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import ClockState, RetentionAnchor
from grants.periods import FOREVER, Period
from grants.rules.evidence.retention import retention
from grants.rules.evidence.retention_clock import ClockFacts, removable_before, retention_clock

FACTS = ClockFacts(
    convention_id=1,
    number="FSE-1",
    period=Period.year(2015),
    is_settled=True,
    last_payment_on=date(2016, 6, 15),
    years=5,
    anchor=RetentionAnchor.LAST_PAYMENT_YEAR_END,
)

OF_2014 = replace(
    FACTS, years=3, anchor=RetentionAnchor.ACCOUNTS_YEAR_END, last_payment_on=date(2019, 8, 10)
)


def test_everything_is_kept_until_the_last_day_and_goes_on_the_next() -> None:
    # Paid in 2016: 31 December 2016 and five years.
    last = date(2021, 12, 31)

    assert retention_clock(FACTS, as_of=last).state is ClockState.COUNTING
    assert retention_clock(FACTS, as_of=last).keep_until == last
    assert retention_clock(FACTS, as_of=last + timedelta(days=1)).state is ClockState.OVER


@pytest.mark.parametrize(
    ("paid_on", "last"),
    [
        # Accounts of the year to 30 June 2019, handed in in 2020.
        (date(2019, 6, 30), date(2023, 12, 31)),
        # Accounts of the year to 30 June 2020, handed in in 2021.
        (date(2019, 7, 1), date(2024, 12, 31)),
        (date(2019, 8, 10), date(2024, 12, 31)),
    ],
)
def test_the_clock_and_the_rule_of_2014_2020_give_one_answer(paid_on: date, last: date) -> None:
    facts = replace(OF_2014, last_payment_on=paid_on)

    assert retention_clock(facts, as_of=date(2022, 1, 1)).keep_until == last
    assert retention(fund="fse_2014_2020", last_payment_on=paid_on).keep_until == last


def test_pieces_of_2014_2020_never_go_by_the_clock_alone() -> None:
    clock = retention_clock(OF_2014, as_of=date(2100, 1, 1))

    assert clock.state is ClockState.UNNOTIFIED
    assert not clock.is_over


def test_the_day_that_the_authority_notifies_starts_the_years() -> None:
    facts = replace(OF_2014, notified_on=date(2022, 12, 31))

    assert retention_clock(facts, as_of=date(2025, 12, 31)).state is ClockState.COUNTING
    assert retention_clock(facts, as_of=date(2026, 1, 1)).state is ClockState.OVER


def test_a_payment_before_the_end_counts_from_the_end() -> None:
    facts = replace(FACTS, last_payment_on=date(2014, 3, 1))

    assert retention_clock(facts, as_of=date(2022, 1, 1)).keep_until == date(2020, 12, 31)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"is_settled": False}, ClockState.UNSETTLED),
        ({"last_payment_on": None}, ClockState.UNSETTLED),
        ({"period": Period(date(2015, 1, 1), FOREVER)}, ClockState.OPEN),
        ({"years": None}, ClockState.WITHOUT_YEARS),
        ({"is_held": True}, ClockState.HELD),
    ],
)
def test_a_clock_that_has_not_started_or_is_held_never_ends(
    change: dict[str, object], state: ClockState
) -> None:
    clock = retention_clock(replace(FACTS, **change), as_of=date(2099, 1, 1))  # type: ignore[arg-type] # each fits

    assert clock.state is state
    assert not clock.is_over
    assert removable_before([clock]) is None


def test_nothing_goes_of_whom_no_convention_is_known() -> None:
    assert removable_before([]) is None


def test_what_an_ended_convention_rested_on_goes_up_to_the_end_of_its_last_month() -> None:
    clock = retention_clock(
        replace(FACTS, period=Period(date(2014, 12, 15), date(2015, 12, 15))),
        as_of=date(2022, 1, 1),
    )

    assert removable_before([clock]) == date(2016, 1, 1)


def test_the_twelve_months_before_a_running_convention_stay() -> None:
    ended = retention_clock(FACTS, as_of=date(2022, 1, 1))
    running = retention_clock(
        replace(FACTS, number="FSE-2", period=Period(date(2016, 3, 15), date(2020, 1, 1)),
                last_payment_on=date(2021, 1, 1)),
        as_of=date(2022, 1, 1),
    )  # fmt: skip

    assert running.state is ClockState.COUNTING
    assert running.rests_from == date(2015, 3, 1)
    assert removable_before([ended, running]) == date(2015, 3, 1)


@given(
    st.lists(
        st.tuples(st.integers(2000, 2040), st.integers(0, 5), st.integers(1, 12), st.booleans()),
        max_size=6,
    ),
    st.dates(date(2000, 1, 1), date(2060, 1, 1)),
)
def test_no_cut_ever_reaches_what_a_clock_that_runs_rests_on(
    drawn: list[tuple[int, int, int, bool]], as_of: date
) -> None:
    clocks = [
        retention_clock(
            replace(FACTS, period=Period.year(year), years=years, is_settled=settled,
                    last_payment_on=date(year + 1, 3, 1)),
            as_of=as_of,
        )
        for year, years, _month, settled in drawn
    ]  # fmt: skip

    before = removable_before(clocks)

    for clock in clocks:
        if before is not None and not clock.is_over:
            assert before <= clock.rests_from <= clock.facts.period.start
    assert before is None or before.day == 1
