"""Advances: whom the scheme gives none, its rate and its cap.

Law: settings ``advance_rate``, ``advance_cap``, ``advance_excluded_legal_forms``; FSE+ national
programme (30 %, not to local authorities); Deux-Sèvres call 2018, 12 d): associations only.
"""

from __future__ import annotations

from decimal import Decimal

from grants.enums import PaymentKind, Severity
from grants.french import euros, percent
from grants.labels import label
from grants.money import ZERO
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import place, rows_of, term_of
from grants.rules.claims.grant_due import advance

ADVANCE_EXCLUDED = finding_kind(
    "advance_excluded",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Avance à une structure exclue",
    remedy=(
        "le dispositif n'avance rien à cette forme juridique : vérifiez `versements` et "
        "`forme_juridique`, ou `avance_exclue_pour`"
    ),
)
ADVANCE_OVER = finding_kind(
    "advance_over",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Avance au-dessus du maximum",
    remedy="vérifiez `versements`, `taux_avance` et `plafond_avance` ; le trop-versé sera repris",
)


@finds(ADVANCE_EXCLUDED, ADVANCE_OVER)
def check_advances(checked: Checked) -> list[Finding]:
    """Advances paid to an excluded legal form, or above the scheme's rate or cap."""
    payments = [
        payment
        for payment in checked.facts.paid_by(checked.claim.as_of)
        if payment.kind is PaymentKind.ADVANCE
    ]
    paid = sum((payment.amount for payment in payments), ZERO)
    if paid <= ZERO:
        return []
    settings, form = checked.terms.settings, checked.convention.organisation.legal_form
    rows = rows_of("versements", (payment.row for payment in payments))
    if form in settings.advance_excluded_legal_forms:
        message = (
            f"Avance de {euros(paid)} versée à une structure « {label(form)} » ; ce dispositif "
            f"n'en verse pas à cette forme juridique. Vérifiez le versement et la forme : "
            f"l'avance peut être reprise."
        )
        source = term_of(checked, "advance_excluded_legal_forms")
        return [
            ADVANCE_EXCLUDED.finding(message, place(checked), amount=paid, source=source, rows=rows)
        ]
    most = _most(checked)
    if most is None or paid <= most:
        return []
    message = (
        f"Avance de {euros(paid)}, {euros(most)} au plus ({_limits(checked)}) : "
        f"{euros(paid - most)} de trop. Vérifiez le versement : le trop-versé sera repris."
    )
    source = term_of(checked, "advance_rate" if settings.advance_cap is None else "advance_cap")
    return [
        ADVANCE_OVER.finding(message, place(checked), amount=paid - most, source=source, rows=rows)
    ]


def _most(checked: Checked) -> Decimal | None:
    """Highest advance by rate and cap; None where the scheme limits neither, or the convention
    names no maximum to take the rate of.
    """
    settings, maximum = checked.terms.settings, checked.terms.maximum
    form = checked.convention.organisation.legal_form
    if settings.advance_rate is None or maximum is None:
        return settings.advance_cap
    return advance(
        subsidy=maximum,
        rate=settings.advance_rate,
        cap=settings.advance_cap,
        legal_form=form.value,
    ).amount


def _limits(checked: Checked) -> str:
    settings = checked.terms.settings
    parts = []
    if settings.advance_rate is not None and checked.terms.maximum is not None:
        parts.append(f"{percent(settings.advance_rate)} de {euros(checked.terms.maximum)}")
    if settings.advance_cap is not None:
        parts.append(f"plafond {euros(settings.advance_cap)}")
    return ", ".join(parts)
