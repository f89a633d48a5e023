"""The ledger: each person's pay and time, cut once, so that no euro and no hour is charged twice.

A payslip month is cut at every start or end of what touches the person: convention, amendment,
funding of the post, holding, contract, mission letter, sick leave. Between two cuts nothing
changes: that is a **segment**, the atom that every convention charges. Parts of a payslip over its
segments add up to the payslip, to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from itertools import chain

from grants.enums import CostBasis, HolidayCalendar, MonthSplit, PayItemKind
from grants.frozen import frozen
from grants.money import from_cents
from grants.periods import FOREVER, Period
from grants.rules.basis.calendar import working_days
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.facts.people import Employment, Letter, Person
from grants.rules.basis.facts.posts import Holding, PostFunding
from grants.rules.basis.facts.time import TimeSum
from grants.rules.ledger.facts import LedgerFacts
from grants.rules.ledger.splitting import split_items

KIND_ORDER = {kind: index for index, kind in enumerate(PayItemKind)}


@frozen
class Segment:
    """Days of one person and month between two cut points.

    ``items`` are the month's pay items and ``cents`` the part of each that falls here. ``minutes``
    holds the minutes by convention (None: other activity) and ``time_rows`` their spreadsheet rows.
    ``weight`` ÷ ``weight_of_month`` is the share of the payslip, in the unit of ``split``.
    """

    person_id: int
    month: date
    period: Period
    split: MonthSplit
    weight: Decimal
    weight_of_month: Decimal
    items: tuple[PayItem, ...]
    cents: tuple[int, ...]
    minutes: Mapping[int | None, int]
    time_rows: Mapping[int | None, str] = field(default_factory=dict)

    @property
    def cost(self) -> Decimal:
        """Whole cost of the segment, eligible or not, in euros."""
        return from_cents(sum(self.cents))

    @property
    def total_minutes(self) -> int:
        """Minutes declared on all operations and other activity."""
        return sum(self.minutes.values())


@frozen
class PersonLinks:
    """What touches one person: the conventions that pay the post or the time, and every day on
    which something changes; ``claim_cuts`` are the bounds of a claim, ``agreed_cuts`` those of the
    conventions.
    """

    post_conventions: tuple[int, ...]
    time_conventions: tuple[int, ...]
    cuts: tuple[date, ...]
    time_cuts: tuple[date, ...]
    agreed_cuts: tuple[date, ...]
    claim_cuts: tuple[date, ...]

    @property
    def conventions(self) -> tuple[int, ...]:
        """Those that pay the post, then those that pay the time."""
        return (*self.post_conventions, *self.time_conventions)


def links_of(
    facts: LedgerFacts, extra_cuts: Collection[date] = frozenset(), *, cuts_time: bool = True
) -> dict[int, PersonLinks]:
    """Conventions and cut points of every person.

    ``time_cuts`` are the cuts that matter to conventions paying for time: their own bounds and the
    mission letters. A State convention that begins on 15 December cuts the ledger, and leaves the
    FSE's December whole (ADR 0007).
    Args: extra_cuts: bounds of a claim's period. cuts_time: whether that claim pays for time; the
    bounds of a post grant's claim leave the operations' months whole too.
    """
    found = {person_id: _Links(extra_cuts, cuts_time=cuts_time) for person_id in facts.persons}
    _link_by_post(facts, found)
    _link_by_time(facts, found)
    for employment in facts.employments:
        found[employment.person_id].cut(employment.period)
    for absence in facts.absences:
        if absence.kind.brings_ijss and absence.minutes is None:
            found[absence.person_id].cut(absence.period)
    return {person_id: links.frozen() for person_id, links in found.items()}


def _link_by_post(facts: LedgerFacts, found: Mapping[int, _Links]) -> None:
    fundings: dict[int, list[PostFunding]] = defaultdict(list)
    for funding in facts.fundings:
        fundings[funding.post_id].append(funding)
    for holding in facts.holdings:
        links = found[holding.person_id]
        links.cut(holding.period)
        for funding in fundings[holding.post_id]:
            if funding.period.overlaps(holding.period):
                links.cut(funding.period)
                links.add(facts.conventions[funding.convention_id])


def _link_by_time(facts: LedgerFacts, found: Mapping[int, _Links]) -> None:
    for letter in facts.letters:
        convention = facts.conventions[letter.convention_id]
        found[letter.person_id].cut(letter.period, is_time=convention.pays_time)
        found[letter.person_id].add(convention)
    for person_id, convention_id in facts.time_links:
        found[person_id].add(facts.conventions[convention_id])


class _Links:
    """Links of one person while they are gathered."""

    def __init__(self, extra_cuts: Collection[date], *, cuts_time: bool) -> None:
        self.extra = set(extra_cuts)
        self.days: set[date] = set()
        self.agreed: set[date] = set()
        self.time_days = set(extra_cuts) if cuts_time else set()
        self.conventions: dict[CostBasis, set[int]] = {basis: set() for basis in CostBasis}

    def cut(self, period: Period, *, is_time: bool = False) -> None:
        bounds = {period.start, period.end} - {FOREVER}
        self.days |= bounds
        if is_time:
            self.time_days |= bounds

    def add(self, convention: Convention) -> None:
        basis = CostBasis.TIME if convention.pays_time else CostBasis.POST
        if convention.id in self.conventions[basis]:
            return
        self.conventions[basis].add(convention.id)
        self.cut(convention.period, is_time=convention.pays_time)
        self.agreed |= {convention.period.start, convention.period.end} - {FOREVER}
        self.days |= {terms.since for terms in convention.terms[1:]}

    def frozen(self) -> PersonLinks:
        return PersonLinks(
            tuple(sorted(self.conventions[CostBasis.POST])),
            tuple(sorted(self.conventions[CostBasis.TIME])),
            tuple(sorted(self.days | self.extra)),
            tuple(sorted(self.time_days)),
            tuple(sorted(self.agreed)),
            tuple(sorted(self.extra)),
        )


def cut_months(
    facts: LedgerFacts, links: Mapping[int, PersonLinks]
) -> dict[tuple[int, date], list[Period]]:
    """Segments' periods by person and month, for every month with pay, contract or holding inside
    the facts' period.
    """
    wanted = {
        (item.person_id, item.month)
        for item in facts.pay_items
        if facts.period.contains(item.month)
    }
    dated: Iterable[Employment | Holding | Letter] = chain(
        facts.employments, facts.holdings, facts.letters
    )
    for fact in dated:
        inside = fact.period.intersect(facts.period)
        if inside:
            wanted.update((fact.person_id, month) for month in inside.months())
    whole = {month: Period.month(month) for month in {month for _, month in wanted}}
    return {
        (person_id, month): whole[month].cut(links[person_id].cuts)
        for person_id, month in sorted(wanted)
    }


def segments_of(facts: LedgerFacts, links: Mapping[int, PersonLinks]) -> list[Segment]:
    """Every person's months cut into segments, by person then time.

    Law: docs/rules.md#cut-of-a-month: parts of a payslip add up to the payslip; a month's pay
    covers the days under contract.
    """
    items = _grouped_items(facts.pay_items)
    times = _grouped_times(facts.times)
    contracts: dict[int, list[Employment]] = defaultdict(list)
    for employment in facts.employments:
        contracts[employment.person_id].append(employment)
    cutters = {
        person_id: _Cutter(facts.persons[person_id], contracts[person_id], times, own)
        for person_id, own in links.items()
    }
    result: list[Segment] = []
    splits: dict[tuple[tuple[int, ...], date], MonthSplit] = {}  # most people share conventions
    for (person_id, month), periods in cut_months(facts, links).items():
        cutter = cutters[person_id]
        key = cutter.conventions, month
        split = splits.get(key) or splits.setdefault(
            key, agreed_split(facts, links[person_id], month)
        )
        result.extend(cutter.segments(split, month, periods, items.get((person_id, month), ())))
    return result


def agreed_split(facts: LedgerFacts, links: PersonLinks, month: date) -> MonthSplit:
    """Method by which the person's month is cut: that of the first convention that touches it.

    Conventions that meet in a month and disagree are a blocking finding; the ledger still needs one
    answer.
    """
    methods = splits_in(facts, links, month)
    return next(iter(methods.values()), MonthSplit.CALENDAR_DAYS)


def splits_in(facts: LedgerFacts, links: PersonLinks, month: date) -> dict[str, MonthSplit]:
    """Method of each convention that touches the month, by number, oldest convention first."""
    whole = Period.month(month)
    own = map(facts.conventions.__getitem__, links.conventions)
    touching = [c for c in own if c.period.overlaps(whole)]
    touching.sort(key=lambda c: (c.period.start, c.number))
    return {
        c.number: c.terms_on(max(c.period.start, whole.start)).settings.month_split
        for c in touching
    }


class _Cutter:
    """Cuts the months of one person."""

    def __init__(
        self,
        person: Person,
        contracts: Sequence[Employment],
        times: Mapping[tuple[int, date], Sequence[TimeSum]],
        links: PersonLinks,
    ) -> None:
        self.person = person
        self.contracts = contracts
        self.times = times
        self.conventions = links.conventions
        self.agreed_cuts = frozenset(links.agreed_cuts)

    def segments(
        self,
        split: MonthSplit,
        month: date,
        periods: Sequence[Period],
        items: tuple[PayItem, ...],
    ) -> Iterable[Segment]:
        """Parts of one month by a method, in order."""
        sums = [self.times.get((self.person.id, period.start), ()) for period in periods]
        minutes = [{time.convention_id: time.minutes for time in segment} for segment in sums]
        totals = [sum(segment.values()) for segment in minutes]
        split, weights = weights_of(split, periods, totals, self.contracts, self.person.calendar)
        total = Decimal(sum(weights))
        for index, cents in enumerate(self._cents(month, periods, items, weights)):
            yield Segment(
                self.person.id,
                month,
                periods[index],
                split,
                Decimal(weights[index]),
                total,
                items,
                cents,
                minutes[index],
                {time.convention_id: time.rows for time in sums[index]},
            )

    def _cents(
        self,
        month: date,
        periods: Sequence[Period],
        items: Sequence[PayItem],
        weights: Sequence[int],
    ) -> list[tuple[int, ...]]:
        """Cents of the items in each part."""
        if len(periods) == 1:
            return [tuple(cents for (cents,) in split_items(items, weights))]
        begins = [period.start == month or period.start in self.agreed_cuts for period in periods]
        parts = split_items(items, weights, begins)
        return [tuple(part[index] for part in parts) for index in range(len(periods))]


def weights_of(
    split: MonthSplit,
    periods: Sequence[Period],
    minutes: Sequence[int],
    contracts: Sequence[Employment],
    calendar: HolidayCalendar,
) -> tuple[MonthSplit, list[int]]:
    """Weights of a month's parts by a method, and the method that gave them.

    Days under contract where the method gives none, plain days where there is no contract either.
    """
    if split is MonthSplit.HOURS:
        weights = list(minutes)
    elif split is MonthSplit.WORKING_DAYS:
        weights = [_contract_days(contracts, period, calendar) for period in periods]
    else:
        weights = []
    if any(weights):
        return split, weights
    days = [_contract_days(contracts, period, None) for period in periods]
    return MonthSplit.CALENDAR_DAYS, days if any(days) else [p.days for p in periods]


def _contract_days(
    contracts: Iterable[Employment], period: Period, calendar: HolidayCalendar | None
) -> int:
    count = 0
    for employment in contracts:
        inside = employment.period.intersect(period)
        if inside:
            count += working_days(inside, calendar) if calendar else inside.days
    return count


def _grouped_items(items: Iterable[PayItem]) -> dict[tuple[int, date], tuple[PayItem, ...]]:
    """Items of each payslip in one canonical order, so that the order of the workbook never
    matters.
    """
    grouped: dict[tuple[int, date], list[PayItem]] = defaultdict(list)
    for item in items:
        grouped[item.person_id, item.month].append(item)
    return {key: tuple(sorted(group, key=_item_order)) for key, group in grouped.items()}


def _item_order(item: PayItem) -> tuple[int, str, Decimal]:
    return KIND_ORDER[item.kind], item.label, item.amount


def _grouped_times(times: Iterable[TimeSum]) -> dict[tuple[int, date], list[TimeSum]]:
    grouped: dict[tuple[int, date], list[TimeSum]] = defaultdict(list)
    for time in times:
        grouped[time.person_id, time.start].append(time)
    return grouped
