"""Thresholds of the scheme and of the regulations: minimum grant and cost, simplified costs,
publicity.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from grants.enums import FlatRateProfile, FunderKind, PieceKind, Severity, Valuation
from grants.french import euros, percent
from grants.money import ZERO, round_half_up
from grants.parameters.loader import Figure
from grants.rules.basis.explained import citation
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import law_figure, place, term_of
from grants.rules.claims.grant_due import minimum_grant

YEAR_MONTHS = 12
# Unit costs are simplified costs too (règlement (UE) 2021/1060, article 53.1).
UNIT_COSTS = frozenset({Valuation.HOURLY_1720})


GRANT_UNDER_MINIMUM = finding_kind(
    "grant_under_minimum",
    Chapter.THRESHOLDS,
    severity=Severity.WARNING,
    title="Subvention sous le minimum",
    remedy=(
        "le minimum d'un appel vise la demande, vérifiée à son instruction ; au solde il ne fait "
        "que demander si des lignes ou des pièces manquent"
    ),
)
COST_UNDER_MINIMUM = finding_kind(
    "cost_under_minimum",
    Chapter.THRESHOLDS,
    severity=Severity.BLOCKING,
    title="Coût sous le minimum",
    remedy=(
        "cherchez d'abord les lignes écartées et les pièces manquantes ; sinon le dossier "
        "n'est pas recevable"
    ),
)


@finds(GRANT_UNDER_MINIMUM, COST_UNDER_MINIMUM)
def check_minimums(checked: Checked) -> list[Finding]:
    """Grant requested, or granted in the end, under the call's minimum; total cost under it, once
    the claim is final.

    Law: Deux-Sèvres call 2018, 12 b): « le montant des demandes […] devra être supérieur ou égal à
    10 000 € », verified when the request is examined: a warning, never a block at the balance.
    """
    settings, claim = checked.terms.settings, checked.claim
    due, cost = max(ZERO, claim.grant.due.value), claim.eligible_cost.value
    found = [*_under_minimum_grant(checked, settings.min_grant, due)]
    if not checked.is_final:
        return found
    least = settings.min_total_cost
    if least is not None and cost < least:
        message = (
            f"Coût total éligible {euros(cost)}, minimum de l'appel {euros(least)} : il manque "
            f"{euros(least - cost)}. Cherchez les lignes écartées et les bulletins manquants."
        )
        found.append(_below(checked, COST_UNDER_MINIMUM, message, due, "min_total_cost"))
    return found


def _under_minimum_grant(
    checked: Checked, least: Decimal | None, due: Decimal
) -> Iterator[Finding]:
    if least is None:
        return
    asked = checked.terms.maximum
    if asked is not None and not minimum_grant(grant=asked, minimum=least).accepted:
        message = (
            f"Subvention demandée et conventionnée {euros(asked)}, minimum de l'appel pour une "
            f"demande {euros(least)} : il manque {euros(least - asked)}. Gardez la décision qui a "
            f"admis cette demande."
        )
        yield _below(checked, GRANT_UNDER_MINIMUM, message, due, "min_grant")
    elif checked.is_final and not minimum_grant(grant=due, minimum=least).accepted:
        message = (
            f"Subvention due {euros(due)}, minimum de l'appel pour une demande {euros(least)} : il "
            f"manque {euros(least - due)}. Le minimum vise la demande et ne refuse pas le solde : "
            f"cherchez les lignes écartées et les pièces manquantes ci-dessous."
        )
        yield _below(checked, GRANT_UNDER_MINIMUM, message, ZERO, "min_grant")


SIMPLIFIED_COSTS_MISSING = finding_kind(
    "simplified_costs_missing",
    Chapter.THRESHOLDS,
    severity=Severity.BLOCKING,
    title="Coûts simplifiés obligatoires",
    remedy=(
        "opération FSE+ de 200 000 € au plus : notez le `forfait` de la convention, ou "
        "demandez un avenant"
    ),
)


@finds(SIMPLIFIED_COSTS_MISSING)
def check_simplified_costs(checked: Checked) -> list[Finding]:
    """A small FSE+ operation without any simplified cost.

    Law: règlement (UE) 2021/1060, article 53.2: mandatory up to 200 000 €, this amount included.
    """
    convention, settings = checked.convention, checked.convention.terms[0].settings
    limit = law_figure(checked, "simplified_costs_threshold")
    is_simplified = (
        settings.flat_rate_profile is not FlatRateProfile.NONE or settings.valuation in UNIT_COSTS
    )
    cost = total_cost(checked)
    if convention.funder_kind is not FunderKind.FSE_PLUS or limit is None or is_simplified:
        return []
    if not ZERO < cost <= limit.value:
        return []
    message = (
        f"Opération FSE+ d'un coût total de {euros(cost)}, sans coûts simplifiés ; ils sont "
        f"obligatoires jusqu'à {euros(limit.value)}. Choisissez le forfait prévu par la convention "
        f"dans la colonne « forfait », ou demandez un avenant."
    )
    due = max(ZERO, checked.claim.grant.due.value)
    return [_at_law(checked, SIMPLIFIED_COSTS_MISSING, message, due, limit)]


FLAT_RATE_20_OVER = finding_kind(
    "flat_rate_20_over",
    Chapter.THRESHOLDS,
    severity=Severity.BLOCKING,
    title="Forfait de 20 % non ouvert",
    remedy="plus de 500 000 € sur douze mois : demandez un autre forfait par avenant",
)


@finds(FLAT_RATE_20_OVER)
def check_flat_rate_ceiling(checked: Checked) -> list[Finding]:
    """The 20 % profile on an operation that costs too much a year.

    Law: arrêté du 1er avril 2016: total cost of at most 500 000 € over twelve months.
    """
    convention = checked.convention
    if convention.terms[0].settings.flat_rate_profile is not (
        FlatRateProfile.DIRECT_LESS_SERVICES_20
    ):
        return []
    limit = law_figure(checked, "flat_rate_20_total_ceiling")
    months = max(YEAR_MONTHS, len(convention.period.months()))
    yearly = round_half_up(total_cost(checked) * YEAR_MONTHS / months)
    if limit is None or yearly <= limit.value:
        return []
    message = (
        f"Coût total de {euros(yearly)} sur douze mois avec le forfait de 20 %, "
        f"{euros(limit.value)} au plus : {euros(yearly - limit.value)} de trop. Le forfait n'est "
        f"pas ouvert à cette opération : demandez un autre régime par avenant."
    )
    flat = checked.claim.flat.value
    lost = round_half_up(max(ZERO, flat) * checked.terms.rate)
    return [_at_law(checked, FLAT_RATE_20_OVER, message, lost, limit)]


def total_cost(checked: Checked) -> Decimal:
    """Total cost as agreed; as claimed while nobody has agreed on one."""
    agreed = checked.terms.total_cost
    return checked.claim.eligible_cost.value if agreed is None else agreed


PUBLICITY_MISSING = finding_kind(
    "publicity_missing",
    Chapter.THRESHOLDS,
    severity=Severity.WARNING,
    title="Publicité non prouvée",
    remedy=(
        "ajoutez à `pieces` la photo datée de l'affiche A3, la mention du site et l'emblème "
        "(`Preuve de publicité`) ; jusqu'à 3 % de l'aide en dépendent"
    ),
)


@finds(PUBLICITY_MISSING)
def check_publicity(checked: Checked) -> list[Finding]:
    """European money without any recorded proof of publicity.

    Law: règlement (UE) 2021/1060, article 50.3: up to 3 % of the grant.
    """
    cut = law_figure(checked, "publicity_cut")
    has_proof = any(piece.kind is PieceKind.PUBLICITY for piece in checked.facts.pieces)
    if not checked.is_eu_money or cut is None or has_proof or not checked.claim.lines:
        return []
    lost = round_half_up(cut.value * max(ZERO, checked.claim.grant.due.value))
    message = (
        f"Aucune preuve de publicité enregistrée ; attendu l'affiche A3, la mention sur le site et "
        f"l'emblème de l'Union, photographiés et datés. Le financeur peut annuler jusqu'à "
        f"{percent(cut.value)} de l'aide, soit {euros(lost)} : ajoutez ces pièces à « pieces »."
    )
    return [_at_law(checked, PUBLICITY_MISSING, message, lost, cut)]


def _below(
    checked: Checked, kind: FindingKind, message: str, amount: Decimal, term: str
) -> Finding:
    source = term_of(checked, term)
    return kind.finding(message, place(checked), amount=amount, source=source)


def _at_law(
    checked: Checked, kind: FindingKind, message: str, amount: Decimal, limit: Figure
) -> Finding:
    return kind.finding(message, place(checked), amount=amount, source=citation(limit))
