"""What each convention charges of each person's months: the step from segments to claim lines.

A convention that pays for the post charges the holder's cost over the days the post is held,
replacement included. One that pays for time charges the month's cost in proportion to the hours, or
by the share that a letter fixes. All conventions of a person are charged together, oldest first, so
that the last cent of a month is never rounded up twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from grants.enums import AbsencePolicy, LetterNature, Method, PayItemKind
from grants.frozen import frozen
from grants.money import from_cents
from grants.periods import Period, united
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.facts.people import Letter
from grants.rules.basis.facts.posts import Holding
from grants.rules.basis.people import People, grouped
from grants.rules.conventions.settings import Settings
from grants.rules.ledger.charge_amounts import (
    Amounts,
    Basis,
    fixed_amounts,
    post_amounts,
    real_amounts,
)
from grants.rules.ledger.facts import LedgerFacts, people_of
from grants.rules.ledger.hourly import HourlyRates
from grants.rules.ledger.segments import PersonLinks, Segment, links_of, segments_of
from grants.rules.pay.eligibility import refusal_of
from grants.rules.pay.paid_time import paid_absence_minutes


@frozen
class Charge:
    """One convention's charge of one person's month, between the cuts that matter to it."""

    convention_id: int
    person_id: int
    month: date
    period: Period
    method: Method
    segments: tuple[Segment, ...]
    basis: Basis
    amounts: Amounts
    holding: Holding | None
    letter: Letter | None


@frozen
class Ledger:
    """Cut months and charges of everybody in the facts: what claims, checks and proofs read."""

    facts: LedgerFacts
    people: People
    links: Mapping[int, PersonLinks]
    segments: tuple[Segment, ...]
    charges: tuple[Charge, ...]

    def of_convention(self, convention_id: int, period: Period) -> list[Charge]:
        """Charges of one convention inside a period, by person then time."""
        return [
            charge
            for charge in self.charges
            if charge.convention_id == convention_id and period.covers(charge.period)
        ]


def ledger_of(
    facts: LedgerFacts, extra_cuts: Iterable[date] = (), *, cuts_time: bool = True
) -> Ledger:
    """Cut every month and charge every convention.

    Args: extra_cuts: bounds of a claim's period, so that a claim may end inside a month. cuts_time:
    whether that claim pays for time; only then are the months of operations cut there too.
    """
    links = links_of(facts, frozenset(extra_cuts), cuts_time=cuts_time)
    segments = segments_of(facts, links)
    by_person = grouped(segments, lambda segment: segment.person_id)
    people = people_of(facts)
    charger = _Charger(facts, links, people)
    charges = [
        charge
        for person_id, own in by_person.items()
        for charge in (*charger.post_charges(person_id, own), *charger.time_charges(person_id, own))
    ]
    return Ledger(facts, people, links, tuple(segments), tuple(charges))


class _Charger:
    """Charges one person after the other; what depends on nobody is looked up once."""

    def __init__(
        self, facts: LedgerFacts, links: Mapping[int, PersonLinks], people: People
    ) -> None:
        self.facts = facts
        self.links = links
        self.people = people
        self.rates = HourlyRates(facts, people)

    def post_charges(self, person_id: int, segments: Sequence[Segment]) -> Iterator[Charge]:
        """Charges of the conventions that pay the person's posts."""
        for convention_id in self.links[person_id].post_conventions:
            convention = self.facts.conventions[convention_id]
            taken: dict[Period, list[Decimal]] = defaultdict(list)
            for holding, period in self._funded_holdings(person_id, convention):
                inside = [s for s in segments if period.covers(s.period)]
                for group in _groups(inside, self.links[person_id].claim_cuts):
                    if not group[0].items:
                        continue  # no payslip yet: a finding says so, an empty line would not
                    charge = self._post_charge(convention, holding, group, taken[_hull(group)])
                    taken[charge.period].append(charge.amounts.amount.value)
                    yield charge

    def _funded_holdings(
        self, person_id: int, convention: Convention
    ) -> Iterator[tuple[Holding, Period]]:
        """Days of each holding that the convention pays, each day once: two rows that fund more
        and more of one post never pay its holder twice.
        """
        for holding in self.people.holdings[person_id]:
            held = holding.period.intersect(convention.period)
            funded = united(
                funding.period
                for funding in self.people.fundings[convention.id]
                if funding.post_id == holding.post_id
            )
            for funding_period in funded:
                period = held and held.intersect(funding_period)
                if period:
                    yield holding, period

    def _post_charge(
        self,
        convention: Convention,
        holding: Holding,
        group: Sequence[Segment],
        taken: Sequence[Decimal],
    ) -> Charge:
        basis = self._basis(convention, group)
        amounts = post_amounts(basis, holding, taken)
        method = Method.POST_SHARE
        return _charge(convention, group[0].month, group, method, basis, amounts, holding, None)

    def time_charges(self, person_id: int, segments: Sequence[Segment]) -> Iterator[Charge]:
        """Charges of the operations that pay the person's time, oldest operation first in each part
        of a month.
        """
        links = self.links[person_id]
        conventions = sorted(
            map(self.facts.conventions.__getitem__, links.time_conventions),
            key=lambda c: (c.period.start, c.number),
        )
        for group in _groups(segments, links.time_cuts) if conventions else ():
            taken: list[Decimal] = []
            for convention in conventions:
                charge = self._time_charge(convention, group, taken)
                if charge:
                    yield charge
                    taken.append(charge.amounts.amount.value)

    def _time_charge(
        self, convention: Convention, group: Sequence[Segment], taken: Sequence[Decimal]
    ) -> Charge | None:
        period = _hull(group)
        if not convention.period.covers(period):
            return None
        letter = self._letter(group[0].person_id, convention.id, period)
        basis = self._basis(convention, group)
        method = _method(letter, convention.terms_on(period.start).settings)
        if not basis.operation_minutes and (letter is None or not group[0].items):
            return None
        if letter is not None and method in (Method.FULL, Method.FIXED_SHARE):
            amounts = fixed_amounts(basis, letter, taken)
        elif method is Method.REAL_SHARE:
            amounts = real_amounts(basis, taken)
        else:
            amounts = self.rates.amounts(basis, method, convention, period)
        return _charge(convention, group[0].month, group, method, basis, amounts, None, letter)

    def _letter(self, person_id: int, convention_id: int, period: Period) -> Letter | None:
        """Letter that covers the days; where two do, the one that began last replaced the other."""
        found = self.people.letters[person_id, convention_id]
        covering = [letter for letter in found if letter.period.covers(period)]
        return max(covering, key=lambda one: (one.period.start, one.row), default=None)

    def _basis(self, convention: Convention, group: Sequence[Segment]) -> Basis:
        settings = convention.terms_on(group[0].period.start).settings
        person = self.facts.persons[group[0].person_id]
        parts: dict[PayItemKind, int] = {}
        kept: list[PayItem] = []
        refused: list[tuple[PayItem, str]] = []
        for item, cents in zip(group[0].items, _cents(group), strict=True):
            reason = refusal_of(item, settings, has_abatement=person.has_payroll_tax_abatement)
            if reason:
                refused.append((item, reason))
            else:
                kept.append(item)
                parts[item.kind] = parts.get(item.kind, 0) + cents
        worked = sum(segment.total_minutes for segment in group)
        counts_absences = settings.absence_policy is AbsencePolicy.PAID_HOURS
        away = paid_absence_minutes(self.people, person, _hull(group)) if counts_absences else 0
        return Basis(
            segments=tuple(group),
            gross=from_cents(parts.get(PayItemKind.GROSS, 0)),
            charges=from_cents(parts.get(PayItemKind.EMPLOYER_CHARGES, 0)),
            taxes=from_cents(parts.get(PayItemKind.PAYROLL_TAX, 0)),
            total=from_cents(sum(parts.values())),
            kept=tuple(kept),
            refused=tuple(refused),
            total_minutes=worked + away,
            absence_minutes=away,
            operation_minutes=sum(s.minutes.get(convention.id, 0) for s in group),
            operation_rows=_rows(group, convention.id),
            other_rows=_rows(group, convention.id, others=True),
        )


def _cents(group: Sequence[Segment]) -> Sequence[int]:
    """Cents of each of the month's items over the segments."""
    if len(group) == 1:
        return group[0].cents
    return [sum(cents) for cents in zip(*(segment.cents for segment in group), strict=True)]


def _charge(
    convention: Convention,
    month: date,
    group: Sequence[Segment],
    method: Method,
    basis: Basis,
    amounts: Amounts,
    holding: Holding | None,
    letter: Letter | None,
) -> Charge:
    return Charge(
        convention.id,
        group[0].person_id,
        month,
        _hull(group),
        method,
        tuple(group),
        basis,
        amounts,
        holding,
        letter,
    )


def _method(letter: Letter | None, settings: Settings) -> Method:
    """Method that the letter fixes, else the scheme's for variable time."""
    if letter is not None and letter.nature is not LetterNature.VARIABLE:
        return Method.FULL if letter.nature is LetterNature.FULL_TIME else Method.FIXED_SHARE
    named = Method(settings.valuation.value)
    return Method.REAL_SHARE if named is Method.FIXED_SHARE else named


def _rows(group: Sequence[Segment], convention_id: int, *, others: bool = False) -> tuple[str, ...]:
    return tuple(
        rows
        for segment in group
        for key, rows in segment.time_rows.items()
        if (key == convention_id) is not others and rows
    )


def _hull(group: Sequence[Segment]) -> Period:
    return Period(group[0].period.start, group[-1].period.end)


def _groups(segments: Iterable[Segment], cuts: Sequence[date]) -> list[list[Segment]]:
    """Segments of one month between two cuts that matter to a line, in order."""
    groups = grouped(segments, lambda s: (s.month, bisect_right(cuts, s.period.start)))
    return list(groups.values())
