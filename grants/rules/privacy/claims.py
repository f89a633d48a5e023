"""A claim without what tells somebody's pay.

Sums, grant, resources, plan and indicators stay as far as ``told`` says. Lines, totals of persons,
their pieces, breakdowns and accounts of staff go; a finding keeps its title and its severity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from decimal import Decimal

from grants.enums import BudgetSide
from grants.french import Misread, folded, read_amount
from grants.money import ZERO
from grants.rules.basis.explained import Explained
from grants.rules.basis.findings import Finding, Place, by_weight
from grants.rules.claims.claim import Claim, GrantDue, PlanLine, ResourceLine, TableLine
from grants.rules.claims.costs import STAFF_LINES
from grants.rules.privacy.told import Told, told_of

NOT_SHOWN = "not_shown"
STAFF_LINE = "64"
STAFF_WORDING = "Personnel et taxes sur rémunération"
COSTS_WORDING = "Dépenses de l'opération"
MASKED = "Ce constat touche une personne ou une paie : votre rôle n'en voit que l'objet. "
MASKED += "Demandez-en le détail au chargé de gestion."
COUNTED_COSTS = frozenset({"rate", "resources"})
OWN_FUNDS = "own_funds_balance"
_EUROS = re.compile(r"(\d[\d\s.]*(?:,\d+)?)\s*(?:€|euros?\b)")

Figure = Explained[Decimal]


def without_pay(claim: Claim) -> Claim:
    """The claim as roles read it that read sums alone."""
    told = told_of(claim)
    costs, headings = _shown_if(told.costs), _shown_if(told.headings)
    bare = replace(
        claim,
        lines=(),
        persons=(),
        clause_jobs=(),
        staff=headings(claim.staff),
        services=headings(claim.services),
        other_direct=headings(claim.other_direct),
        flat=headings(claim.flat),
        eligible_cost=costs(claim.eligible_cost),
        retained_cost=costs(claim.retained_cost),
        resources=tuple(_resource(line, told) for line in claim.resources),
        other_resources=_shown_if(_tells_resources(claim, told))(claim.other_resources),
        grant=_grant(claim.grant, told),
        table=tuple(_table(claim, told)),
        plan=tuple(_plan(claim, told)),
        pieces=tuple(replace(one, amount=None) for one in claim.pieces if not one.person),
    )
    return replace(bare, findings=_findings(claim, bare))


def _shown_if(is_told: bool) -> Callable[[Figure], Figure]:
    """The value alone, or nothing at all: what it rests on is pay."""

    def shown(figure: Figure) -> Figure:
        if not is_told:
            return Explained(ZERO, NOT_SHOWN, unit=figure.unit)
        return Explained(figure.value, figure.formula, unit=figure.unit)

    return shown


def _resource(line: ResourceLine, told: Told) -> ResourceLine:
    """A grant on a wider base is assigned pro rata of the cost, which it would tell."""
    is_told = told.costs or line.grant_base is None
    return replace(
        line,
        operation_base=line.operation_base if is_told else None,
        counted=_shown_if(True)(line.counted),
        assigned=_shown_if(is_told)(line.assigned),
    )


def _tells_resources(claim: Claim, told: Told) -> bool:
    return told.costs or all(line.grant_base is None for line in claim.resources)


def _grant(grant: GrantDue, told: Told) -> GrantDue:
    limits = (
        (name, limit and _shown_if(told.costs or name not in COUNTED_COSTS)(limit))
        for name, limit in grant.limits
    )
    return GrantDue(
        _shown_if(told.due)(grant.due),
        grant.limited_by,
        tuple(limits),
        _shown_if(True)(grant.already_paid),
        _shown_if(told.to_pay)(grant.to_pay),
    )


def _table(claim: Claim, told: Told) -> Iterator[TableLine]:
    """The State's table with one line of staff; what balances it tells the costs."""
    staff = [
        line for line in claim.table if line.side is BudgetSide.CHARGES and line.line in STAFF_LINES
    ]
    for line in claim.table:
        if line not in staff:
            yield replace(line, realised=_realised(claim, told, line.realised))
        elif line is staff[0]:
            planned = sum((one.planned for one in staff), ZERO)
            realised = Explained(sum((one.realised.value for one in staff), ZERO), "sum_of_lines")
            yield TableLine(
                line.side, STAFF_LINE, STAFF_WORDING, planned, _shown_if(told.costs)(realised)
            )


def _plan(claim: Claim, told: Told) -> Iterator[PlanLine]:
    """The European plan; its expenses in one line where their headings are not told."""
    charges = [line for line in claim.plan if line.section is BudgetSide.CHARGES]
    for line in claim.plan:
        if line not in charges or told.headings:
            yield replace(line, realised=_realised(claim, told, line.realised))
        elif line is charges[0]:
            known = [one.conventioned for one in charges if one.conventioned is not None]
            yield PlanLine(
                line.section,
                COSTS_WORDING,
                sum(known, ZERO) if known else None,
                _shown_if(told.costs)(claim.eligible_cost),
            )


def _realised(claim: Claim, told: Told, figure: Figure) -> Figure:
    """A figure of a table, told as the claim's own is."""
    if figure == claim.grant.due:
        return _shown_if(told.due)(figure)
    if figure.formula == OWN_FUNDS:
        return _shown_if(told.costs and told.due)(figure)
    if figure.formula == "sum_of_resources" or figure in [one.assigned for one in claim.resources]:
        return _shown_if(_tells_resources(claim, told))(figure)
    return _shown_if(True)(figure)


def _findings(claim: Claim, bare: Claim) -> tuple[Finding, ...]:
    names = {word for line in claim.lines for word in (line.last_name, line.person_code) if word}
    names |= {person.name for person in claim.persons if person.name}
    known = set(_amounts(bare))
    return by_weight(_finding(one, names, known) for one in claim.findings)


def _finding(finding: Finding, names: Collection[str], known: Collection[Decimal]) -> Finding:
    """A finding about nobody keeps its words where each amount in them is told anyway."""
    text = folded(finding.message)
    is_personal = finding.where.person or any(folded(name) in text for name in names)
    if is_personal or not all(amount in known for amount in amounts_in(finding.message)):
        where = Place(convention=finding.where.convention)
        return replace(finding, message=MASKED, where=where, amount=ZERO, rows=())
    return replace(finding, amount=finding.amount if finding.amount in known else ZERO)


def amounts_in(text: str) -> list[Decimal]:
    """Amounts in euros that a sentence says.

    Example:
    >>> amounts_in("28 000 € versés, 1 234,50 € attendus le 15/12/2024")
    [Decimal('28000'), Decimal('1234.50')]
    """
    found = []
    for written in _EUROS.findall(text):
        try:
            found.append(read_amount(written))
        except Misread:
            found.append(Decimal("NaN"))
    return found


def _amounts(claim: Claim) -> Iterator[Decimal]:
    """Amounts that the claim without pay shows, or that its convention fixes."""
    terms, grant = claim.convention.terms_for(claim.period), claim.grant
    fixed = (terms.maximum, terms.total_cost)
    settings = (getattr(terms.settings, name) for name in terms.settings.__slots__)
    yield from (one for one in (*fixed, *settings) if isinstance(one, Decimal))
    shown = (
        claim.eligible_cost,
        claim.retained_cost,
        claim.other_resources,
        claim.staff,
        claim.flat,
    )
    of_grant = (grant.due, grant.already_paid, grant.to_pay)
    limits = (limit for _, limit in grant.limits if limit)
    yield from (one.value for one in (*shown, *of_grant, *limits) if one.formula != NOT_SHOWN)
    yield from (one.conventioned for one in claim.resources)
    yield from (one.received for one in claim.resources)
