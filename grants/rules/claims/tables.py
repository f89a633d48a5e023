"""Summary tables of a claim: the State's charges and produits, the European financing plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from grants.enums import BudgetSide, FunderKind
from grants.frozen import frozen
from grants.labels import label
from grants.money import ZERO, round_half_up
from grants.rules.basis.explained import Explained, Input, Source
from grants.rules.basis.facts.conventions import BudgetItem, Convention, Terms
from grants.rules.claims.cerfa_lines import CERFA_LINE_BY_CODE, CERFA_LINES
from grants.rules.claims.claim import ClaimLine, GrantDue, PlanLine, ResourceLine, TableLine
from grants.rules.claims.costs import INDIRECT_LINES, STAFF_LINES, Costs
from grants.rules.claims.facts import ClaimFacts
from grants.rules.ledger.charges import Charge

LINE_OF_FUNDER = {
    FunderKind.STATE: "74-etat-2",
    FunderKind.REGION: "74-region",
    FunderKind.DEPARTEMENT: "74-departement",
    FunderKind.EPCI: "74-epci",
    FunderKind.COMMUNE: "74-commune",
    FunderKind.SOCIAL_BODY: "74-social",
    FunderKind.FSE: "74-europe",
    FunderKind.FSE_PLUS: "74-europe",
    FunderKind.ANRU: "74-autres-publics",
    FunderKind.PUBLIC_ESTABLISHMENT: "74-autres-publics",
    FunderKind.PRIVATE: "74-prive",
    FunderKind.FEES: "70",
    FunderKind.OWN_FUNDS: "propres-1",
}
OWN_STATE_LINE = "74-etat-1"
OWN_FUNDS_LINE = "propres-1"
ORDER = {(line.side, line.code): index for index, line in enumerate(CERFA_LINES)}
Realised = dict[tuple[BudgetSide, str, str], Explained[Decimal]]


@frozen
class Parts:
    """Retained staff cost by account of the State's chart: they add up to the retained lines."""

    gross: Decimal
    charges: Decimal
    taxes: Decimal
    other: Decimal


def staff_parts(lines: Sequence[ClaimLine], charges: Sequence[Charge]) -> Parts:
    """Retained staff cost by account; charges take the rounding cents, so that the sum holds."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line, charge in zip(lines, charges, strict=True):
        base = line.base.value
        share = line.retained / base if base else ZERO
        parts = {
            "gross": round_half_up(line.gross * share),
            "taxes": round_half_up(charge.basis.taxes * share),
            "other": round_half_up((line.other_items - charge.basis.taxes) * share),
        }
        parts["charges"] = line.retained - sum(parts.values())
        for name, amount in parts.items():
            sums[name] += amount
    return Parts(sums["gross"], sums["charges"], sums["taxes"], sums["other"])


def summary_table(
    facts: ClaimFacts, parts: Parts, resources: Sequence[ResourceLine], grant: GrantDue
) -> tuple[TableLine, ...]:
    """Lines of the State's table that hold something, in the form's order.

    What the software reckons (staff, grant, resources) comes from the claim; other lines from the
    budget sheet. Own funds are the balance, unless the budget states them.
    """
    realised = _reckoned(facts.convention, parts, resources, grant)
    planned: dict[tuple[BudgetSide, str, str], Decimal] = defaultdict(lambda: ZERO)
    for item in facts.budget:
        key = _matching(realised, item)
        planned[key] += item.planned
        if key not in realised and item.realised is not None:
            source = (Source("budgets", str(item.row), item.piece),)
            realised[key] = Explained(item.realised, "realised_in_budget", (), (), source)
    own = (BudgetSide.PRODUITS, OWN_FUNDS_LINE)
    if not any(key[:2] == own for key in realised):
        wording = next((k[2] for k in planned if k[:2] == own), label(FunderKind.OWN_FUNDS))
        realised[*own, wording] = _balance(realised)
    keys = sorted({*planned, *realised}, key=lambda k: (ORDER[k[0], k[1]], k[2]))
    nothing = Explained(ZERO, "nothing_realised")
    return tuple(
        TableLine(side, line, wording, planned[side, line, wording], value)
        for side, line, wording in keys
        if (value := realised.get((side, line, wording), nothing)).value
        or planned[side, line, wording]
    )


def _reckoned(
    convention: Convention, parts: Parts, resources: Sequence[ResourceLine], grant: GrantDue
) -> Realised:
    staff = {"641": parts.gross, "645": parts.charges, "631": parts.taxes, "648": parts.other}
    found: Realised = {
        (BudgetSide.CHARGES, code, ""): Explained(amount, f"retained_{code}")
        for code, amount in staff.items()
    }
    is_state = convention.funder_kind is FunderKind.STATE
    own = OWN_STATE_LINE if is_state else LINE_OF_FUNDER[convention.funder_kind]
    found[BudgetSide.PRODUITS, own, _free(own, convention.funder_name)] = grant.due
    by_key: dict[tuple[str, str], list[ResourceLine]] = defaultdict(list)
    for resource in resources:
        code = LINE_OF_FUNDER[resource.kind]
        by_key[code, _free(code, resource.funder)].append(resource)
    for (code, wording), lines in by_key.items():
        inputs = tuple(Input("resource", line.assigned, "€") for line in lines)
        total = sum((line.assigned.value for line in lines), ZERO)
        found[BudgetSide.PRODUITS, code, wording] = Explained(total, "sum_of_resources", inputs)
    return found


def _free(code: str, wording: str) -> str:
    """Label of a free line; a printed line has none of ours."""
    side = BudgetSide.PRODUITS
    return wording if CERFA_LINE_BY_CODE[side, code].level == "free" else ""


def _matching(realised: Realised, item: BudgetItem) -> tuple[BudgetSide, str, str]:
    """Line that a budget row plans: the reckoned one of the same code when the words allow it."""
    same = [key for key in realised if key[:2] == (item.side, item.line)]
    exact = (item.side, item.line, item.label)
    if exact in same or len(same) != 1:
        return exact
    return same[0] if not item.label or item.line in (OWN_STATE_LINE, OWN_FUNDS_LINE) else exact


def _balance(realised: Realised) -> Explained[Decimal]:
    counted = {line.code for line in CERFA_LINES if line.counts}
    charges = _side(realised, BudgetSide.CHARGES, counted)
    produits = _side(realised, BudgetSide.PRODUITS, counted)
    inputs = (Input("charges", charges, "€"), Input("produits", produits, "€"))
    return Explained(max(ZERO, charges - produits), "own_funds_balance", inputs)


def _side(
    realised: Realised,
    side: BudgetSide,
    counted: Iterable[str],
) -> Decimal:
    volunteers = ("86", "87")
    return sum(
        (
            value.value
            for (own, code, _), value in realised.items()
            if own is side and code in counted and not code.startswith(volunteers)
        ),
        ZERO,
    )


def financing_plan(
    facts: ClaimFacts,
    terms: Terms,
    costs: Costs,
    resources: Sequence[ResourceLine],
    grant: GrantDue,
) -> tuple[PlanLine, ...]:
    """Financing plan: expenses by heading, then the grant, each resource, own funds.

    Args: terms: those in force at the end of the claim's period, by which the grant is reckoned.
    """
    budget = [item for item in facts.budget if item.side is BudgetSide.CHARGES]
    charges = (
        ("Dépenses directes de personnel", _planned(budget, STAFF_LINES), costs.staff),
        ("Prestations de services", None, costs.services),
        ("Autres dépenses directes", _planned_others(budget), costs.other_direct),
        ("Coûts indirects forfaitaires", _planned(budget, INDIRECT_LINES), costs.flat),
    )
    produits = [(facts.convention.funder_name, terms.maximum, grant.due)]
    produits += [(_wording(line), line.conventioned, line.assigned) for line in resources]
    lines = [PlanLine(BudgetSide.CHARGES, *row) for row in charges if row[1] or row[2].value]
    lines += [PlanLine(BudgetSide.PRODUITS, *row) for row in produits]
    if not any(line.kind is FunderKind.OWN_FUNDS for line in resources):
        lines.append(_own_funds(lines, terms.total_cost, costs))
    return tuple(lines)


def _wording(line: ResourceLine) -> str:
    return f"{line.funder} — {line.label}" if line.label else line.funder


def _own_funds(lines: Sequence[PlanLine], total_cost: Decimal | None, costs: Costs) -> PlanLine:
    produits = [line for line in lines if line.section is BudgetSide.PRODUITS]
    planned = sum((line.conventioned or ZERO for line in produits), ZERO)
    reached = sum((line.realised.value for line in produits), ZERO)
    inputs = (Input("eligible_cost", costs.eligible, "€"), Input("produits", reached, "€"))
    balance = Explained(max(ZERO, costs.eligible.value - reached), "own_funds_balance", inputs)
    conventioned = None if total_cost is None else max(ZERO, total_cost - planned)
    return PlanLine(BudgetSide.PRODUITS, label(FunderKind.OWN_FUNDS), conventioned, balance)


def _planned(budget: Sequence[BudgetItem], codes: Sequence[str]) -> Decimal | None:
    amounts = [item.planned for item in budget if item.line in codes]
    return sum(amounts, ZERO) if amounts else None


def _planned_others(budget: Sequence[BudgetItem]) -> Decimal | None:
    skipped = {*STAFF_LINES, *INDIRECT_LINES}
    amounts = [item.planned for item in budget if item.line not in skipped]
    return sum(amounts, ZERO) if amounts else None
