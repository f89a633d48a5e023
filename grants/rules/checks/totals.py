"""Totals added up a second time, from the printed lines alone, and the balance of the tables."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from grants.enums import BudgetSide, ClaimForm, Severity
from grants.french import euros
from grants.labels import label
from grants.money import ZERO
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import law_of, place
from grants.rules.claims.cerfa_lines import CERFA_LINES, CerfaLine
from grants.rules.claims.claim import Claim
from grants.rules.claims.proofs import LINES_DIFFER

# With the 40 % flat rate bought services are inside it and count for nothing beside it.
COVERED = "covered_by_flat_rate"


CLAIM_EMPTY = finding_kind(
    "claim_empty",
    Chapter.CLAIM,
    severity=None,
    title="Bilan sans dépense",
    remedy=(
        "aucune ligne. État : il manque le poste financé, l'affectation ou les bulletins ; FSE "
        ": les heures ou la lettre, et les bulletins. Bloque un bilan final"
    ),
)


@finds(CLAIM_EMPTY)
def check_empty(checked: Checked) -> list[Finding]:
    """A claim without one line: nothing says whom the convention pays."""
    if checked.claim.lines:
        return []
    asked = (
        "des heures sur l'opération ou une lettre de mission, et des bulletins"
        if checked.convention.pays_time
        else "un poste financé (« postes_conventions »), un agent affecté et ses bulletins"
    )
    message = f"Aucune ligne de dépense sur la période ; attendu {asked}. Complétez le classeur."
    return [CLAIM_EMPTY.finding(message, place(checked), blocks=checked.is_final)]


@finds(LINES_DIFFER)
def check_lines(checked: Checked) -> list[Finding]:
    """Printed lines against printed totals: a difference gets a claim refused."""
    return [
        LINES_DIFFER.finding(
            f"{name} : {euros(printed)} imprimés, {euros(added)} en additionnant les lignes, écart "
            f"{euros(abs(printed - added))}. N'envoyez pas ce bilan et signalez l'erreur : le "
            f"logiciel se contredit.",
            place(checked),
            amount=abs(printed - added),
        )
        for name, printed, added in _sums(checked.claim)
        if printed != added
    ]


def _sums(claim: Claim) -> Iterable[tuple[str, Decimal, Decimal]]:
    staff = sum((line.retained for line in claim.lines if not line.is_service), ZERO)
    services = sum((line.retained for line in claim.lines if line.is_service), ZERO)
    persons = sum((person.retained for person in claim.persons), ZERO)
    parts = (claim.staff, claim.services, claim.other_direct, claim.flat)
    yield "Dépenses de personnel", claim.staff.value, staff
    if claim.services.formula != COVERED:
        yield "Prestations", claim.services.value, services
    yield "Total par agent", persons, staff + services
    yield "Dépenses éligibles", claim.eligible_cost.value, sum((p.value for p in parts), ZERO)


CHARGES_DIFFER = finding_kind(
    "charges_differ",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Charges et produits inégaux",
    remedy=(
        "les deux côtés du budget diffèrent : complétez `ressources` ou les produits de "
        "`budgets` (autofinancement), ou expliquez l'écart"
    ),
)


@finds(CHARGES_DIFFER)
def check_balance(checked: Checked) -> list[Finding]:
    """Charges against produits, in the table or the financing plan that the claim has."""
    claim = checked.claim
    if claim.form is ClaimForm.EXECUTION_REPORT:
        charges, produits = (_plan(claim, side) for side in BudgetSide)
    else:
        charges, produits = (_table(claim, side) for side in BudgetSide)
    if charges == produits:
        return []
    more = "produits" if produits > charges else "charges"
    message = (
        f"{label(BudgetSide.CHARGES)} {euros(charges)}, {label(BudgetSide.PRODUITS).lower()} "
        f"{euros(produits)} : {euros(abs(charges - produits))} de {more} en plus ; attendu deux "
        f"totaux égaux. Complétez l'autre côté (autofinancement, ressources) ou expliquez l'écart."
    )
    amount = max(ZERO, produits - charges)
    source = law_of(checked, "report_due_months")
    return [CHARGES_DIFFER.finding(message, place(checked), amount=amount, source=source)]


def _plan(claim: Claim, side: BudgetSide) -> Decimal:
    return sum((line.realised.value for line in claim.plan if line.section is side), ZERO)


def _table(claim: Claim, side: BudgetSide) -> Decimal:
    """Total of one side as the form adds it: accounts, and lines whose account is not given."""
    given: dict[str, Decimal] = {}
    for line in claim.table:
        if line.side is side:
            given[line.line] = given.get(line.line, ZERO) + line.realised.value
    return sum(
        (
            _account(account, given)
            for account in CERFA_LINES
            if account.side is side and account.parent == "total"
        ),
        ZERO,
    )


def _account(account: CerfaLine, given: dict[str, Decimal]) -> Decimal:
    """An account and the lines under it: its own amount comes on top of theirs."""
    below = sum(
        (
            given.get(line.code, ZERO)
            for line in CERFA_LINES
            if line.side is account.side and line.parent == account.code and line.counts
        ),
        ZERO,
    )
    return given.get(account.code, ZERO) + below
