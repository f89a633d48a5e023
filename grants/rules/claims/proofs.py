"""Proof that no euro and no hour is paid twice: the ledger's invariants, checked one by one over
any set of people.

Law: docs/rules.md#the-ledger. Each proof counts what it looked at, so that « nothing broken » over
nothing is seen for what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from grants.enums import Severity
from grants.french import month_number, percent
from grants.frozen import frozen
from grants.money import ZERO, from_cents, to_cents
from grants.periods import Period
from grants.rules.basis.findings import Chapter, Finding, FindingKind, Place, finding_kind
from grants.rules.claims.claim import Claim
from grants.rules.claims.funding import charged_shares, funded_segments
from grants.rules.claims.time_share import time_shares
from grants.rules.ledger.charges import Ledger
from grants.rules.ledger.segments import Segment

TOLERANCE = Decimal("0.000001")


@frozen
class Proof:
    """One invariant: what it says, how many things were looked at, and every place where it is
    broken.
    """

    name: str
    statement: str
    looked_at: int
    broken: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


def proofs_of(
    ledger: Ledger, claims: Sequence[Claim], *, elsewhere: Collection[str] = ()
) -> tuple[Proof, ...]:
    """Every invariant of the ledger over its people and the claims on them.

    Args: elsewhere: numbers of conventions whose claims stand on another ledger.
    """
    return (
        parts_add_up(ledger),
        segments_fill_months(ledger),
        european_shares_hold(ledger),
        charges_stay_within_cost(ledger),
        funding_stays_within_cost(ledger, claims, elsewhere=elsewhere),
        lines_add_up(claims),
    )


PARTS_DIFFER = finding_kind(
    "parts_differ",
    Chapter.PROOFS,
    severity=Severity.BLOCKING,
    title="Parts différentes du bulletin",
    remedy="le logiciel se contredit : n'envoyez rien, signalez-le avec le classeur",
)


def parts_add_up(ledger: Ledger) -> Proof:
    """Invariant 1: parts of a payslip over its segments add up to the payslip, item by item."""
    broken = []
    months = _by_month(ledger)
    for (person_id, month), segments in months.items():
        for index, item in enumerate(segments[0].items):
            parts = sum(segment.cents[index] for segment in segments)
            whole = to_cents(item.amount)
            if parts != whole:
                gap = from_cents(abs(parts - whole))
                message = (
                    f"les parts de {item.kind.value} font {parts} centimes, le bulletin {whole}"
                )
                broken.append(_fault(ledger, PARTS_DIFFER, message, person_id, month, gap))
    statement = "Les parts d'un bulletin sur ses segments font le bulletin, au centime"
    return Proof("parts_add_up", statement, len(months), tuple(broken))


DAYS_DIFFER = finding_kind(
    "days_differ",
    Chapter.PROOFS,
    severity=Severity.BLOCKING,
    title="Jours perdus ou doublés",
    remedy="le logiciel se contredit : n'envoyez rien, signalez-le avec le classeur",
)


def segments_fill_months(ledger: Ledger) -> Proof:
    """Segments of a month cover each of its days once."""
    broken = []
    months = _by_month(ledger)
    for (person_id, month), segments in months.items():
        edges = [segments[0].period.start]
        for segment in segments:
            if segment.period.start != edges[-1]:
                message = f"les segments laissent ou doublent des jours au {segment.period.start}"
                broken.append(_fault(ledger, DAYS_DIFFER, message, person_id, month, ZERO))
            edges.append(segment.period.end)
        if Period(edges[0], edges[-1]) != Period.month(month):
            message = "les segments ne couvrent pas le mois"
            broken.append(_fault(ledger, DAYS_DIFFER, message, person_id, month, ZERO))
    statement = "Les segments d'un mois couvrent chaque jour une fois"
    return Proof("segments_fill_months", statement, len(months), tuple(broken))


SHARE_OVER_100 = finding_kind(
    "share_over_100",
    Chapter.PROOFS,
    severity=Severity.BLOCKING,
    title="Parts européennes au-delà de 100 %",
    remedy="comme `european_shares_over` : accordez lettres et feuilles de temps",
)


def european_shares_hold(ledger: Ledger) -> Proof:
    """Invariant 2: shares charged to operations of European money add up to at most 100 %."""
    broken = []
    european = {c.id for c in ledger.facts.conventions.values() if c.funder_kind.is_eu_money}
    shares = charged_shares(ledger)
    for (person_id, start), parts in shares.items():
        own = [share for convention_id, share in parts if convention_id in european]
        total = time_shares(shares=own).total if own else ZERO
        if total > 1 + TOLERANCE:
            message = f"{percent(total)} du temps porté par des fonds européens"
            broken.append(_fault(ledger, SHARE_OVER_100, message, person_id, start, ZERO))
    statement = "Les parts portées par des fonds européens font au plus 100 %"
    return Proof("european_shares_hold", statement, len(shares), tuple(broken))


CHARGED_TWICE = finding_kind(
    "charged_twice",
    Chapter.PROOFS,
    severity=Severity.BLOCKING,
    title="Centime porté deux fois",
    remedy="le logiciel se contredit : n'envoyez rien, signalez-le avec le classeur",
)


def charges_stay_within_cost(ledger: Ledger) -> Proof:
    """No cent is charged by two operations that pay time, or twice by a convention that pays posts:
    their amounts stay within the month's cost.
    """
    held: dict[tuple[int, Period, int], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for charge in ledger.charges:
        if charge.amounts.hourly_rate is None:
            amounts, payer = charge.amounts, charge.convention_id if charge.holding else 0
            key = (charge.person_id, charge.period, payer)
            held[key].append((amounts.amount.value, amounts.base.value))
    broken = []
    for (person_id, period, _), parts in held.items():
        total, cost = sum(amount for amount, _ in parts), max(base for _, base in parts)
        if total > max(cost, ZERO):
            message = f"{total} € portés, {cost} € de coût"
            gap = total - max(cost, ZERO)
            broken.append(_fault(ledger, CHARGED_TWICE, message, person_id, period.start, gap))
    statement = "Aucun centime n'est porté par deux opérations, ni deux fois par une convention"
    return Proof("charges_stay_within_cost", statement, len(held), tuple(broken))


OVERFUNDED = finding_kind(
    "overfunded",
    Chapter.PROOFS,
    severity=Severity.BLOCKING,
    title="Segment financé au-delà du coût",
    remedy="comme `segment_overfunded` : baissez une demande, ou déclarez l'assiette",
)


def funding_stays_within_cost(
    ledger: Ledger, claims: Sequence[Claim], *, elsewhere: Collection[str] = ()
) -> Proof:
    """Invariant 3: grants and receipts assigned to a segment add up to at most its cost."""
    broken = []
    segments = funded_segments(ledger, claims, elsewhere=elsewhere)
    for funded in segments:
        if funded.overfunded:
            sources = ", ".join(f"{part.source} {part.amount} €" for part in funded.assigned)
            message = f"{funded.total} € pour {funded.segment.cost} € de coût ({sources})"
            segment = funded.segment
            broken.append(
                _fault(
                    ledger,
                    OVERFUNDED,
                    message,
                    segment.person_id,
                    segment.period.start,
                    funded.overfunded,
                )
            )
    statement = "Subventions et recettes d'un segment font au plus son coût"
    return Proof("funding_stays_within_cost", statement, len(segments), tuple(broken))


LINES_DIFFER = finding_kind(
    "lines_differ",
    Chapter.PROOFS,
    severity=Severity.BLOCKING,
    title="Total différent des lignes",
    remedy="le logiciel se contredit : n'envoyez pas ce bilan, signalez-le avec le classeur",
)


def lines_add_up(claims: Sequence[Claim]) -> Proof:
    """Invariant 4: printed lines add up to the printed total."""
    broken = []
    for claim in claims:
        printed = sum((line.retained for line in claim.lines), ZERO)
        total = claim.staff.value
        total += sum((line.retained for line in claim.lines if line.is_service), ZERO)
        if printed != total:
            message = f"les lignes font {printed} €, le total imprimé {total} €"
            where = Place(convention=claim.convention.number)
            broken.append(LINES_DIFFER.finding(message, where, amount=abs(printed - total)))
    statement = "Les lignes imprimées font le total imprimé"
    return Proof("lines_add_up", statement, sum(len(c.lines) for c in claims), tuple(broken))


HOURS_DIFFER = finding_kind(
    "hours_differ",
    Chapter.PROOFS,
    severity=Severity.BLOCKING,
    title="Heures perdues ou doublées",
    remedy="le logiciel se contredit : n'envoyez rien, signalez-le avec le classeur",
)


def together(first: Proof, second: Proof) -> Proof:
    """One proof over what two looked at."""
    looked_at = first.looked_at + second.looked_at
    return replace(first, looked_at=looked_at, broken=first.broken + second.broken)


def minutes_of_segments(ledger: Ledger) -> Mapping[int, int]:
    """Minutes of each person's segments."""
    counted: dict[int, int] = defaultdict(int)
    for segment in ledger.segments:
        counted[segment.person_id] += segment.total_minutes
    return counted


def hours_are_whole(
    names: Mapping[int, str], minutes_by_person: Mapping[int, int], declared: Mapping[int, int]
) -> Proof:
    """Minutes of the segments are those of the time sheets, by person: no cut loses or doubles
    one.
    """
    broken = tuple(
        HOURS_DIFFER.finding(
            f"{names[person_id]} : {minutes_by_person.get(person_id, 0)} minutes dans les "
            f"segments, {minutes} dans les feuilles de temps"
        )
        for person_id, minutes in declared.items()
        if minutes_by_person.get(person_id, 0) != minutes
    )
    statement = "Les heures des segments sont celles des feuilles de temps"
    return Proof("hours_are_whole", statement, len(minutes_by_person), broken)


def _by_month(ledger: Ledger) -> dict[tuple[int, date], list[Segment]]:
    months: dict[tuple[int, date], list[Segment]] = defaultdict(list)
    for segment in ledger.segments:
        months[segment.person_id, segment.month].append(segment)
    return months


def _fault(
    ledger: Ledger, kind: FindingKind, message: str, person_id: int, day: date, amount: Decimal
) -> Finding:
    person = ledger.facts.persons[person_id]
    month = day.replace(day=1)
    text = f"{person.name}, {month_number(month)} : {message}"
    where = Place(person=person.code, month=month.isoformat())
    return kind.finding(text, where, amount=amount)
