"""The proof of the ledger's invariants over the whole database, some months of it at a time.

Months that no convention joins to the months before are looked at by themselves: what is held in
memory is then a year or two of everybody, however long the database reaches back.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import func, select

from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.people import Person
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.rules.claims.proofs import (
    Proof,
    hours_are_whole,
    minutes_of_segments,
    proofs_of,
    together,
)
from grants.services.claims.computing import claims_without_findings, shared_ledger
from grants.services.claims.windows import claims_within, whole_claims, windows_of
from grants.services.platform.collector import collector_paused


@collector_paused()
def verify_all(session: AnySession, *, as_of: date) -> tuple[Proof, ...]:
    """Every invariant over everybody and every convention in the database."""
    wanted = whole_claims(session, set(session.scalars(select(Convention.id))), None)
    if not wanted:
        return (_nothing(),)
    names = _names(session)
    numbers = {one.convention.number for one in wanted}
    proofs: tuple[Proof, ...] = ()
    counted: Counter[int] = Counter()
    declared: Counter[int] = Counter()
    for window in windows_of([one.period for one in wanted]):
        here = claims_within(wanted, window)
        ledger = shared_ledger(session, here, people=set(names), span=window)
        claims = claims_without_findings(session, ledger, here, as_of)
        found = proofs_of(ledger, claims, elsewhere=numbers)
        pairs = zip(proofs, found, strict=True)
        proofs = tuple(together(*pair) for pair in pairs) if proofs else found
        counted.update(minutes_of_segments(ledger))
        declared.update(declared_minutes(session, ledger.facts.period))
        del ledger, claims  # the next window's would stand beside them
    return (*proofs, hours_are_whole(names, counted, declared))


def _nothing() -> Proof:
    return Proof("nothing", "Aucune convention dans la base : rien à prouver", 0, ())


def _names(session: AnySession) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.last_name, Person.first_name))
    return {number: f"{last} {first}" for number, last, first in rows}


def declared_minutes(session: AnySession, period: Period) -> dict[int, int]:
    """Minutes of the time sheets of a period, by person."""
    entry = TimeEntry
    rows = session.execute(
        select(entry.person_id, func.sum(entry.minutes))
        .where(entry.work_on >= period.start, entry.work_on < period.end)
        .group_by(entry.person_id)
    )
    return {person_id: int(minutes) for person_id, minutes in rows}
