"""The ledger's invariants over any set of people, payslips, conventions and time sheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grants.enums import (
    AbsenceKind,
    AbsencePolicy,
    ClaimKind,
    LetterNature,
    MonthSplit,
    PayItemKind,
    Valuation,
)
from grants.money import ZERO, from_cents, to_cents
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.facts.people import Absence, Letter, Person
from grants.rules.basis.facts.posts import Holding
from grants.rules.claims.claim import Claim
from grants.rules.claims.engine import claim_of
from grants.rules.claims.funding import funded_segments
from grants.rules.claims.lines import charges_in_order
from grants.rules.claims.proofs import (
    charges_stay_within_cost,
    european_shares_hold,
    lines_add_up,
    parts_add_up,
    segments_fill_months,
)
from grants.rules.ledger.charges import Charge, Ledger, ledger_of
from grants.rules.ledger.facts import LedgerFacts
from tests.factories.ledger import ledger as make
from tests.support.fuzzing import examples

FIRST, END = date(2023, 11, 1), date(2024, 4, 1)
SPAN = Period(FIRST, END)
OPTIONAL = [kind for kind in PayItemKind if kind not in (PayItemKind.GROSS, PayItemKind.OTHER)]

days = st.integers(0, SPAN.days - 1).map(lambda number: FIRST + timedelta(days=number))
cents = st.integers(1, 900_000).map(from_cents)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first, second = draw(days), draw(days)
    return Period(min(first, second), max(first, second) + timedelta(days=1))


@st.composite
def conventions(draw: st.DrawFn, split: MonthSplit) -> list[Convention]:
    """One to four conventions of any funder, all cutting months by one method."""
    known: list[make.Kind] = ["state", "fse", "fse_plus"]
    kinds = draw(st.lists(st.sampled_from(known), min_size=1, max_size=4))
    return [
        make.a_convention(
            kind,
            *_bounds(draw(periods())),
            convention_id=number,
            month_split=split,
            valuation=draw(st.sampled_from(list(Valuation))),
            absence_policy=draw(st.sampled_from(list(AbsencePolicy))),
        )
        for number, kind in enumerate(kinds, 1)
    ]


def _bounds(period: Period) -> tuple[date, date]:
    return period.start, period.end


@st.composite
def payslips(draw: st.DrawFn, person_id: int) -> list[PayItem]:
    months = draw(st.sets(st.sampled_from(SPAN.months()), min_size=1))
    items = []
    for month in sorted(months):
        kinds = draw(st.sets(st.sampled_from(OPTIONAL), max_size=4))
        for kind in (PayItemKind.GROSS, *sorted(kinds)):
            items.append(make.a_pay_item(month, kind, draw(cents), person_id=person_id))
    return items


@dataclass(frozen=True)
class World:
    """Everything drawn for one ledger, before the database would sum its hours."""

    conventions: list[Convention]
    parts: dict[str, Any]

    def facts(self, *cuts: date) -> LedgerFacts:
        return make.ledger_facts(self.conventions, period=SPAN, extra_cuts=cuts, **self.parts)

    def ledger(self, *cuts: date) -> Ledger:
        return ledger_of(self.facts(*cuts), cuts)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    split = draw(st.sampled_from(list(MonthSplit)))
    made = draw(conventions(split))
    person_ids = [1, 2][: draw(st.integers(1, 2))]
    parts: dict[str, Any] = {
        name: [] for name in ("holdings", "employments", "letters", "pay", "time", "absences")
    }
    parts["persons"] = [make.a_person(person_id) for person_id in person_ids]
    parts["posts"] = [make.a_post(1), make.a_post(2)]
    parts["fundings"] = [
        make.a_funding(convention, post_id=post_id) for convention in made for post_id in (1, 2)
    ]
    for person_id in person_ids:
        parts["employments"].append(
            make.an_employment(*_bounds(draw(periods())), person_id=person_id)
        )
        parts["holdings"] += draw(holdings(person_id))
        parts["absences"] += draw(absences(person_id))
        parts["pay"] += draw(payslips(person_id))
        parts["letters"] += draw(letters(made, person_id))
        parts["time"] += draw(hours(made, person_id))
    return World(made, parts)


@st.composite
def letters(draw: st.DrawFn, made: list[Convention], person_id: int) -> list[Letter]:
    """Letters of one person: variable ones, or fixed shares that leave room for each other."""
    paid_by_time = [convention for convention in made if convention.pays_time]
    if not paid_by_time or not draw(st.booleans()):
        return []
    if draw(st.booleans()):
        return [make.a_letter(convention, person_id=person_id) for convention in paid_by_time]
    share = Decimal(draw(st.integers(1, 100))) / 100 / len(paid_by_time)
    share = share.quantize(Decimal("0.0001"), "ROUND_DOWN")
    first = [
        make.a_letter(c, person_id=person_id, nature=LetterNature.FIXED_SHARE, share=str(share))
        for c in paid_by_time
    ]
    # A later letter on some of the days lowers the share.
    later = [
        replace(letter, period=inside, share=share / 2, row=99)
        for letter in first
        if (inside := draw(periods()).intersect(letter.period))
        and inside.start > letter.period.start
    ]
    return [*first, *later]


@st.composite
def holdings(draw: st.DrawFn, person_id: int) -> list[Holding]:
    """One post, or two whose shares fit side by side, each over days of its own."""
    if draw(st.booleans()):
        return [make.a_holding(*_bounds(draw(periods())), person_id=person_id)]
    share = Decimal(draw(st.integers(1, 99))) / 100
    whole = draw(st.booleans())
    days = [SPAN if whole else draw(periods()) for _ in range(2)]
    return [
        make.a_holding(*_bounds(days[0]), person_id=person_id, post_id=1, share=share),
        make.a_holding(*_bounds(days[1]), person_id=person_id, post_id=2, share=1 - share),
    ]


@st.composite
def absences(draw: st.DrawFn, person_id: int) -> list[Absence]:
    """Leave of any kind, also the long sick leave that cuts the ledger."""
    kinds = draw(st.lists(st.sampled_from(list(AbsenceKind)), max_size=2, unique=True))
    return [make.an_absence(*_bounds(draw(periods())), kind, person_id=person_id) for kind in kinds]


@st.composite
def hours(draw: st.DrawFn, made: list[Convention], person_id: int) -> list[make.Worked]:
    entries = draw(
        st.lists(st.tuples(days, st.integers(1, 480), st.integers(0, len(made))), max_size=25)
    )
    return [
        make.Worked(person_id, day, minutes, _operation(made, day, choice), row)
        for row, (day, minutes, choice) in enumerate(entries, 2)
    ]


def _operation(made: list[Convention], day: date, choice: int) -> int | None:
    """Convention of that number, where it pays for time and is in force; else other activity."""
    if choice == 0:
        return None
    convention = made[choice - 1]
    return convention.id if convention.pays_time and convention.period.contains(day) else None


@given(worlds())
@settings(max_examples=examples(60), deadline=None)
def test_parts_of_a_payslip_add_up_over_any_set_of_conventions(world: World) -> None:
    ledger = world.ledger()

    assert parts_add_up(ledger).broken == ()
    assert segments_fill_months(ledger).broken == ()


@given(worlds())
@settings(max_examples=examples(60), deadline=None)
def test_two_operations_never_hold_the_same_cent_or_minute(world: World) -> None:
    ledger = world.ledger()

    assert charges_stay_within_cost(ledger).broken == ()
    assert european_shares_hold(ledger).broken == ()
    for segment in ledger.segments:
        assert sum(segment.minutes.values()) == segment.total_minutes


@given(worlds())
@settings(max_examples=examples(50), deadline=None)
def test_printed_lines_add_up_to_the_printed_total(world: World) -> None:
    ledger = world.ledger()

    claims = [claim(world, ledger, convention) for convention in world.conventions]

    assert lines_add_up(claims).broken == ()
    for one in claims:
        assert sum((p.retained for p in one.persons), ZERO) == one.staff.value
        assert one.eligible_cost.value == one.staff.value


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=examples(40), deadline=None)
def test_the_order_of_the_facts_never_matters(world: World, random: Any) -> None:
    shuffled = {name: list(facts) for name, facts in world.parts.items()}
    for facts in shuffled.values():
        random.shuffle(facts)

    before, after = amounts(world.ledger()), amounts(World(world.conventions, shuffled).ledger())

    assert before == after


@given(worlds(), cents, st.sampled_from(SPAN.months()))
@settings(max_examples=examples(40), deadline=None)
def test_adding_an_ineligible_item_changes_nothing(
    world: World, amount: Decimal, month: date
) -> None:
    refused = make.a_pay_item(month, PayItemKind.TERMINATION, amount, label="ajout")
    if month not in {item.month for item in world.parts["pay"] if item.person_id == 1}:
        refused = replace(
            refused, month=next(i.month for i in world.parts["pay"] if i.person_id == 1)
        )
    added = {**world.parts, "pay": [*world.parts["pay"], refused]}

    assert amounts(World(world.conventions, added).ledger()) == amounts(world.ledger())


@given(worlds())
@settings(max_examples=examples(40), deadline=None)
def test_grants_are_spread_over_segments_without_making_or_losing_a_cent(world: World) -> None:
    ledger = world.ledger()
    claims = [claim(world, ledger, convention) for convention in world.conventions]

    spread = funded_segments(ledger, claims)

    for one in claims:
        given = sum(
            (
                part.amount
                for funded in spread
                for part in funded.assigned
                if part.source == one.convention.number
            ),
            ZERO,
        )
        assert ZERO <= given <= one.grant.due.value
        if _all_cost_something(one, ledger):
            assert given == one.grant.due.value


@given(worlds(), st.lists(days, min_size=1, max_size=3, unique=True))
@settings(max_examples=examples(50), deadline=None)
def test_where_a_claim_ends_never_changes_the_sum_of_what_claims_rest_on(
    world: World, cuts: list[date]
) -> None:
    """Claims that follow each other, each computed alone, hold the cents of the whole: a post
    grant over any days, an operation over those of its letters.
    """
    whole = world.ledger()
    for convention in world.conventions:
        lettered = {
            letter.person_id
            for letter in world.parts["letters"]
            if letter.convention_id == convention.id
        }
        alone = [
            world.ledger(part.start, part.end).of_convention(convention.id, part)
            for part in convention.period.cut(cuts)
        ]
        together = whole.of_convention(convention.id, convention.period)
        for person in world.parts["persons"]:
            if person.id in lettered or not convention.pays_time:
                parts = _base(charge for part in alone for charge in part if _is_of(charge, person))
                assert parts == _base(charge for charge in together if _is_of(charge, person))


def _is_of(charge: Charge, person: Person) -> bool:
    return charge.person_id == person.id


def _base(charges: Iterable[Charge]) -> Decimal:
    return sum((charge.basis.total for charge in charges), ZERO)


@given(worlds(), days)
@settings(max_examples=examples(60), deadline=None)
def test_the_bounds_of_a_post_grants_claim_leave_the_months_of_operations_whole(
    world: World, cut: date
) -> None:
    timed = {convention.id for convention in world.conventions if convention.pays_time}

    with_cut = ledger_of(world.facts(cut), {cut}, cuts_time=False)

    assert _of(with_cut, timed) == _of(world.ledger(), timed)


def _of(ledger: Ledger, conventions: set[int]) -> list[tuple[Any, ...]]:
    return [row for row in amounts(ledger) if row[0] in conventions]


@given(worlds())
@settings(max_examples=examples(50), deadline=None)
def test_consecutive_post_conventions_hold_the_whole_payslip_between_them(world: World) -> None:
    """Two conventions that meet on 15 December share December's pay, cent for cent."""
    first = make.a_convention("state", FIRST, date(2023, 12, 15), convention_id=8)
    second = make.a_convention("state", date(2023, 12, 15), END, convention_id=9)
    pay = [item for item in world.parts["pay"] if item.person_id == 1]
    facts = make.ledger_facts(
        [first, second],
        period=SPAN,
        employments=[make.an_employment(date(2020, 1, 1))],
        holdings=[make.a_holding(date(2020, 1, 1))],
        fundings=[make.a_funding(first), make.a_funding(second)],
        pay=pay,
    )

    ledger = ledger_of(facts)

    bases = sum((charge.basis.total for charge in ledger.charges), ZERO)
    refused = {item for charge in ledger.charges for item, _ in charge.basis.refused}
    kept = [item for item in pay if item not in refused]
    assert to_cents(bases) == sum(to_cents(item.amount) for item in kept)


def claim(world: World, ledger: Ledger, convention: Convention) -> Claim:
    facts = make.claim_facts(convention, ledger.facts)
    return claim_of(
        facts, ledger, period=convention.period, kind=ClaimKind.FINAL, as_of=date(2026, 1, 1)
    )


def _all_cost_something(claim: Claim, ledger: Ledger) -> bool:
    """Whether there is a line, and every line that is paid has days that cost something."""
    charges = charges_in_order(claim.convention, ledger, claim.period)
    paid = [c for line, c in zip(claim.lines, charges, strict=True) if line.retained > 0]
    return bool(paid) and all(any(s.cost > 0 for s in charge.segments) for charge in paid)


def amounts(ledger: Ledger) -> list[tuple[Any, ...]]:
    return sorted(
        (c.convention_id, c.person_id, c.period.start, c.basis.total, c.amounts.amount.value)
        for c in ledger.charges
    )
