"""Hours worked, summed and looked over as the database does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from grants.rules.basis.explained import row_ranges
from grants.rules.basis.facts.time import DayTime, TimeSum
from grants.rules.ledger.facts import LedgerFacts
from grants.rules.ledger.segments import cut_months, links_of

Kind = Literal["state", "fse", "fse_plus"]

LONG_DAY_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Worked:
    """Hours of a day on one operation; None is other activity."""

    person_id: int
    day: date
    minutes: int
    convention_id: int | None
    row: int


def sums_of(
    facts: LedgerFacts, time: Iterable[Worked], extra_cuts: Collection[date]
) -> tuple[TimeSum, ...]:
    """Time between the cuts, as the database sums it."""
    starts: dict[tuple[int, date], date] = {}
    for (person_id, _), parts in cut_months(facts, links_of(facts, frozenset(extra_cuts))).items():
        starts |= {(person_id, day): part.start for part in parts for day in part.iter_days()}
    groups: dict[tuple[int, date, int | None], list[Worked]] = defaultdict(list)
    for entry in time:
        start = starts.get((entry.person_id, entry.day))
        if start is not None:
            groups[entry.person_id, start, entry.convention_id].append(entry)
    return tuple(
        TimeSum(
            person_id=person_id,
            start=start,
            convention_id=convention_id,
            minutes=sum(entry.minutes for entry in entries),
            rows=row_ranges(entry.row for entry in entries),
        )
        for (person_id, start, convention_id), entries in groups.items()
    )


def odd_days_of(facts: LedgerFacts, time: Iterable[Worked]) -> tuple[DayTime, ...]:
    """Days over ten hours or during an absence, as the database lists them."""
    away = {
        (a.person_id, day)
        for a in facts.absences
        if not a.period.is_open
        for day in a.period.iter_days()
    }
    days: dict[tuple[int, date], list[Worked]] = defaultdict(list)
    for entry in time:
        days[entry.person_id, entry.day].append(entry)
    return tuple(
        DayTime(
            person_id=key[0],
            day=key[1],
            minutes=sum(w.minutes for w in entries),
            rows=row_ranges(w.row for w in entries),
        )
        for key, entries in sorted(days.items())
        if key in away or sum(w.minutes for w in entries) > LONG_DAY_MINUTES
    )
