"""The convention itself: signed, in force, amended by signed amendments only, its terms within the
scheme's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from grants.enums import PaymentKind, Severity
from grants.french import count, day_fr, hours, listed, percent, span_fr
from grants.money import ZERO, round_half_up
from grants.periods import DAY, Period
from grants.rules.basis.calendar import report_due
from grants.rules.basis.explained import Citation
from grants.rules.basis.facts.conventions import Amendment, Terms
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.checks.context import ChargedLine, Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import part_of_line, place, rows_of, term_of
from grants.rules.conventions.settings import SPEC_BY_KEY, TERM_KINDS, TERM_WORDINGS, setting_text

# Amendments name terms by their column (docs/import.md).
RATE_FIELD = "taux"
# A house limit: two months are what a report and its certificate take.
DAYS_BEFORE_REPORT = 60
MINUTES = Decimal(60)


CONVENTION_UNSIGNED = finding_kind(
    "convention_unsigned",
    Chapter.CLAIM,
    severity=Severity.BLOCKING,
    title="Convention non signée",
    remedy="notez `signee_le` dans `conventions` ; sans signature rien n'est dû",
)
CONVENTION_SIGNED_LATE = finding_kind(
    "convention_signed_late",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Convention signée après sa fin",
    remedy=(
        "vérifiez la date, ou demandez au financeur une lettre qui admet les dépenses antérieures"
    ),
)


@finds(CONVENTION_UNSIGNED, CONVENTION_SIGNED_LATE)
def check_signature(checked: Checked) -> list[Finding]:
    """A convention unsigned, or signed after its last day."""
    convention, due = checked.convention, checked.claim.grant.due.value
    if convention.signed_on is None:
        message = (
            f"La convention {convention.number} n'est pas signée ; attendu une date de signature. "
            f"Sans elle rien n'est dû : faites-la signer et notez le jour dans « conventions »."
        )
        return [_finding(checked, CONVENTION_UNSIGNED, message, due)]
    if convention.signed_on > convention.period.last:
        late = (convention.signed_on - convention.period.last).days
        message = (
            f"La convention {convention.number} est signée le {day_fr(convention.signed_on)}, "
            f"{count(late, 'jour')} après son dernier jour ({day_fr(convention.period.last)}) ; "
            f"attendu une signature pendant la période. Vérifiez la date, ou demandez au financeur "
            f"une lettre qui admet les dépenses antérieures."
        )
        return [_finding(checked, CONVENTION_SIGNED_LATE, message)]
    return []


PERIOD_OUTSIDE = finding_kind(
    "period_outside",
    Chapter.CLAIM,
    severity=Severity.BLOCKING,
    title="Période hors convention",
    remedy="changez `--from` et `--to`, ou signez un avenant qui prolonge (`champ` = fin)",
)
HOURS_OUTSIDE_CONVENTION = finding_kind(
    "hours_outside_convention",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Heures hors convention",
    remedy=(
        "des heures portent le numéro de l'opération hors de ses dates : corrigez la date ou "
        "l'opération"
    ),
)


@finds(PERIOD_OUTSIDE, HOURS_OUTSIDE_CONVENTION)
def check_period(checked: Checked) -> list[Finding]:
    """Days of the claim, and hours declared on the operation, outside the convention."""
    bounds, period = checked.convention.period, checked.claim.period
    found = []
    if not bounds.covers(period):
        message = (
            f"Le bilan va {span_fr(period)}, la convention {span_fr(bounds)} : "
            f"{count(_outside(period, bounds), 'jour')} hors convention. Ces jours n'ouvrent droit "
            f"à rien : changez la période du bilan, ou signez un avenant qui prolonge."
        )
        due = checked.claim.grant.due.value
        found.append(_finding(checked, PERIOD_OUTSIDE, message, due))
    lost = [
        time
        for time in checked.ledger.facts.times
        if time.convention_id == checked.convention.id and not bounds.contains(time.start)
    ]
    if lost:
        minutes = sum(time.minutes for time in lost)
        persons = {time.person_id for time in lost}
        names = listed(checked.person(person_id).name for person_id in sorted(persons))
        message = (
            f"{hours(minutes / MINUTES)} déclarées sur l'opération hors de la convention "
            f"({span_fr(bounds)}) par {names} : elles ne comptent pas. Corrigez les dates ou "
            f"l'opération de ces lignes."
        )
        found.append(_finding(checked, HOURS_OUTSIDE_CONVENTION, message))
    return found


def _outside(period: Period, bounds: Period) -> int:
    inside = period.intersect(bounds)
    return period.days - (inside.days if inside else 0)


AMENDMENT_UNSIGNED = finding_kind(
    "amendment_unsigned",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Avenant non signé",
    remedy="l'avenant est sans effet : notez `signe_le` dans `avenants`, ou retirez-le",
)


@finds(AMENDMENT_UNSIGNED)
def check_amendments(checked: Checked) -> list[Finding]:
    """Amendments without signature: they have no effect, and a rate they change is not applied."""
    return [
        _unsigned(checked, amendment)
        for amendment in checked.convention.amendments
        if amendment.signed_on is None and amendment.effective_on < checked.claim.period.end
    ]


def _unsigned(checked: Checked, amendment: Amendment) -> Finding:
    message = (
        f"Avenant n° {amendment.number} ({amendment.field} : {amendment.value}, effet au "
        f"{day_fr(amendment.effective_on)}) non signé : il n'a aucun effet, le bilan garde les "
        f"termes d'avant. Faites-le signer et notez le jour dans « avenants », ou retirez-le."
    )
    return _finding(
        checked,
        AMENDMENT_UNSIGNED,
        message,
        _effect_of_rate(checked, amendment),
        Citation(amendment.field, amendment.value, amendment.effective_on, "Avenant non signé"),
        row=("avenants", amendment.row),
    )


def _effect_of_rate(checked: Checked, amendment: Amendment) -> Decimal:
    """Grant that an unsigned rate would change, zero for any other field."""
    if amendment.field != RATE_FIELD:
        return ZERO
    rate: Decimal = SPEC_BY_KEY["max_rate"].parse(amendment.value)
    cost = max(ZERO, checked.claim.eligible_cost.value)
    return round_half_up(abs(rate - checked.terms.rate) * cost)


RATE_ABOVE_MAXIMUM = finding_kind(
    "rate_above_maximum",
    Chapter.CLAIM,
    severity=Severity.BLOCKING,
    title="Taux au-dessus du maximum",
    remedy="corrigez `taux` dans `conventions`, ou `taux_max` du dispositif s'il est faux",
)


@finds(RATE_ABOVE_MAXIMUM)
def check_rate(checked: Checked) -> list[Finding]:
    """A rate above the maximum of its scheme."""
    terms = checked.terms
    most = terms.settings.max_rate
    if most is None or terms.rate <= most:
        return []
    amount = round_half_up((terms.rate - most) * max(ZERO, checked.claim.eligible_cost.value))
    message = (
        f"Taux de la convention {percent(terms.rate)}, maximum du dispositif {percent(most)} : "
        f"{percent(terms.rate - most)} de trop. Le bilan compte {percent(most)} : corrigez le taux "
        f"saisi, ou faites corriger la convention."
    )
    source = term_of(checked, "max_rate")
    return [_finding(checked, RATE_ABOVE_MAXIMUM, message, amount, source)]


TERMS_CHANGED = finding_kind(
    "terms_changed",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Termes changés en cours de période",
    remedy=(
        "les termes de la fin s'appliquent à toute la période ; si l'avenant dit autrement, "
        "faites deux bilans avec `--from` et `--to`"
    ),
)


@finds(TERMS_CHANGED)
def check_changed_terms(checked: Checked) -> list[Finding]:
    """Terms that change inside the period: those of its end apply to all of it."""
    period, timeline = checked.claim.period, checked.convention.terms
    before = checked.convention.terms_on(period.start)
    found: list[Finding] = []
    for terms in timeline:
        if period.start < terms.since < period.end:
            found.extend(_changed(checked, before, terms))
            before = terms
    return found


def _changed(checked: Checked, before: Terms, after: Terms) -> Iterator[Finding]:
    changes = dict(_changes(before, after))
    if not changes:
        return
    cost = sum((_cost_before(one, after.since) for one in checked.charged), ZERO)
    amount = round_half_up(abs(after.rate - before.rate) * max(ZERO, cost))
    message = (
        f"Au {day_fr(after.since)}, en cours de période, changent {' ; '.join(changes.values())}. "
        f"Les termes de la fin de la période s'appliquent à toute la période. Si l'avenant dit "
        f"autrement, faites deux bilans, un par côté de cette date."
    )
    source = after.origins.get(next(iter(changes)))
    yield _finding(checked, TERMS_CHANGED, message, amount, source)


def _cost_before(one: ChargedLine, day: date) -> Decimal:
    """Retained cost of the line's days before a day."""
    before = [s.cost for s in one.charge.segments if s.period.start < day]
    return part_of_line(one, sum(before, ZERO)) if before else ZERO


def _changes(before: Terms, after: Terms) -> Iterator[tuple[str, str]]:
    """Each term or setting that changed, with its French wording."""
    for key, wording in TERM_WORDINGS.items():
        yield from _change(key, wording, TERM_KINDS[key], (before, after))
    for key, spec in SPEC_BY_KEY.items():
        yield from _change(key, spec.wording, spec.kind, (before.settings, after.settings))


def _change(
    key: str, wording: str, kind: str, sides: tuple[object, object]
) -> Iterator[tuple[str, str]]:
    old, new = (getattr(side, key) for side in sides)
    if old != new:
        values = f"de {setting_text(old, kind) or 'rien'} à {setting_text(new, kind) or 'rien'}"
        yield key, f"« {wording} », {values}"


REPORT_LATE = finding_kind(
    "report_late",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Bilan en retard",
    remedy="déposez, ou notez le `Solde` dans `versements` s'il est payé",
)
REPORT_DUE_SOON = finding_kind(
    "report_due_soon",
    Chapter.CLAIM,
    severity=Severity.WARNING,
    title="Bilan à rendre bientôt",
    remedy="moins de 60 jours : levez les constats, faites certifier l'état des dépenses",
)


@finds(REPORT_LATE, REPORT_DUE_SOON)
def check_report(checked: Checked) -> list[Finding]:
    """The report's day past or near, once the convention is over and its balance not yet paid."""
    convention, as_of = checked.convention, checked.claim.as_of
    is_settled = any(payment.kind is PaymentKind.BALANCE for payment in checked.facts.payments)
    if as_of < convention.period.end or is_settled:
        return []
    months = checked.terms.settings.report_due_months
    due_on = convention.report_due_on or report_due(end=convention.period.end, months=months).due_on
    left = (due_on - as_of) // DAY
    source = term_of(checked, "report_due_months")
    if left < 0:
        message = (
            f"Bilan attendu au plus tard le {day_fr(due_on)}, il y a {count(-left, 'jour')}, et "
            f"aucun solde n'est enregistré. Déposez-le, ou notez le solde dans « versements »."
        )
        return [_finding(checked, REPORT_LATE, message, source=source)]
    if left <= DAYS_BEFORE_REPORT:
        message = (
            f"Bilan attendu au plus tard le {day_fr(due_on)}, dans {count(left, 'jour')} : levez "
            f"les constats et faites certifier l'état des dépenses avant cette date."
        )
        return [_finding(checked, REPORT_DUE_SOON, message, source=source)]
    return []


def _finding(
    checked: Checked,
    kind: FindingKind,
    message: str,
    amount: Decimal = ZERO,
    source: Citation | None = None,
    *,
    row: tuple[str, int] | None = None,
) -> Finding:
    sheet, number = row or ("conventions", checked.convention.row)
    rows = rows_of(sheet, [number])
    return kind.finding(message, place(checked), amount=amount, source=source, rows=rows)
