"""Pay: under contract and settled in time, daily benefits deducted, refused items named, rates that
rest on twelve payslips.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from grants.enums import PayItemKind, Severity
from grants.french import count, day_fr, euros, months_fr
from grants.labels import label
from grants.money import ZERO, from_cents, round_half_up
from grants.periods import Period, add_months, next_month
from grants.rules.basis.explained import citations
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.facts.people import Absence
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.checks.context import ChargedLine, Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import (
    cost_of,
    grant_at_risk,
    law_of,
    lines_of,
    loss_of_cost,
    months_of,
    part_of_line,
    place,
    rows_of,
    term_of,
)

# Items that a proof may still make eligible: what is left out for want of it is money to win back.
PROVABLE = frozenset({PayItemKind.BONUS})


IJSS_MISSING = finding_kind(
    "ijss_missing",
    Chapter.PAY,
    severity=Severity.BLOCKING,
    title="IJSS non déduites",
    remedy=(
        "arrêt avec IJSS sans ligne `IJSS` négative, ni ce mois ni le suivant : ajoutez le "
        "décompte, ou `ijss` = non dans `absences`"
    ),
)


@finds(IJSS_MISSING)
def check_daily_benefits(checked: Checked) -> list[Finding]:
    """Sick leave that the health insurance pays for, without its benefits taken off the pay."""
    found = []
    for person_id, lines in checked.by_person.items():
        deducted = {
            item.month
            for one in lines
            for item in one.charge.segments[0].items
            if item.kind is PayItemKind.IJSS and item.amount < 0
        }
        for absence in checked.ledger.people.absences[person_id]:
            lacking = _not_deducted(checked, absence, lines, deducted)
            if absence.expects_ijss and lacking:
                found.append(_benefits(checked, absence, lacking))
    return found


def _not_deducted(
    checked: Checked, absence: Absence, lines: Sequence[ChargedLine], deducted: set[date]
) -> list[ChargedLine]:
    """Lines of the leave's past months whose benefits stand neither there nor in the next month."""
    return [
        one
        for one in lines
        if one.line.period.overlaps(absence.period)
        and one.charge.segments[0].items
        and next_month(one.line.month) <= checked.claim.as_of
        and not deducted & {one.line.month, next_month(one.line.month)}
    ]


def _benefits(checked: Checked, absence: Absence, lacking: Sequence[ChargedLine]) -> Finding:
    person = checked.person(absence.person_id)
    months = months_of(lacking)
    cost = round_half_up(sum((_cost_away(one, absence) for one in lacking), ZERO))
    last = f"au {day_fr(absence.period.last)}" if not absence.period.is_open else "sans fin connue"
    message = (
        f"{person.name} : {label(absence.kind).lower()} du {day_fr(absence.period.start)} {last}, "
        f"aucune IJSS déduite en {months_fr(months)} ; attendu une ligne « IJSS » négative par "
        f"bulletin, le bilan compte {euros(cost)} pour ces jours. Ajoutez le décompte de la "
        f"caisse, ou dites dans « absences » qu'aucune IJSS n'est attendue."
    )
    return IJSS_MISSING.finding(
        message,
        place(checked, person, months),
        amount=loss_of_cost(checked, cost),
        source=law_of(checked, "eligible_items"),
        rows=rows_of("absences", [absence.row]),
    )


def _cost_away(one: ChargedLine, absence: Absence) -> Decimal:
    """Retained cost of the line's days away."""
    cost = ZERO
    for segment in one.charge.segments:
        away = segment.period.intersect(absence.period)
        if away:
            cost += segment.cost * away.days / segment.period.days
    return part_of_line(one, cost)


@dataclass(slots=True)
class _LeftOut:
    """Items of one kind left out for one reason."""

    amount: Decimal = ZERO
    months: set[date] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)


ITEM_INELIGIBLE = finding_kind(
    "item_ineligible",
    Chapter.PAY,
    severity=Severity.WARNING,
    title="Rubrique de paie écartée",
    remedy=(
        "une rubrique écartée, avec sa raison. Prime : mettez les trois « oui » si la preuve "
        "existe. Autre : rien à faire, ou changez `rubriques_eligibles` si la convention "
        "l'admet"
    ),
)


@finds(ITEM_INELIGIBLE)
def check_refused_items(checked: Checked) -> list[Finding]:
    """Items of the payslips that the scheme refuses: how much, and which proof is missing."""
    found = []
    for person_id, lines in checked.by_person.items():
        left_out: dict[tuple[PayItemKind, str], _LeftOut] = defaultdict(_LeftOut)
        for one in lines:
            for item, reason in one.charge.basis.refused:
                entry = left_out[item.kind, reason]
                entry.amount += _amount_inside(one, item)
                entry.months.add(one.line.month)
                entry.rows.add(item.row)
        found += [
            _refused(checked, person_id, kind, reason, entry)
            for (kind, reason), entry in left_out.items()
            if entry.amount
        ]
    return found


def _amount_inside(one: ChargedLine, item: PayItem) -> Decimal:
    """Part of an item that the line would charge."""
    index = next(i for i, own in enumerate(one.charge.segments[0].items) if own is item)
    inside = from_cents(sum(segment.cents[index] for segment in one.charge.segments))
    share = one.charge.amounts.share
    return round_half_up(inside * share.value) if share else inside


def _refused(
    checked: Checked, person_id: int, kind: PayItemKind, reason: str, entry: _LeftOut
) -> Finding:
    person = checked.person(person_id)
    months = sorted(entry.months)
    advice = (
        "Si la preuve existe, renseignez-la dans « bulletins » : la prime comptera."
        if kind in PROVABLE and reason.startswith("prime")
        else "Rien à faire si le dispositif la refuse bien ; sinon changez ses rubriques éligibles."
    )
    message = (
        f"{person.name}, {months_fr(months)} : « {label(kind)} » au bulletin, "
        f"{euros(entry.amount)} laissés hors du bilan — {reason}. {advice}"
    )
    amount = loss_of_cost(checked, entry.amount) if kind in PROVABLE else ZERO
    return ITEM_INELIGIBLE.finding(
        message,
        place(checked, person, months),
        amount=amount,
        source=term_of(checked, "eligible_items"),
        rows=rows_of("bulletins", entry.rows),
    )


PAID_LATE = finding_kind(
    "paid_late",
    Chapter.PAY,
    severity=Severity.BLOCKING,
    title="Paie acquittée trop tard",
    remedy="payée après le délai du dispositif : vérifiez `paye_le`, sinon retirez ces mois",
)


@finds(PAID_LATE)
def check_payment_deadline(checked: Checked) -> list[Finding]:
    """Pay settled after the day until which the scheme accepts expenses."""
    months = checked.terms.settings.payment_deadline_months
    if months is None:
        return []
    deadline = add_months(checked.convention.period.last, months)
    found = []
    for person_id, lines in checked.by_person.items():
        late = [one for one in lines if any(day > deadline for day in one.line.paid_on)]
        if late:
            person = checked.person(person_id)
            days = sorted({day for one in late for day in one.line.paid_on if day > deadline})
            message = (
                f"{person.name}, {months_fr(months_of(late))} : paie acquittée le "
                f"{', '.join(map(day_fr, days))}, au plus tard le {day_fr(deadline)} attendu. "
                f"Corrigez la date de paiement si elle est fausse ; sinon retirez ces mois."
            )
            found.append(
                PAID_LATE.finding(
                    message,
                    place(checked, person, months_of(late)),
                    amount=grant_at_risk(checked, lines_of(late)),
                    source=term_of(checked, "payment_deadline_months"),
                )
            )
    return found


HOURLY_RATE_MISSING = finding_kind(
    "hourly_rate_missing",
    Chapter.PAY,
    severity=Severity.BLOCKING,
    title="Taux horaire impossible",
    remedy=(
        "moins de douze bulletins ou pas de contrat pour le taux horaire : ajoutez-les, ou "
        "demandez une autre `valorisation`"
    ),
)


@finds(HOURLY_RATE_MISSING)
def check_hourly_rates(checked: Checked) -> list[Finding]:
    """Hours without an hourly rate: fewer than twelve payslips, or no contract to reckon by."""
    found = []
    for person_id, lines in checked.by_person.items():
        refused: dict[str, list[ChargedLine]] = {}
        for one in lines:
            if one.charge.amounts.refusal and one.charge.basis.operation_minutes:
                refused.setdefault(one.charge.amounts.refusal, []).append(one)
        person = checked.person(person_id)
        for reason, group in refused.items():
            cost = round_half_up(sum((_by_share(one) for one in group), ZERO))
            message = (
                f"{person.name}, {months_fr(months_of(group))} : {reason}. Les heures de ces mois "
                f"comptent pour zéro ; à la part du temps elles coûteraient {euros(cost)}. Ajoutez "
                f"les bulletins qui manquent, ou demandez une autre valorisation."
            )
            found.append(
                HOURLY_RATE_MISSING.finding(
                    message,
                    place(checked, person, months_of(group)),
                    amount=loss_of_cost(checked, cost),
                    source=next(citations([one.line.amount for one in group]), None)
                    or term_of(checked, "valuation"),
                )
            )
    return found


def _by_share(one: ChargedLine) -> Decimal:
    """Cost of the line's hours by their share of the month."""
    basis = one.charge.basis
    return basis.total * basis.operation_minutes / basis.total_minutes


CONTRACT_MISSING = finding_kind(
    "contract_missing",
    Chapter.PAY,
    severity=None,
    title="Jours sans contrat",
    remedy=(
        "complétez `contrats`, ou corrigez les dates d'affectation. Bloque quand des jours "
        "payés n'ont aucun contrat"
    ),
)


@finds(CONTRACT_MISSING)
def check_contracts(checked: Checked) -> list[Finding]:
    """Lines whose days no contract covers: part of the days a post is held, or all of a month on an
    operation.
    """
    found = []
    for person_id, lines in checked.by_person.items():
        contracts = [contract.period for contract in checked.ledger.people.contracts[person_id]]
        bare = [
            (one, days)
            for one in lines
            if (days := _uncovered_days(checked, one, contracts))
            and (days == one.line.period.days or not checked.convention.pays_time)
        ]
        if bare:
            found.append(_no_contract(checked, bare))
    return found


def _uncovered_days(checked: Checked, one: ChargedLine, contracts: Sequence[Period]) -> int:
    """Days of the line, up to now, that lie in no contract."""
    period = one.line.period
    if period.start >= checked.claim.as_of:
        return 0
    past = Period(period.start, min(period.end, checked.claim.as_of))
    if any(contract.covers(past) for contract in contracts):
        return 0
    return sum(1 for day in past.iter_days() if not any(c.contains(day) for c in contracts))


def _no_contract(checked: Checked, bare: Sequence[tuple[ChargedLine, int]]) -> Finding:
    group = [one for one, _ in bare]
    person = checked.person(group[0].line.person_id)
    days = sum(number for _, number in bare)
    without_any = [one for one, number in bare if number == one.line.period.days]
    is_paid = any(cost_of(one.charge) for one in without_any)
    message = (
        f"{person.name}, {months_fr(months_of(group))} : {count(days, 'jour')} sans contrat de "
        f"travail ; attendu un contrat sur tous les jours comptés. Ajoutez le contrat ou "
        f"l'avenant à « contrats », ou corrigez les dates d'affectation."
    )
    return CONTRACT_MISSING.finding(
        message,
        place(checked, person, months_of(group)),
        amount=grant_at_risk(checked, lines_of(without_any)),
        source=law_of(checked, "valuation"),
        blocks=is_paid,
    )
