"""Minimum share of time on the operation: refused at the end, foretold on the way.

Law: Deux-Sèvres call 2018: at least 40 % of each employee's activity over the operation's period,
or that employee's cost is out.
"""

from __future__ import annotations

from decimal import Decimal

from grants.french import hours, percent
from grants.money import ZERO
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import loss_of_cost, place, term_of
from grants.rules.claims.claim import PersonTotal

MINUTES = Decimal(60)


TIME_SHARE_LOW = finding_kind(
    "time_share_low",
    Chapter.TIME,
    severity=None,
    title="Part du temps insuffisante",
    remedy=(
        "le texte dit les heures qui manquent. Bilan final : retirez l'agent, ou ajoutez les "
        "heures oubliées ; intermédiaire : la tendance dit ce qu'il faut d'ici la fin"
    ),
)


@finds(TIME_SHARE_LOW)
def check_time_share(checked: Checked) -> list[Finding]:
    """A person under the minimum: out of a final claim, warned of with the trend before."""
    return [
        _final(checked, total) if checked.is_final else _interim(checked, total)
        for total in checked.claim.persons
        if not total.accepted and total.minimum is not None
    ]


def _final(checked: Checked, total: PersonTotal) -> Finding:
    message = (
        f"{_stands(total)} Toutes ses lignes sont écartées du bilan. Retirez cet agent de "
        f"l'opération, ou corrigez ses feuilles de temps si des heures y manquent."
    )
    return _finding(checked, total, message, blocks=True)


def _interim(checked: Checked, total: PersonTotal) -> Finding:
    message = (
        f"{_stands(total)} {_trend(checked, total)} Sinon tout son coût sortira du bilan final."
    )
    return _finding(checked, total, message, blocks=False)


def _stands(total: PersonTotal) -> str:
    minimum = percent(total.minimum or ZERO)
    if total.share is None:
        return f"{total.name} : aucune heure déclarée, {minimum} du temps attendus."
    return (
        f"{total.name} : {percent(total.share.value)} du temps sur l'opération "
        f"({hours(_operation(total))} sur {hours(_whole(total))}), {minimum} attendus : "
        f"il manque {hours(total.missing_hours)}."
    )


def _trend(checked: Checked, total: PersonTotal) -> str:
    """Hours that the rest of the operation must bring, were the activity to go on as it does."""
    claim, convention = checked.claim, checked.convention
    last = max(claim.period.start, min(claim.period.end, claim.as_of))
    elapsed = (last - claim.period.start).days
    left = (convention.period.end - last).days
    if not elapsed or left <= 0 or not total.minimum:
        return "L'opération est à son terme : il ne reste pas de jours pour les rattraper."
    activity = _whole(total) * left / elapsed
    needed = total.minimum * (_whole(total) + activity) - _operation(total)
    if needed > activity:
        return (
            f"D'ici la fin, à ce rythme, l'agent fera {hours(activity)} en tout et il en faudrait "
            f"{hours(needed)} sur l'opération : le minimum n'est plus atteignable."
        )
    return (
        f"D'ici la fin, à ce rythme, il faut encore {hours(needed)} sur l'opération, soit "
        f"{percent(needed / activity)} de l'activité à venir ({hours(activity)})."
    )


def _operation(total: PersonTotal) -> Decimal:
    return Decimal(total.operation_minutes or 0) / MINUTES


def _whole(total: PersonTotal) -> Decimal:
    return Decimal(total.total_minutes or 0) / MINUTES


def _finding(checked: Checked, total: PersonTotal, message: str, *, blocks: bool) -> Finding:
    person = checked.person(total.person_id)
    return TIME_SHARE_LOW.finding(
        message,
        place(checked, person),
        amount=loss_of_cost(checked, total.amount),
        source=term_of(checked, "min_time_share"),
        blocks=blocks,
    )
