"""What remains of a claim for those who may read its sums and nobody's pay.

Sums, grant, resources, plan and indicators stay. Lines, totals of persons and their pieces go; a
finding about somebody keeps its title and severity. Of a claim with one agent the sum still is that
agent's cost: a role that must not know even that gets no role in the organisation.
"""

from __future__ import annotations

from dataclasses import replace

from grants.money import ZERO
from grants.rules.basis.findings import Finding, Place
from grants.rules.claims.claim import Claim

MASKED = "Ce constat touche une personne : votre rôle n'en voit que l'objet. Demandez-en le détail "
MASKED += "au chargé de gestion."


def without_pay(claim: Claim) -> Claim:
    """The claim without what tells somebody's pay; breakdowns of its sums must stay closed too."""
    told = {word for line in claim.lines for word in (line.last_name, line.person_code) if word}
    told |= {person.name for person in claim.persons if person.name}
    return replace(
        claim,
        lines=(),
        persons=(),
        pieces=tuple(piece for piece in claim.pieces if not piece.person),
        findings=tuple(_masked(finding, told) for finding in claim.findings),
    )


def _masked(finding: Finding, names: set[str]) -> Finding:
    about_somebody = finding.where.person or any(word in finding.message for word in names)
    if not about_somebody:
        return finding
    where = Place(convention=finding.where.convention)
    return replace(finding, message=MASKED, where=where, amount=ZERO, rows=())
