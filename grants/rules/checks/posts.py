"""Posts: filled, replaced in time, and seconded by agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from grants.enums import AbsenceKind, CeilingProration, Severity
from grants.french import count, day_fr, euros, fte_fr, listed, plural, span_fr
from grants.frozen import frozen
from grants.money import ZERO, round_half_up
from grants.periods import Period
from grants.rules.basis.facts.people import Absence
from grants.rules.basis.facts.posts import Holding
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.basis.people import grouped
from grants.rules.basis.rounding import exact_decimal
from grants.rules.checks.context import ChargedLine, Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import grant_at_risk, law_of, lines_of, place, rows_of, term_of
from grants.rules.claims.posts import filled_units, posts_of
from grants.rules.coverage.filling import ConventionPosts, Stretch

SICK = frozenset({AbsenceKind.SICKNESS, AbsenceKind.WORK_ACCIDENT})
# The call says « dans les plus brefs délais » and names no number of days: a house limit.
DAYS_WITHOUT_REPLACEMENT = 30


POST_VACANT = finding_kind(
    "post_vacant",
    Chapter.POSTS,
    severity=Severity.WARNING,
    title="Poste vacant",
    remedy=(
        "si quelqu'un tenait le poste, ajoutez son affectation ; sinon prévenez le financeur, "
        "le plafond peut baisser"
    ),
)


@finds(POST_VACANT)
def check_vacancies(checked: Checked) -> list[Finding]:
    """FTE that the convention agrees and that nobody filled over days of the claim up to now."""
    wanted = _wanted(checked)
    if wanted is None:
        return []
    posts = posts_of(checked.convention, checked.ledger)
    empty = [one for one in posts.stretches(wanted) if one.missing]
    return [_vacancy(checked, empty, _ceiling_lost(checked, posts, wanted))] if empty else []


def _wanted(checked: Checked) -> Period | None:
    """Days of the claim, up to now, that the convention covers."""
    claim = checked.claim
    if claim.as_of <= claim.period.start:
        return None
    past = Period(claim.period.start, min(claim.period.end, claim.as_of))
    return past.intersect(checked.convention.period)


def _vacancy(checked: Checked, empty: Sequence[Stretch], lost: Decimal) -> Finding:
    posts = [
        checked.ledger.facts.posts[post_id]
        for post_id in sorted({post_id for one in empty for post_id in one.vacant_posts})
    ]
    effect = f"Le plafond baisse de {euros(lost)}" if lost else "Le plafond n'en dépend pas"
    spans = listed(_spans(empty))
    days = count(sum(one.period.days for one in empty), "jour")
    names = listed(f"{post.code} ({post.territory})" for post in posts)
    message = (
        f"{plural(len(posts), 'Poste')} {names} : vacant {days}, {spans} ; "
        f"attendu les ETP de la convention pourvus sur toute la période. {effect}. Si quelqu'un "
        f"tenait le poste, ajoutez son affectation et son contrat ; sinon prévenez le financeur."
    )
    rows = [
        funding.row
        for funding in checked.ledger.people.fundings.get(checked.convention.id, ())
        if any(funding.post_id in one.vacant_posts for one in empty)
    ]
    return POST_VACANT.finding(
        message,
        place(checked, post=posts[0].code if len(posts) == 1 else ""),
        amount=lost,
        source=term_of(checked, "ceiling_proration"),
        rows=rows_of("postes_conventions", rows),
    )


def _spans(empty: Sequence[Stretch]) -> Iterator[str]:
    """Days that follow each other with the same FTE missing, as one span each."""
    joined: list[tuple[Period, Decimal]] = []
    for one in empty:
        if joined and joined[-1][0].end == one.period.start and joined[-1][1] == one.missing:
            joined[-1] = (Period(joined[-1][0].start, one.period.end), one.missing)
        else:
            joined.append((one.period, one.missing))
    for period, missing in joined:
        yield span_fr(period) + ("" if missing == 1 else f" ({fte_fr(missing)} ETP)")


def _ceiling_lost(checked: Checked, posts: ConventionPosts, wanted: Period) -> Decimal:
    """Euros of the yearly ceiling that the FTE not filled take away, by the scheme's proration."""
    settings = checked.terms.settings
    if settings.ceiling_per_fte is None or settings.ceiling_proration is CeilingProration.NONE:
        return ZERO
    units = filled_units(posts, wanted, settings.ceiling_proration)
    missing = sum((unit.years * Fraction(unit.agreed - unit.fte) for unit in units), Fraction(0))
    return round_half_up(exact_decimal(Fraction(settings.ceiling_per_fte) * missing))


SECONDMENT_WITHOUT_AGREEMENT = finding_kind(
    "secondment_without_agreement",
    Chapter.POSTS,
    severity=Severity.BLOCKING,
    title="Mise à disposition sans convention",
    remedy="notez `convention_nominative_du` dans `affectations`",
)
SECONDMENT_AGREEMENT_LATE = finding_kind(
    "secondment_agreement_late",
    Chapter.POSTS,
    severity=Severity.BLOCKING,
    title="Mise à disposition conventionnée tard",
    remedy="les mois commencés avant la convention nominative ne sont pas couverts : retirez-les",
)


@finds(SECONDMENT_WITHOUT_AGREEMENT, SECONDMENT_AGREEMENT_LATE)
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


def _is_under(one: ChargedLine, holding: Holding) -> bool:
    """Whether the line is of that holding, or of days of it when the operation pays time."""
    if one.charge.holding is not None:
        return one.charge.holding == holding
    return one.line.period.overlaps(holding.period)


def _no_agreement(checked: Checked, holding: Holding, own: Sequence[ChargedLine]) -> Finding:
    message = (
        "mise à disposition sans convention nominative ; attendu une convention signée, au nom de "
        "l'agent, avant le premier jour. Produisez-la et notez sa date dans « affectations »."
    )
    return _secondment(checked, SECONDMENT_WITHOUT_AGREEMENT, holding, own, message)


def _late_agreement(checked: Checked, holding: Holding, own: Sequence[ChargedLine]) -> Finding:
    signed = holding.agreement_on or holding.period.start
    early = [one for one in own if one.line.period.start < signed]
    message = (
        f"convention nominative datée du {day_fr(signed)}, "
        f"{count((signed - holding.period.start).days, 'jour')} après le début de la mise à "
        f"disposition ({day_fr(holding.period.start)}) ; attendue avant. Les mois commencés avant "
        f"cette date ne sont pas couverts."
    )
    return _secondment(checked, SECONDMENT_AGREEMENT_LATE, holding, early, message)


def _secondment(
    checked: Checked,
    kind: FindingKind,
    holding: Holding,
    group: Sequence[ChargedLine],
    message: str,
) -> Finding:
    person = checked.person(holding.person_id)
    return kind.finding(
        f"{person.name} : {message}",
        place(checked, person, post=checked.ledger.facts.posts[holding.post_id].code),
        amount=grant_at_risk(checked, lines_of(group)),
        source=law_of(checked, "secondment_category"),
        rows=rows_of("affectations", [holding.row], holding.piece),
    )


REPLACEMENT_MISSING = finding_kind(
    "replacement_missing",
    Chapter.POSTS,
    severity=Severity.WARNING,
    title="Absence longue sans remplaçant",
    remedy=(
        "plus de 30 jours de maladie sans remplaçant : notez `remplace` dans l'affectation de "
        "qui remplace"
    ),
)


@finds(REPLACEMENT_MISSING)
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


@frozen
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
    return REPLACEMENT_MISSING.finding(
        message,
        place(checked, person),
        source=law_of(checked, "secondment_category") if checked.is_eu_money else None,
        rows=rows_of("absences", spell.rows),
    )
