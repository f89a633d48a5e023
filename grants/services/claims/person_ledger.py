"""A person's ledger as a page, and the proof of the invariants over the whole database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from grants.enums import ClaimKind, MonthSplit
from grants.errors import Conflict, NotFound
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.pay import PayItem
from grants.models.people import Person
from grants.models.timesheets import TimeEntry
from grants.money import ZERO, from_cents, split_cents, to_cents
from grants.periods import Period, month_index, month_of_index
from grants.rules.claims.funding import FundedSegment, SegmentKey, funded_segments, key_of
from grants.rules.claims.proofs import Proof, hours_are_whole, proofs_of
from grants.rules.ledger.charges import Charge, Ledger
from grants.rules.ledger.segments import Segment
from grants.services.claims.computing import Wanted, claims_without_findings, shared_ledger
from grants.services.facts.ledger import conventions_of
from grants.services.facts.terms import load_conventions
from grants.services.platform.collector import collector_paused

UNITS = {
    MonthSplit.CALENDAR_DAYS: "jours",
    MonthSplit.WORKING_DAYS: "jours ouvrés",
    MonthSplit.HOURS: "minutes",
}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One segment on the page: cost, hours by operation, what each convention charges and grants,
    what is left.
    """

    period: Period
    cost: Decimal
    weight: str
    hours: Decimal
    hours_by_operation: tuple[tuple[str, Decimal], ...]
    charges: tuple[tuple[str, Decimal, Decimal], ...]
    left: Decimal


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A person's segments over a period, with totals."""

    name: str
    rows: tuple[LedgerRow, ...]
    cost: Decimal
    funded: Decimal


def ledger_rows(
    session: AnySession, *, code: str, period: Period | None, as_of: date
) -> LedgerPage:
    """Segments of one person; without a period, all the months that were paid, up to ``as_of``.

    Grants are those of the whole conventions that charge the person, so that what is left is what
    nobody pays.
    Raises: NotFound: unknown matricule. Conflict: the matricule stands in several organisations.
    """
    person_id = _person_id(session, code)
    span = period or _paid_months(session, person_id, as_of)
    wanted = _whole(session, conventions_of(session, [person_id]), span)
    ledger = shared_ledger(session, wanted, people={person_id}, span=span)
    claims = claims_without_findings(session, ledger, wanted, as_of)
    own = [s for s in funded_segments(ledger, claims) if s.segment.person_id == person_id]
    own = [s for s in own if s.segment.period.overlaps(span)]
    charged = _charged(ledger)
    rows = tuple(_row(ledger, funded, charged) for funded in own)
    return LedgerPage(
        ledger.facts.persons[person_id].name,
        rows,
        sum((funded.segment.cost for funded in own), ZERO),
        sum((funded.total for funded in own), ZERO),
    )


def _person_id(session: AnySession, code: str) -> int:
    ids = session.scalars(select(Person.id).where(Person.code == code.strip())).all()
    if not ids:
        raise NotFound(f"agent « {code} » inconnu : c'est le matricule qui est attendu")
    if len(ids) > 1:
        raise Conflict(
            f"le matricule « {code} » existe dans {len(ids)} structures : dites laquelle "
            "(--organisation CODE)",
            field="code",
        )
    return ids[0]


def _paid_months(session: AnySession, person_id: int, as_of: date) -> Period:
    """First to last paid month of a person; the month of ``as_of`` for somebody never paid."""
    month = PayItem.month
    paid = (PayItem.person_id == person_id) & (month <= month_index(as_of))
    first, last = session.execute(select(func.min(month), func.max(month)).where(paid)).one()
    if first is None:
        return Period.month(as_of)
    return Period(month_of_index(first), month_of_index(last + 1))


def _whole(session: AnySession, ids: set[int], span: Period | None) -> list[Wanted]:
    """Claims of whole conventions, those that share a day with the span."""
    return [
        Wanted(convention, convention.period, ClaimKind.FINAL)
        for convention in load_conventions(session, ids).values()
        if span is None or convention.period.overlaps(span)
    ]


Charged = Mapping[SegmentKey, list[tuple[int, Decimal]]]


def _charged(ledger: Ledger) -> Charged:
    """What each convention charges of each segment: a line's amount over its segments by cost."""
    found: dict[SegmentKey, list[tuple[int, Decimal]]] = defaultdict(list)
    for charge in ledger.charges:
        for segment, amount in _over_segments(charge):
            found[key_of(segment)].append((charge.convention_id, amount))
    return found


def _over_segments(charge: Charge) -> list[tuple[Segment, Decimal]]:
    weights = [max(0, sum(segment.cents)) for segment in charge.segments]
    if not any(weights):
        return []
    parts = split_cents(to_cents(charge.amounts.amount.value), weights)
    return [(s, from_cents(part)) for s, part in zip(charge.segments, parts, strict=True)]


def _row(ledger: Ledger, funded: FundedSegment, charged: Charged) -> LedgerRow:
    segment = funded.segment
    numbers = {c.id: c.number for c in ledger.facts.conventions.values()}
    granted: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for part in funded.assigned:
        granted[part.source] += part.amount
    charges = [
        (numbers[convention_id], amount, granted.pop(numbers[convention_id], ZERO))
        for convention_id, amount in charged.get(key_of(segment), ())
    ]
    charges += [(source, ZERO, amount) for source, amount in granted.items()]
    hours = tuple(
        (numbers.get(key or 0, "autre activité"), Decimal(minutes) / 60)
        for key, minutes in segment.minutes.items()
    )
    return LedgerRow(
        segment.period,
        segment.cost,
        f"{segment.weight} / {segment.weight_of_month} {UNITS[segment.split]}",
        Decimal(segment.total_minutes) / 60,
        hours,
        tuple(charges),
        segment.cost - funded.total,
    )


@collector_paused()
def verify_all(session: AnySession, *, as_of: date) -> tuple[Proof, ...]:
    """Every invariant over everybody and every convention in the database."""
    ids = set(session.scalars(select(Convention.id)))
    wanted = _whole(session, ids, None)
    if not wanted:
        return (_nothing(),)
    people = set(session.scalars(select(Person.id)))
    ledger = shared_ledger(session, wanted, people=people)
    claims = claims_without_findings(session, ledger, wanted, as_of)
    declared = declared_minutes(session, ledger.facts.period)
    return (*proofs_of(ledger, claims), hours_are_whole(ledger, declared))


def _nothing() -> Proof:
    return Proof("nothing", "Aucune convention dans la base : rien à prouver", 0, ())


def declared_minutes(session: AnySession, period: Period) -> dict[int, int]:
    """Minutes of the time sheets of a period, by person."""
    entry = TimeEntry
    rows = session.execute(
        select(entry.person_id, func.sum(entry.minutes))
        .where(entry.work_on >= period.start, entry.work_on < period.end)
        .group_by(entry.person_id)
    )
    return {person_id: int(minutes) for person_id, minutes in rows}
