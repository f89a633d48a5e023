"""Posts: filled, replaced in time, and seconded by agreement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from grants.enums import AbsenceKind, CeilingProration, Severity
from grants.french import count, day_fr, euros, listed
from grants.money import ZERO, round_half_up
from grants.periods import Period, add_months
from grants.rules.basis.facts.people import Absence
from grants.rules.basis.facts.posts import Holding, PostFunding
from grants.rules.basis.findings import Finding
from grants.rules.basis.people import grouped
from grants.rules.basis.rounding import exact_decimal
from grants.rules.checks.context import Charged, Checked
from grants.rules.checks.risk import grant_at_risk, law_of, lines_of, place, rows_of, term_of
from grants.rules.pay.proration import years_covered

SICK = frozenset({AbsenceKind.SICKNESS, AbsenceKind.WORK_ACCIDENT})
# The call says « dans les plus brefs délais » and names no number of days: a house limit.
DAYS_WITHOUT_REPLACEMENT = 30


def check_vacancies(checked: Checked) -> list[Finding]:
    """Posts that the convention pays and that nobody held over days of the claim up to now."""
    holdings = grouped(checked.ledger.facts.holdings, lambda holding: holding.post_id)
    found = []
    for post_id, fundings in grouped(
        checked.ledger.people.fundings.get(checked.convention.id, ()), lambda f: f.post_id
    ).items():
        empty = [
            (funding, gap)
            for funding in fundings
            for gap in _gaps(_wanted(checked, funding), [h.period for h in holdings[post_id]])
        ]
        if empty:
            found.append(_vacancy(checked, empty))
    return found


def _wanted(checked: Checked, funding: PostFunding) -> Period | None:
    """Days of the claim, up to now, on which the post is paid for."""
    claim = checked.claim
    if claim.as_of <= claim.period.start:
        return None
    past = Period(claim.period.start, min(claim.period.end, claim.as_of))
    inside = past.intersect(checked.convention.period)
    return inside and inside.intersect(funding.period)


def _gaps(wanted: Period | None, held: Iterable[Period]) -> list[Period]:
    """Days wanted that no holding covers."""
    if wanted is None:
        return []
    gaps, start = [], wanted.start
    for period in sorted(held):
        if start < period.start and start < wanted.end:
            gaps.append(Period(start, min(period.start, wanted.end)))
        start = max(start, period.end)
    if start < wanted.end:
        gaps.append(Period(start, wanted.end))
    return gaps


def _vacancy(checked: Checked, empty: Sequence[tuple[PostFunding, Period]]) -> Finding:
    post = checked.ledger.facts.posts[empty[0][0].post_id]
    days = sum(gap.days for _, gap in empty)
    lost = sum((_ceiling_lost(checked, funding, gap) for funding, gap in empty), ZERO)
    spans = listed(f"du {day_fr(gap.start)} au {day_fr(gap.last)}" for _, gap in empty)
    effect = f"Le plafond baisse de {euros(lost)}" if lost else "Le plafond n'en dépend pas"
    message = (
        f"Poste {post.code} ({post.territory}) vacant {count(days, 'jour')}, {spans} ; attendu un "
        f"poste tenu sur toute la période. {effect}. Si quelqu'un le tenait, ajoutez son "
        f"affectation ; sinon prévenez le financeur."
    )
    return Finding(
        "post_vacant",
        Severity.WARNING,
        message,
        place(checked, post=post.code),
        lost,
        term_of(checked, "ceiling_proration"),
        rows_of("postes_conventions", [funding.row for funding, _ in empty]),
    )


def _ceiling_lost(checked: Checked, funding: PostFunding, gap: Period) -> Decimal:
    """Euros of the yearly ceiling that the empty days take away, by the scheme's proration."""
    settings, start = checked.terms.settings, checked.convention.period.start
    if settings.ceiling_per_fte is None or settings.ceiling_proration is CeilingProration.NONE:
        return ZERO
    years = years_covered(gap, start)
    if settings.ceiling_proration is CeilingProration.TWELFTHS_FILLED:
        years = Fraction(_whole_months(gap, start), 12)
    return round_half_up(
        exact_decimal(Fraction(settings.ceiling_per_fte) * Fraction(funding.fte) * years)
    )


def _whole_months(gap: Period, start: date) -> int:
    """Months counted from the convention's first day that are wholly empty."""
    number = months = 0
    while (first := add_months(start, number)) < gap.end:
        number += 1
        months += gap.covers(Period(first, add_months(start, number)))
    return months


def check_secondments(checked: Checked) -> list[Finding]:
    """Seconded people without a nominative agreement, or with one dated after they began."""
    found = []
    for person_id, lines in checked.by_person.items():
        for holding in checked.ledger.people.holdings[person_id]:
            own = [one for one in lines if _is_under(one, holding)]
            if holding.is_secondment and own:
                if holding.agreement_on is None:
                    found.append(_no_agreement(checked, holding, own))
                elif holding.agreement_on > holding.period.start:
                    found.append(_late_agreement(checked, holding, own))
    return found


def _is_under(one: Charged, holding: Holding) -> bool:
    """Whether the line is of that holding, or of days of it when the operation pays time."""
    if one.charge.holding is not None:
        return one.charge.holding == holding
    return one.line.period.overlaps(holding.period)


def _no_agreement(checked: Checked, holding: Holding, own: Sequence[Charged]) -> Finding:
    message = (
        "mise à disposition sans convention nominative ; attendu une convention signée, au nom de "
        "l'agent, avant le premier jour. Produisez-la et notez sa date dans « affectations »."
    )
    return _secondment(checked, "secondment_without_agreement", holding, own, message)


def _late_agreement(checked: Checked, holding: Holding, own: Sequence[Charged]) -> Finding:
    signed = holding.agreement_on or holding.period.start
    early = [one for one in own if one.line.period.start < signed]
    message = (
        f"convention nominative datée du {day_fr(signed)}, "
        f"{count((signed - holding.period.start).days, 'jour')} après le début de la mise à "
        f"disposition ({day_fr(holding.period.start)}) ; attendue avant. Les mois commencés avant "
        f"cette date ne sont pas couverts."
    )
    return _secondment(checked, "secondment_agreement_late", holding, early, message)


def _secondment(
    checked: Checked, code: str, holding: Holding, group: Sequence[Charged], message: str
) -> Finding:
    person = checked.person(holding.person_id)
    return Finding(
        code,
        Severity.BLOCKING,
        f"{person.name} : {message}",
        place(checked, person, post=checked.ledger.facts.posts[holding.post_id].code),
        grant_at_risk(checked, lines_of(group)),
        law_of(checked, "secondment_category"),
        rows_of("affectations", [holding.row], holding.piece),
    )


def check_replacements(checked: Checked) -> list[Finding]:
    """Holders long ill whom nobody replaces.

    Law: Deux-Sèvres call 2018: a sick facilitator is replaced « dans les plus brefs délais ».
    """
    replaced = grouped(checked.ledger.facts.holdings, lambda holding: holding.replaces_id)
    found = []
    for person_id in checked.by_person:
        for spell in _spells(checked, checked.ledger.people.absences[person_id]):
            stands_in = any(h.period.overlaps(spell.period) for h in replaced.get(person_id, ()))
            if spell.period.days > DAYS_WITHOUT_REPLACEMENT and not stands_in:
                found.append(_not_replaced(checked, person_id, spell))
    return found


@dataclass(frozen=True, slots=True)
class _Spell:
    """Days of illness without a break, over one or several rows."""

    period: Period
    rows: tuple[int, ...]


def _spells(checked: Checked, absences: Iterable[Absence]) -> list[_Spell]:
    """Spells of illness up to now that touch the claim."""
    now = min(checked.claim.as_of, checked.convention.period.end)
    spells: list[_Spell] = []
    for absence in sorted(absences, key=lambda absence: absence.period):
        if absence.kind not in SICK or absence.minutes is not None or absence.period.start >= now:
            continue
        period = Period(absence.period.start, min(absence.period.end, now))
        if spells and period.start <= spells[-1].period.end:
            last = spells.pop()
            period = Period(last.period.start, max(last.period.end, period.end))
            spells.append(_Spell(period, (*last.rows, absence.row)))
        else:
            spells.append(_Spell(period, (absence.row,)))
    return [spell for spell in spells if spell.period.overlaps(checked.claim.period)]


def _not_replaced(checked: Checked, person_id: int, spell: _Spell) -> Finding:
    person = checked.person(person_id)
    message = (
        f"{person.name} : maladie de {count(spell.period.days, 'jour')}, du "
        f"{day_fr(spell.period.start)} au {day_fr(spell.period.last)}, sans remplaçant ; au-delà "
        f"de {DAYS_WITHOUT_REPLACEMENT} jours un remplacement est attendu, « dans les plus brefs "
        f"délais ». Si quelqu'un remplace, dites-le dans « affectations » (colonne « remplace »)."
    )
    return Finding(
        "replacement_missing",
        Severity.WARNING,
        message,
        place(checked, person),
        ZERO,
        law_of(checked, "secondment_category") if checked.is_european else None,
        rows_of("absences", spell.rows),
    )
