"""Conventions that meet inside a month and cut it by different methods.

Law: docs/rules.md#cut-of-a-month: they must cut it by one method, else cents are paid twice or
lost. The ledger cuts by the oldest convention's; the finding shows what each of the others would
have counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from grants.enums import MonthSplit, Severity
from grants.french import count, euros, months_fr
from grants.labels import label
from grants.money import from_cents, split_cents
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.basis.people import grouped
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import place, term_of
from grants.rules.ledger.segments import Segment, splits_in, weights_of

Methods = tuple[tuple[str, MonthSplit], ...]


@dataclass(slots=True)
class _Meeting:
    """Months in which the same conventions meet by the same methods."""

    months: set[date] = field(default_factory=set)
    persons: set[int] = field(default_factory=set)
    net: int = 0


MONTH_SPLIT_DIFFERS = finding_kind(
    "month_split_differs",
    Chapter.FUNDING,
    severity=Severity.BLOCKING,
    title="Mois coupé par deux méthodes",
    remedy=(
        "convenez d'une méthode avec les financeurs et notez-la dans `coupe_du_mois` des deux "
        "conventions"
    ),
)


@finds(MONTH_SPLIT_DIFFERS)
def check_month_split(checked: Checked) -> list[Finding]:
    """Cents that different methods would pay twice or lose, and the method to agree on."""
    met: dict[Methods, _Meeting] = defaultdict(_Meeting)
    months = {(one.line.person_id, one.line.month) for one in checked.charged}
    facts, links = checked.ledger.facts, checked.ledger.links
    by_number = {convention.number: convention for convention in facts.conventions.values()}
    disputed: dict[tuple[int, date], dict[str, MonthSplit]] = {}
    known: dict[tuple[tuple[int, ...], date], dict[str, MonthSplit]] = {}
    for person_id, month in sorted(months):
        key = links[person_id].conventions, month  # which most people share
        if key not in known:
            known[key] = splits_in(facts, links[person_id], month)
        methods = known[key]
        if len(set(methods.values())) > 1 and checked.number in methods:
            disputed[person_id, month] = methods
    segments = _segments(checked, disputed)
    for (person_id, month), methods in disputed.items():
        touching = [by_number[number] for number in methods]
        if any(not c.period.covers(Period.month(month)) for c in touching):
            entry = met[tuple(methods.items())]
            entry.months.add(month)
            entry.persons.add(person_id)
            entry.net += _net_cents(checked, segments[person_id, month], touching, methods)
    return [_finding(checked, methods, entry) for methods, entry in met.items()]


def _segments(
    checked: Checked, wanted: Mapping[tuple[int, date], object]
) -> Mapping[tuple[int, date], Sequence[Segment]]:
    inside = (s for s in checked.ledger.segments if (s.person_id, s.month) in wanted)
    return grouped(inside, lambda segment: (segment.person_id, segment.month))


def _net_cents(
    checked: Checked,
    segments: Sequence[Segment],
    touching: Sequence[Convention],
    methods: Mapping[str, MonthSplit],
) -> int:
    """Cents counted in all when each convention cuts by its own method, less those that the ledger
    gives: more than zero is paid twice, less is lost.
    """
    return sum(
        _inside(checked, segments, convention, methods[convention.number])
        - _inside(checked, segments, convention, segments[0].split)
        for convention in touching
        if not convention.period.covers(Period.month(segments[0].month))
    )


def _inside(
    checked: Checked, segments: Sequence[Segment], convention: Convention, split: MonthSplit
) -> int:
    """Cents of the month that fall in the convention by a method, whatever else cuts its days."""
    weights = [0, 0, 0]  # before the convention, inside it, after it
    for segment, weight in zip(segments, _weights(checked, segments, split), strict=True):
        start = segment.period.start
        weights[(start >= convention.period.start) + (start >= convention.period.end)] += weight
    total = sum(sum(segment.cents) for segment in segments)
    return split_cents(total, weights)[1]


def _weights(checked: Checked, segments: Sequence[Segment], split: MonthSplit) -> list[int]:
    person = checked.person(segments[0].person_id)
    contracts = checked.ledger.people.contracts[person.id]
    periods = [segment.period for segment in segments]
    minutes = [segment.total_minutes for segment in segments]
    return weights_of(split, periods, minutes, contracts, person.calendar)[1]


def _finding(checked: Checked, methods: Methods, met: _Meeting) -> Finding:
    listed = ", ".join(f"{number} par {label(split).lower()}" for number, split in methods)
    gap = from_cents(abs(met.net))
    effect = "seraient payés deux fois" if met.net > 0 else "seraient perdus"
    if not met.net:
        effect = "d'écart cette fois, mais les méthodes ne donnent pas les mêmes parts"
    message = (
        f"{months_fr(met.months)}, {count(len(met.persons), 'agent')} : des conventions se "
        f"rencontrent dans le mois et le coupent autrement ({listed}) ; attendu une seule méthode. "
        f"Sur ces bulletins {euros(gap)} {effect}. Le bilan coupe par "
        f"{label(methods[0][1]).lower()}, méthode de la plus ancienne : convenez-en avec les "
        f"financeurs et notez-la dans « coupe_du_mois »."
    )
    return MONTH_SPLIT_DIFFERS.finding(
        message,
        place(checked, months=sorted(met.months)),
        amount=gap,
        source=term_of(checked, "month_split"),
    )
