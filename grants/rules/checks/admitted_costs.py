"""Costs that a call does not admit: they stay out of the claim, and the claim says so."""

from __future__ import annotations

from grants.enums import AdmittedCosts, Severity
from grants.french import euros, listed
from grants.labels import label
from grants.money import ZERO, round_half_up
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import place, rows_of, term_of
from grants.rules.claims.costs import is_other_direct, other_direct
from grants.rules.claims.grant import rate_of

COSTS_NOT_ADMITTED = finding_kind(
    "costs_not_admitted",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Dépenses non admises par l'appel",
    remedy=(
        "elles restent hors du bilan : ôtez leur `realisation` de `budgets`, ou faites admettre "
        "ces dépenses (`depenses_admises`)"
    ),
)


@finds(COSTS_NOT_ADMITTED)
def check_admitted_costs(checked: Checked) -> list[Finding]:
    """Realised costs beside staff and the flat rate, in a call that admits these alone.

    Law: Deux-Sèvres call 2018, part 12 b): « Aucune autre dépense ne sera prise en compte ».
    """
    admitted = checked.convention.terms[0].settings.admitted_costs
    cost = other_direct(checked.facts.budget).value
    if not checked.convention.pays_time or admitted is AdmittedCosts.ALL or cost <= ZERO:
        return []
    items = [item for item in checked.facts.budget if is_other_direct(item)]
    lines = listed(f"{item.line} ({euros(item.realised or ZERO)})" for item in items)
    message = (
        f"{euros(cost)} de dépenses réalisées hors personnel, ligne {lines} ; l'appel admet : "
        f"{label(admitted).lower()}. Elles restent hors du bilan : ôtez-les du budget réalisé, ou "
        f"notez le texte qui les admet."
    )
    return [
        COSTS_NOT_ADMITTED.finding(
            message,
            place(checked),
            amount=round_half_up(cost * rate_of(checked.terms)),
            source=term_of(checked, "admitted_costs"),
            rows=rows_of("budgets", (item.row for item in items)),
        )
    ]
