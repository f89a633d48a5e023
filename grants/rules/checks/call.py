"""What the call says of requests: when they are filed, its envelope, territories left out.

Law: règlement (UE) 2021/1060, article 63.6 and règlement (UE) n° 1303/2013, article 65.6: an
operation fully implemented before its request is not selected. Deux-Sèvres call 2018, points 5, 6
and 12 a): start after the request, territories not covered yet, envelope.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from grants.enums import Severity
from grants.french import count, day_fr, euros, listed
from grants.money import ZERO
from grants.rules.basis.facts.conventions import Call
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import grant_at_risk, place, rows_of

REQUEST_LATE = finding_kind(
    "request_late",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Demande déposée après l'échéance",
    remedy=(
        "vérifiez `demande_le` et `demandes_avant_le` ; gardez l'attestation de dépôt et la "
        "décision qui admet la demande"
    ),
)
START_BEFORE_REQUEST = finding_kind(
    "start_before_request",
    Chapter.CLAIM,
    severity=None,
    title="Début avant la demande",
    remedy=(
        "gardez le texte de l'appel qui admet un début antérieur. Bloque une opération européenne "
        "déjà finie quand la demande est déposée"
    ),
)
ENVELOPE_EXCEEDED = finding_kind(
    "envelope_exceeded",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Enveloppe de l'appel dépassée",
    remedy="vérifiez `montant_maximum` des conventions du dispositif, et son `enveloppe`",
)
TERRITORY_COVERED = finding_kind(
    "territory_covered",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Territoire déjà couvert",
    remedy=(
        "l'appel exclut ce territoire : retirez le poste de l'opération, ou gardez la décision "
        "qui l'admet"
    ),
)


@finds(REQUEST_LATE, START_BEFORE_REQUEST, ENVELOPE_EXCEEDED, TERRITORY_COVERED)
def check_call(checked: Checked) -> list[Finding]:
    """The convention held against what its call says of requests."""
    call = checked.convention.call
    return [
        *_request(checked, call),
        *_envelope(checked, call),
        *_territories(checked),
    ]


def _request(checked: Checked, call: Call) -> Iterator[Finding]:
    filed, bounds = call.requested_on, checked.convention.period
    if filed is None:
        return
    if call.filing_deadline is not None and filed > call.filing_deadline:
        late = count((filed - call.filing_deadline).days, "jour")
        message = (
            f"Demande déposée le {day_fr(filed)}, {late} après l'échéance de l'appel "
            f"({day_fr(call.filing_deadline)}). Vérifiez les deux dates ; gardez l'attestation de "
            f"dépôt et la décision qui admet la demande."
        )
        yield _finding(checked, REQUEST_LATE, message)
    if bounds.start < filed:
        is_over = checked.is_eu_money and bounds.end <= filed
        rest = (
            "L'opération était finie avant sa demande : l'Europe ne la prend pas. Vérifiez la date."
            if is_over
            else "Des dépenses d'avant la demande ne comptent que si l'appel l'admet : gardez son "
            "texte, ou faites commencer l'opération après la demande."
        )
        message = (
            f"L'opération commence le {day_fr(bounds.start)}, "
            f"{count((filed - bounds.start).days, 'jour')} avant le dépôt de la demande "
            f"({day_fr(filed)}). {rest}"
        )
        due = max(ZERO, checked.claim.grant.due.value)
        lines = [line for line in checked.claim.lines if line.period.end <= filed]
        amount = due if is_over else min(due, grant_at_risk(checked, lines))
        yield _finding(checked, START_BEFORE_REQUEST, message, amount, blocks=is_over)


def _envelope(checked: Checked, call: Call) -> Iterator[Finding]:
    granted = checked.facts.granted_by_call
    if call.envelope is None or granted <= call.envelope:
        return
    message = (
        f"Les conventions du dispositif {checked.convention.scheme_code} portent {euros(granted)} "
        f"de subvention au plus, l'enveloppe de l'appel est de {euros(call.envelope)} : "
        f"{euros(granted - call.envelope)} de trop. Vérifiez les montants maximum et l'enveloppe."
    )
    yield _finding(checked, ENVELOPE_EXCEEDED, message)


def _territories(checked: Checked) -> Iterator[Finding]:
    covered = checked.facts.covered_posts
    if not covered:
        return
    names = listed(f"{post} ({territory})" for post, territory in covered.items())
    message = (
        f"Postes sur un territoire que l'appel exclut, car une opération antérieure le couvre : "
        f"{names}. Retirez-les de l'opération, ou gardez la décision du financeur qui les admet."
    )
    lines = [line for line in checked.claim.lines if line.post in covered]
    yield _finding(checked, TERRITORY_COVERED, message, grant_at_risk(checked, lines))


def _finding(
    checked: Checked,
    kind: FindingKind,
    message: str,
    amount: Decimal = ZERO,
    *,
    blocks: bool | None = None,
) -> Finding:
    rows = rows_of("conventions", [checked.convention.row])
    return kind.finding(message, place(checked), amount=amount, rows=rows, blocks=blocks)
