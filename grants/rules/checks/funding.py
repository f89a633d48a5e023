"""No euro twice: co-funders declared, segments not overfunded, European shares within the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from grants.enums import BudgetSide, CofunderBasis, FunderKind, Severity
from grants.french import count, euros, folded, listed, months_fr, percent
from grants.money import ZERO
from grants.rules.basis.facts.conventions import Convention, Resource
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.basis.people import grouped
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import law_of, place, rows_of, term_of
from grants.rules.claims.claim import Claim
from grants.rules.claims.funding import FundedSegment, SegmentKey, charged_shares, key_of
from grants.rules.claims.tables import LINE_OF_FUNDER
from grants.rules.claims.time_share import time_shares
from grants.rules.ledger.charges import Charge

# Shares of minutes have no exact decimal: three thirds may pass the whole by the last digit.
TOLERANCE = Decimal("0.000001")


COFUNDER_UNDECLARED = finding_kind(
    "cofunder_undeclared",
    Chapter.FUNDING,
    severity=None,
    title="Cofinanceur non déclaré",
    remedy=(
        "une autre convention paie les mêmes jours : ajoutez-la à `ressources` avec "
        "`convention_financeur`. Bloque là où l'aide déduit les ressources"
    ),
)


@finds(COFUNDER_UNDECLARED)
def check_cofunders(checked: Checked) -> list[Finding]:
    """Other conventions that pay for the same work and stand nowhere among the resources.

    Law: docs/rules.md#the-ledger, 3: a grant on the same share of the same days is co-funding and
    must be declared. Shares that fit side by side in the whole are not the same work.
    """
    undeclared = [one for one in checked.others if not _is_declared(checked, one.convention)]
    if not undeclared:
        return []
    own = _shares(checked, checked.convention.id)
    assigned = _assigned(checked.funded)
    found = []
    for other in undeclared:
        shared = _shared(own, _shares(checked, other.convention.id))
        amounts = {key: assigned.get((other.convention.number, key), ZERO) for key in shared}
        if any(amounts.values()):
            found.append(_undeclared(checked, other, amounts))
    return found


def _shares(checked: Checked, convention_id: int) -> dict[SegmentKey, Decimal]:
    """Share of each segment's work that the convention pays."""
    shares: dict[SegmentKey, Decimal] = defaultdict(Decimal)
    for charge in checked.ledger.charges:
        if charge.convention_id == convention_id:
            for segment in charge.segments:
                shares[key_of(segment)] += _share(charge)
    return shares


def _share(charge: Charge) -> Decimal:
    """Share that the charge is of the whole work; by the hours where a rate values them."""
    if charge.amounts.share is not None:
        return charge.amounts.share.value
    basis = charge.basis
    return Decimal(basis.operation_minutes) / basis.total_minutes if basis.total_minutes else ZERO


def _shared(
    own: Mapping[SegmentKey, Decimal], other: Mapping[SegmentKey, Decimal]
) -> list[SegmentKey]:
    """Segments that both pay and whose shares do not fit side by side."""
    return [
        key
        for key, share in own.items()
        if share and other.get(key) and share + other[key] > 1 + TOLERANCE
    ]


def _assigned(funded: Sequence[FundedSegment]) -> dict[tuple[str, SegmentKey], Decimal]:
    sums: dict[tuple[str, SegmentKey], Decimal] = defaultdict(lambda: ZERO)
    for one in funded:
        for part in one.assigned:
            sums[part.source, key_of(one.segment)] += part.amount
    return sums


def _is_declared(checked: Checked, other: Convention) -> bool:
    """Whether a resource names that convention, or its funder without naming another convention;
    where resources are not deducted, a line of the budget declares too.
    """
    if any(_names(resource, other) for resource in checked.facts.resources):
        return True
    line = LINE_OF_FUNDER[other.funder_kind]
    return not checked.deducts_resources and any(
        item.side is BudgetSide.PRODUITS and item.line == line and (item.realised or item.planned)
        for item in checked.facts.budget
    )


def _names(resource: Resource, other: Convention) -> bool:
    if resource.from_convention_id is not None:
        return resource.from_convention_id == other.id
    same_name = folded(resource.funder_name) == folded(other.funder_name)
    return same_name or resource.funder_kind is other.funder_kind


def _undeclared(checked: Checked, other: Claim, amounts: Mapping[SegmentKey, Decimal]) -> Finding:
    convention = other.convention
    total = sum(amounts.values(), ZERO)
    persons = {person_id for person_id, _ in amounts}
    names = listed(checked.person(person_id).name for person_id in sorted(persons))
    message = (
        f"{convention.funder_name} ({convention.number}) paie les mêmes jours de {names}, "
        f"{months_fr(day.replace(day=1) for _, day in amounts)}, et n'est pas déclaré : "
        f"{euros(total)} de sa subvention portent sur ces jours, 0,00 € aux ressources. "
        f"Ajoutez-le à la feuille « ressources » avec le numéro de sa convention."
    )
    return COFUNDER_UNDECLARED.finding(
        message,
        place(checked),
        amount=total,
        source=law_of(checked, "cofunder_basis"),
        rows=rows_of("conventions", [convention.row]),
        blocks=checked.deducts_resources,
    )


RESOURCE_INCOMPLETE = finding_kind(
    "resource_incomplete",
    Chapter.FUNDING,
    severity=Severity.WARNING,
    title="Ressource reçue en partie",
    remedy=(
        "ajoutez l'encaissement manquant, ou ramenez `montant` à ce que la décision du "
        "financeur donne"
    ),
)


@finds(RESOURCE_INCOMPLETE)
def check_receipts(checked: Checked) -> list[Finding]:
    """Resources that come off the grant and have not come in whole: which amount counts, and what
    would change it.
    """
    if not checked.deducts_resources:
        return []
    basis = checked.terms.settings.cofunder_basis
    in_full = basis is CofunderBasis.CONVENTIONED_IF_INCOMPLETE
    return [
        _incomplete(checked, resource, in_full=in_full)
        for resource in checked.facts.resources
        if resource.received < resource.amount and resource.funder_kind is not FunderKind.OWN_FUNDS
    ]


def _incomplete(checked: Checked, resource: Resource, *, in_full: bool) -> Finding:
    counted = "le montant conventionné" if in_full else "le montant reçu"
    message = (
        f"{resource.funder_name} : {euros(resource.received)} reçus sur "
        f"{euros(resource.amount)} conventionnés, il manque "
        f"{euros(resource.amount - resource.received)}. Le bilan retient {counted} : ajoutez "
        f"l'encaissement qui manque, ou la décision qui ramène la subvention à ce qui est reçu."
    )
    return RESOURCE_INCOMPLETE.finding(
        message,
        place(checked),
        source=term_of(checked, "cofunder_basis"),
        rows=rows_of("ressources", [resource.row], resource.piece),
    )


SEGMENT_OVERFUNDED = finding_kind(
    "segment_overfunded",
    Chapter.FUNDING,
    severity=Severity.BLOCKING,
    title="Jours financés au-delà du coût",
    remedy=(
        "subventions et recettes dépassent le coût de ces jours : baissez la demande, ou "
        "donnez l'`assiette` d'une aide plus large que l'opération"
    ),
)


@finds(SEGMENT_OVERFUNDED)
def check_overfunding(checked: Checked) -> list[Finding]:
    """Persons whose days get more grants and receipts than they cost."""
    over = [funded for funded in checked.funded if funded.overfunded]
    found = []
    for person_id, group in grouped(over, lambda funded: funded.segment.person_id).items():
        person = checked.person(person_id)
        months = sorted({funded.segment.month for funded in group})
        excess = sum((funded.overfunded for funded in group), ZERO)
        total = sum((funded.total for funded in group), ZERO)
        cost = sum((max(ZERO, funded.segment.cost) for funded in group), ZERO)
        message = (
            f"{person.name}, {months_fr(months)} : {euros(total)} de subventions et de recettes "
            f"pour {euros(cost)} de coût, soit {euros(excess)} de trop ({_sources(group)}). "
            f"Baissez la demande de ce montant, ou affectez une ressource à une base plus large."
        )
        source = law_of(checked, "cofunder_basis")
        where = place(checked, person, months)
        found.append(SEGMENT_OVERFUNDED.finding(message, where, amount=excess, source=source))
    return found


def _sources(group: Sequence[FundedSegment]) -> str:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for funded in group:
        for part in funded.assigned:
            sums[part.source] += part.amount
    return listed(f"{source} : {euros(amount)}" for source, amount in sums.items() if amount)


@dataclass(slots=True)
class _Excess:
    """Days of one person whose European shares pass the whole."""

    months: set[date] = field(default_factory=set)
    most: Decimal = ZERO
    cost: Decimal = ZERO
    conventions: set[str] = field(default_factory=set)


EUROPEAN_SHARES_OVER = finding_kind(
    "european_shares_over",
    Chapter.FUNDING,
    severity=Severity.BLOCKING,
    title="Plus de 100 % de temps européen",
    remedy=(
        "deux opérations européennes portent plus de 100 % du temps : accordez lettres et "
        "feuilles de temps"
    ),
)


@finds(EUROPEAN_SHARES_OVER)
def check_european_shares(checked: Checked) -> list[Finding]:
    """Persons whose time European operations share to more than 100 %.

    Law: docs/rules.md#the-ledger, 2.
    """
    if not checked.is_eu_money:
        return []
    over: dict[int, _Excess] = defaultdict(_Excess)
    for key, total, numbers in _european(checked):
        if total > 1 + TOLERANCE:
            segment = checked.segments[key]
            excess = over[segment.person_id]
            excess.months.add(segment.month)
            excess.most = max(excess.most, total)
            excess.cost += (total - 1) * max(ZERO, segment.cost)
            excess.conventions |= numbers
    return [_over_the_whole(checked, person_id, excess) for person_id, excess in over.items()]


def _european(checked: Checked) -> Iterator[tuple[SegmentKey, Decimal, set[str]]]:
    """Segments of the claim with the sum of their European shares and who charges them."""
    conventions = checked.ledger.facts.conventions
    european = {c.id: c.number for c in conventions.values() if c.funder_kind.is_eu_money}
    for key, parts in charged_shares(checked.ledger).items():
        own = [(european[i], share) for i, share in parts if i in european]
        if key in checked.segments and len(own) > 1:
            total = time_shares(shares=[share for _, share in own]).total
            yield key, total, {number for number, _ in own}


def _over_the_whole(checked: Checked, person_id: int, excess: _Excess) -> Finding:
    person = checked.person(person_id)
    months = sorted(excess.months)
    message = (
        f"{person.name}, {months_fr(months)} : {' et '.join(sorted(excess.conventions))} portent "
        f"ensemble jusqu'à {percent(excess.most)} de son temps, 100 % au plus : "
        f"{euros(excess.cost)} de coût portés deux fois ({count(len(months), 'mois')}). "
        f"Accordez les lettres de mission et les feuilles de temps des opérations."
    )
    return EUROPEAN_SHARES_OVER.finding(
        message,
        place(checked, person, months),
        amount=excess.cost,
        source=law_of(checked, "valuation"),
    )
