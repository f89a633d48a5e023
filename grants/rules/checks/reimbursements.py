"""Reimbursements: a sign that payroll seldom means is told, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from grants.enums import Severity
from grants.french import euros, listed, months_fr
from grants.labels import label
from grants.money import ZERO
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import loss_of_cost, place, rows_of
from grants.rules.pay.eligibility import REIMBURSEMENTS

REIMBURSEMENT_POSITIVE = finding_kind(
    "reimbursement_positive",
    Chapter.PAY,
    severity=Severity.WARNING,
    title="IJSS ou aide positive",
    remedy=(
        "une ligne positive d'IJSS ou d'aide rend au coût ce qu'une ligne négative avait déduit de "
        "trop : rien à faire si c'est une régularisation ; si l'employeur a perçu la somme, "
        "écrivez-la négative"
    ),
)


@finds(REIMBURSEMENT_POSITIVE)
def check_signs(checked: Checked) -> list[Finding]:
    """IJSS or aid to the job that adds to the cost: a regularisation, or a sign left out."""
    found = []
    for person_id, lines in checked.by_person.items():
        items = dict.fromkeys(
            item
            for one in lines
            for item in one.charge.segments[0].items
            if item.kind in REIMBURSEMENTS and item.amount > 0
        )
        if items:
            found.append(_positive(checked, person_id, list(items)))
    return found


def _positive(checked: Checked, person_id: int, items: Sequence[PayItem]) -> Finding:
    person = checked.person(person_id)
    total = sum((item.amount for item in items), ZERO)
    kinds = listed(sorted({label(item.kind) for item in items}))
    touched = sorted({item.month for item in items})
    message = (
        f"{person.name}, {months_fr(touched)} : {kinds} de {euros(total)} qui augmente le coût ; "
        f"attendu un montant négatif quand l'employeur perçoit la somme. Laissez-le s'il rend ce "
        f"qui avait été déduit de trop, sinon mettez le signe moins dans « bulletins »."
    )
    return REIMBURSEMENT_POSITIVE.finding(
        message,
        place(checked, person, touched),
        amount=loss_of_cost(checked, 2 * total),
        rows=rows_of("bulletins", [item.row for item in items]),
    )
