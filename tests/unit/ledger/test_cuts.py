"""What cuts a month first, and what cuts it finer: no cent moves between conventions or posts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import AbsenceKind, ClaimKind, MonthSplit
from grants.money import ZERO, from_cents, money
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.pay import PayItem
from grants.rules.ledger.charges import Ledger, ledger_of
from tests.factories.checks.checked import a_post_grant, post_case, the
from tests.factories.ledger import ledger as make

HIRED = date(2015, 9, 1)
DECEMBER = Period.month(date(2023, 12, 1))
MET_ON = date(2023, 12, 15)
SICK = AbsenceKind.SICKNESS
PAY = make.a_payslip(DECEMBER.start, gross="2700.07", charges="1100.03")

days = st.integers(1, DECEMBER.days).map(lambda number: DECEMBER.start + timedelta(days=number))
inside = st.tuples(days, days).map(lambda two: (min(two), max(two) + timedelta(days=1)))


def two_years(**terms: Any) -> tuple[Convention, Convention]:
    """State conventions that meet on 15 December."""
    return (
        make.a_convention("state", date(2022, 12, 15), MET_ON, convention_id=1, **terms),
        make.a_convention("state", MET_ON, date(2024, 12, 15), convention_id=2, **terms),
    )


def bases(*cuts: date, pay: tuple[PayItem, ...] = PAY, **facts: Any) -> dict[int, Decimal]:
    """What each convention's charges rest on in December."""
    conventions = facts.pop("conventions", None) or two_years()
    defaults = {
        "employments": [make.an_employment(HIRED)],
        "holdings": [make.a_holding(HIRED)],
        "fundings": [make.a_funding(convention) for convention in conventions],
    }
    ledger = ledger_of(
        make.ledger_facts(
            conventions, pay=pay, period=DECEMBER, extra_cuts=cuts, **{**defaults, **facts}
        ),
        cuts,
    )
    return _sums(ledger)


def _sums(ledger: Ledger) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for charge in ledger.charges:
        sums[charge.convention_id] += charge.basis.total
    return dict(sums)


OPERATION = make.a_convention("fse_plus", date(2023, 1, 1), date(2025, 1, 1), convention_id=3)
WITH_LETTER: dict[str, Any] = {
    "conventions": (*two_years(), OPERATION),
    "fundings": [make.a_funding(convention) for convention in two_years()],
    "letters": [make.a_letter(OPERATION, period=Period(date(2023, 12, 6), date(2023, 12, 21)))],
}


@pytest.mark.parametrize(
    ("cuts", "facts"),
    [
        ((), {}),
        ((), {"absences": [make.an_absence(date(2023, 12, 4), date(2023, 12, 9), SICK)]}),
        ((), {"absences": [make.an_absence(date(2023, 12, 12), date(2023, 12, 29), SICK)]}),
        (
            (),
            {
                "absences": [
                    make.an_absence(date(2023, 12, day), date(2023, 12, day + 1), SICK)
                    for day in (2, 5, 9, 17, 22, 30)
                ]
            },
        ),
        ((date(2023, 12, 11),), {}),
        ((date(2023, 12, 11), date(2023, 12, 27)), {}),
        ((), WITH_LETTER),
        ((date(2023, 12, 20),), WITH_LETTER),
    ],
)
def test_december_gives_the_same_cents_whatever_falls_inside(
    cuts: tuple[date, ...], facts: dict[str, Any]
) -> None:
    """3 800,10 € × 14 ÷ 31 and × 17 ÷ 31"""
    found = bases(*cuts, **facts)

    assert (found[1], found[2]) == (money("1716.17"), money("2083.93"))


@given(
    st.integers(1, 900_000),
    st.integers(1, 900_000),
    st.lists(inside, max_size=4),
    st.lists(days, max_size=3),
    st.sampled_from([MonthSplit.CALENDAR_DAYS, MonthSplit.WORKING_DAYS]),
)
def test_nothing_that_falls_inside_moves_a_cent_between_conventions(
    gross: int,
    charges: int,
    leaves: list[tuple[date, date]],
    cuts: list[date],
    split: MonthSplit,
) -> None:
    pay = make.a_payslip(DECEMBER.start, gross=from_cents(gross), charges=from_cents(charges))
    absences = [make.an_absence(*leave, SICK) for leave in leaves]
    conventions = two_years(month_split=split)

    plain = bases(pay=pay, conventions=conventions)

    assert bases(*cuts, pay=pay, conventions=conventions, absences=absences) == plain


@given(st.integers(1, 900_000), st.integers(1, 99), st.integers(1, 31))
def test_the_order_of_rows_never_moves_a_cent_between_two_posts(
    cents: int, part: int, day: int
) -> None:
    first, _ = two_years()
    share = Decimal(part) / 100
    second_from = HIRED if day % 2 else date(2023, 12, min(day, 14))
    rows = [
        make.a_holding(HIRED, post_id=1, share=share),
        make.a_holding(second_from, post_id=2, share=1 - share),
    ]
    pay = (make.a_pay_item(DECEMBER.start, PAY[0].kind, from_cents(cents)),)

    found = set()
    for order in permutations(rows):
        holdings = [replace(row, row=number) for number, row in enumerate(order, 2)]
        ledger = ledger_of(
            make.ledger_facts(
                [first],
                employments=[make.an_employment(HIRED)],
                posts=[make.a_post(1), make.a_post(2)],
                holdings=holdings,
                fundings=[make.a_funding(first, post_id=number) for number in (1, 2)],
                pay=pay,
                period=DECEMBER,
            )
        )
        found.add(
            tuple(
                sorted(
                    (c.holding.post_id, c.period.start, c.amounts.amount.value)
                    for c in ledger.charges
                    if c.holding
                )
            )
        )

    assert len(found) == 1


def amended(convention: Convention, since: date, **settings: Any) -> Convention:
    """The same convention with one signed amendment."""
    first = convention.terms[0]
    rate = settings.pop("rate", first.rate)
    later = replace(first, since=since, rate=rate, settings=replace(first.settings, **settings))
    return replace(convention, terms=(first, later))


@pytest.mark.parametrize(
    ("since", "parts"),
    [
        (date(2023, 7, 1), ("1000.00", "1000.00")),
        (date(2023, 12, 1), ("1000.00", "1000.00")),
        (date(2023, 12, 2), ("903.23", "1096.77")),
    ],
)
def test_a_dated_amendment_of_the_cut_holds_from_its_day(
    since: date, parts: tuple[str, str]
) -> None:
    """10 of 20 working days from the amendment on, 14 of 31 days before it"""
    ending, starting = two_years()
    ending = amended(ending, since, month_split=MonthSplit.WORKING_DAYS)
    pay = make.a_payslip(DECEMBER.start, gross="2000", charges="0")

    found = bases(pay=pay, conventions=(ending, starting))

    assert (found[1], found[2]) == tuple(map(money, parts))


def test_the_first_amendment_cuts_the_month_on_its_day() -> None:
    """10 of 31 days of March at the old rate: 4 200 € × 10 ÷ 31 × 10 %"""
    state = a_post_grant(rate="0.70")
    state = amended(state, date(2024, 3, 11), rate=Decimal("0.60"))

    case = post_case(
        state,
        kind=ClaimKind.INTERIM,
        period=Period.month(date(2024, 3, 1)),
        pay=make.a_payslip(date(2024, 3, 1)),
    )

    march = [s.period.start for s in case.ledger.segments if s.month == date(2024, 3, 1)]
    assert march == [date(2024, 3, 1), date(2024, 3, 11)]
    assert the(case, "terms_changed").amount == money("135.48")
