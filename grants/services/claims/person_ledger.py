"""A person's ledger as a page, and the proof of the invariants over the whole database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from grants.enums import MonthSplit
from grants.errors import Conflict, NotFound
from grants.models.base import AnySession
from grants.models.pay import PayItem
from grants.models.people import Person
from grants.money import ZERO, from_cents, split_cents, to_cents
from grants.periods import Period, month_index, month_of_index
from grants.rules.claims.funding import FundedSegment, SegmentKey, funded_segments, key_of
from grants.rules.ledger.charges import Charge, Ledger
from grants.rules.ledger.segments import Segment
from grants.services.claims.computing import claims_without_findings, shared_ledger
from grants.services.claims.windows import claims_within, whole_claims, windows_of
from grants.services.facts.ledger import conventions_of

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
    person_id = _get_person_id(session, code)
    span = period or _paid_months(session, person_id, as_of)
    wanted = whole_claims(session, conventions_of(session, [person_id]), span)
    numbers = {one.convention.number for one in wanted}
    cost = paid = ZERO
    rows: list[LedgerRow] = []
    for window in windows_of([one.period for one in wanted], span):
        here = claims_within(wanted, window)
        ledger = shared_ledger(session, here, people={person_id}, span=window)
        claims = claims_without_findings(session, ledger, here, as_of)
        funded = [
            one
            for one in funded_segments(ledger, claims, elsewhere=numbers)
            if one.segment.person_id == person_id
            and one.segment.period.overlaps(span)
            and window.covers(one.segment.period)  # others' conventions may reach further
        ]
        charged = _charged(ledger)
        cost += sum((one.segment.cost for one in funded), ZERO)
        paid += sum((one.total for one in funded), ZERO)
        rows += [_row(ledger, one, charged) for one in funded]
        del ledger, claims, charged  # the next window's would stand beside them
    return LedgerPage(
        _person_name(session, person_id),
        tuple(rows),
        cost,
        paid,
    )


def _get_person_id(session: AnySession, code: str) -> int:
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


def _person_name(session: AnySession, person_id: int) -> str:
    person = session.get_one(Person, person_id)
    return f"{person.last_name} {person.first_name}"


ChargedLine = Mapping[SegmentKey, list[tuple[int, Decimal]]]


def _charged(ledger: Ledger) -> ChargedLine:
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


def _row(ledger: Ledger, funded: FundedSegment, charged: ChargedLine) -> LedgerRow:
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
