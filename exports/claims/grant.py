"""How the grant follows from the cost, row by row: the limits, the one that decides, what is left.

Each figure is a live formula over the cells above it. A claim may rest on more than these few cells
say (an amendment inside the period, an interim payment): a figure that does not follow from them is
written as the engine gave it, never as a formula that would give another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from exports.kit.cells import Live, Value, cell
from exports.kit.workbook import Column, Sheet
from grants.enums import ClaimForm, FlatRateProfile
from grants.frozen import frozen
from grants.labels import formula_label, label
from grants.money import ZERO, round_half_up
from grants.rules.basis.explained import Explained
from grants.rules.basis.facts.conventions import Terms
from grants.rules.claims.claim import Claim

COLUMNS = (Column("Étape", 52, "label"), Column("Montant", 20, "euro"), Column("Comment", 70))
_ON_STAFF = {FlatRateProfile.STAFF_15, FlatRateProfile.STAFF_40}


def find_input(result: Explained[Decimal], *names: str) -> Decimal | None:
    """Value of the first input with one of these names, at any depth.

    Example:
    >>> find_input(Explained(Decimal(1), "x"), "fte") is None
    True
    """
    for item in result.inputs:
        if item.name in names and isinstance(item.plain, Decimal):
            return item.plain
    for item in result.inputs:
        if isinstance(item.value, Explained):
            found = find_input(item.value, *names)
            if found is not None:
                return found
    return None


def live(formula: str, follows: Decimal, value: Decimal) -> Live | Decimal:
    """The formula when it gives the value, else the value."""
    return Live(formula, value) if round_half_up(follows) == value else value


@dataclass(slots=True)
class Steps:
    """Rows of one computation on a sheet, each amount in column B."""

    sheet: Sheet

    def add(
        self, text: str, value: Value | Live, how: str = "", style: str = "euro", name: str = ""
    ) -> str:
        """One row; returns the reference of its amount."""
        row = self.sheet.cells((text, value, how), ("label", style, "text"))
        if name:
            self.sheet.book.name_cell(name, self.sheet, row, 1)
        return cell(row, 1)


def write_costs(steps: Steps, claim: Claim, *, flat_ref: str = "") -> str:
    """Direct costs, flat rate and retained cost; returns the reference of the cost retained.

    Args: flat_ref: name of the cell where another sheet computes the flat amount.
    """
    staff = steps.add(
        "Dépenses directes de personnel",
        Live("=depenses_personnel", claim.staff.value),
        "Total des lignes retenues",
    )
    parts = [staff]
    if claim.services.value:
        value = Live("=depenses_prestations", claim.services.value)
        parts.append(steps.add("Prestations (mise à disposition)", value, "Lignes « Prestations »"))
    if claim.other_direct.value:
        parts.append(steps.add("Autres dépenses directes", claim.other_direct.value))
    if claim.flat.value:
        flat = Live("=couts_indirects", claim.flat.value) if flat_ref else claim.flat.value
        parts.append(steps.add("Coûts indirects forfaitaires", flat, label(_terms(claim).profile)))
    whole = sum((part.value for part in _parts(claim)), ZERO)
    cost = steps.add(
        "Coût éligible",
        live(f"=ROUND({'+'.join(parts)},2)", whole, claim.eligible_cost.value),
        name="cout_eligible",
    )
    return _retained(steps, claim, cost)


def _parts(claim: Claim) -> tuple[Explained[Decimal], ...]:
    return claim.staff, claim.services, claim.other_direct, claim.flat


@frozen
class _InForce:
    terms: Terms
    profile: FlatRateProfile


def _terms(claim: Claim) -> _InForce:
    terms = claim.convention.terms_on(claim.period.last)
    return _InForce(terms, claim.convention.terms[0].settings.flat_rate_profile)


def _retained(steps: Steps, claim: Claim, cost: str) -> str:
    total = _terms(claim).terms.total_cost
    eligible, retained = claim.eligible_cost.value, claim.retained_cost.value
    if _terms(claim).terms.settings.cap_cost_at_convention and total is not None:
        cap = steps.add("Coût total conventionné", total, "Les dépenses sont plafonnées")
        value = live(f"=MIN({cost},{cap})", min(eligible, total), retained)
    else:
        value = live(f"={cost}", eligible, retained)
    return steps.add("Coût retenu", value, name="cout_retenu")


def write_limits(steps: Steps, claim: Claim, cost: str) -> None:
    """The limits of the grant, the smallest of them, what was paid and what is left to pay."""
    limits = [ref for name, limit in claim.grant.limits if limit for ref in
              [_limit(steps, claim, cost, name, limit)]]  # fmt: skip
    values = [round_half_up(limit.value) for _, limit in claim.grant.limits if limit]
    grant = claim.grant
    lowest = max(ZERO, min(values)) if values else ZERO
    due = steps.add(
        "Subvention due",
        live(f"=MAX(0,MIN({','.join(limits)}))", lowest, grant.due.value),
        f"La plus petite des limites ; décide ici : {label(grant.limited_by)}",
        "total:euro",
        "subvention_due",
    )
    paid = steps.add("Déjà versé", grant.already_paid.value, "Versements du financeur")
    left = live(
        f"=ROUND({due}-{paid},2)", grant.due.value - grant.already_paid.value, grant.to_pay.value
    )
    how = formula_label(grant.to_pay.formula)
    if grant.to_pay.value < 0:
        how = "Négatif : ordre de reversement"
    steps.add("Reste à verser", left, how, "total:euro", "reste_a_verser")


def _limit(steps: Steps, claim: Claim, cost: str, name: str, limit: Explained[Decimal]) -> str:
    value = round_half_up(limit.value)
    match name:
        case "rate":
            return _rate_limit(steps, claim, cost, limit)
        case "ceiling":
            return _ceiling_limit(steps, claim, limit)
        case "resources":
            return _resources_limit(steps, claim, cost, value)
        case _:
            return steps.add("Limite : montant maximum de la convention", value)


def _rate_limit(steps: Steps, claim: Claim, cost: str, limit: Explained[Decimal]) -> str:
    value = round_half_up(limit.value)
    found = find_input(limit, "rate")
    rate = _terms(claim).terms.rate if found is None else found
    ref = steps.add("Taux de la convention", rate, "Taux maximum", "percent")
    exact = max(ZERO, rate * claim.retained_cost.value)
    formula = f"=MAX(0,ROUND(ROUND({cost}*100,0)*ROUND({ref}*1000000,0)/1000000,0)/100)"
    return steps.add("Limite : taux × coût retenu", live(formula, exact, value))


def _ceiling_limit(steps: Steps, claim: Claim, limit: Explained[Decimal]) -> str:
    value = round_half_up(limit.value)
    per_fte = find_input(limit, "ceiling_per_fte")
    fte = find_input(limit, "fte")
    years = find_input(limit, "years", "proration")
    years = Decimal(1) if years is None else years
    if per_fte is None or fte is None:
        return steps.add("Limite : plafond par ETP", value)
    amount = steps.add("Plafond annuel par ETP", per_fte)
    proration = _terms(claim).terms.settings.ceiling_proration
    method = f"Proratisation : {label(proration).lower()}"
    count = steps.add("ETP retenus", fte, method, "fte")
    part = steps.add("Part de l'année de convention", round(years, 12), "", "percent")
    formula = f"=ROUND(ROUND({amount}*{count}*{part}*100,3),0)/100"
    return steps.add(
        "Limite : plafond par ETP × ETP × part de l'année",
        live(formula, per_fte * fte * years, value),
    )


def _resources_limit(steps: Steps, claim: Claim, cost: str, value: Decimal) -> str:
    others = claim.other_resources.value
    if claim.form is ClaimForm.EXECUTION_REPORT:
        taken, where = Live("=autres_ressources", others), "Feuille « Ressources »"
        ref = steps.add("Autres ressources", taken, where)
    else:
        ref = steps.add("Autres ressources", others, "Ressources déclarées, fonds propres exclus")
    formula = f"=ROUND({cost}-{ref},2)"
    follows = claim.retained_cost.value - others
    return steps.add("Limite : coût retenu − autres ressources", live(formula, follows, value))


def flat_base(claim: Claim) -> tuple[str, Decimal]:
    """Formula and value of what the flat rate is taken of, by profile."""
    staff, services, other = claim.staff.value, claim.services.value, claim.other_direct.value
    profile = _terms(claim).profile
    if profile in _ON_STAFF:
        return "=depenses_personnel", staff
    if profile is FlatRateProfile.DIRECT_LESS_SERVICES_20:
        return f"=ROUND(depenses_personnel+{other},2)", staff + other
    return f"=ROUND(depenses_personnel+depenses_prestations+{other},2)", staff + services + other
