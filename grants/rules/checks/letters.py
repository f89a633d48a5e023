"""Mission letters: there, signed by both, before the days they cover, accepted when they fix a
share.

Law: décret n° 2022-608, annex; arrêté of 8 March 2016. A letter that fixes a share or the whole
time is the only proof of that time; beside a variable letter the time sheets prove it, and a fault
of the letter is then a warning that costs nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from grants.enums import LetterNature, Severity
from grants.french import count, day_fr, months_fr
from grants.frozen import frozen
from grants.labels import label
from grants.money import ZERO
from grants.rules.basis.facts.people import Letter
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.checks.context import ChargedLine, Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import grant_at_risk, law_of, lines_of, months_of, place, rows_of
from grants.rules.checks.timesheets import is_signed

LETTER_MISSING = finding_kind(
    "letter_missing",
    Chapter.LETTERS,
    severity=None,
    title="Lettre de mission absente",
    remedy=(
        "ajoutez la lettre à `lettres_mission`. Avertit seulement quand les feuilles de temps "
        "sont signées"
    ),
)
LETTER_UNSIGNED = finding_kind(
    "letter_unsigned",
    Chapter.LETTERS,
    severity=None,
    title="Lettre de mission non signée",
    remedy=(
        "faites signer les deux et notez les jours ; seule preuve du temps (lettre à temps "
        "plein ou part fixe), la lettre bloque ; avec des feuilles de temps, elle avertit"
    ),
)
LETTER_UNDATED = finding_kind(
    "letter_undated",
    Chapter.LETTERS,
    severity=None,
    title="Lettre de mission sans date",
    remedy="notez `datee_du`, au plus tard le premier jour couvert ; même règle",
)
LETTER_LATE = finding_kind(
    "letter_late",
    Chapter.LETTERS,
    severity=None,
    title="Lettre de mission tardive",
    remedy=(
        "datée après les jours qu'elle couvre : retirez ces mois, ou prouvez le temps par des "
        "feuilles ; rien ne s'antidate ; même règle"
    ),
)
LETTER_SIGNED_LATE = finding_kind(
    "letter_signed_late",
    Chapter.LETTERS,
    severity=None,
    title="Lettre de mission signée tard",
    remedy="les mois commencés avant la signature ne sont pas couverts ; même règle",
)
LETTER_SHARE_MISSING = finding_kind(
    "letter_share_missing",
    Chapter.LETTERS,
    severity=Severity.BLOCKING,
    title="Part fixe sans pourcentage",
    remedy="écrivez la `part` dans la lettre et dans la feuille",
)
LETTER_NOT_ACCEPTED = finding_kind(
    "letter_not_accepted",
    Chapter.LETTERS,
    severity=Severity.BLOCKING,
    title="Part fixe non acceptée",
    remedy=(
        "demandez l'accord écrit du financeur et notez `acceptee_le`, ou tenez des feuilles de "
        "temps"
    ),
)


@finds(
    LETTER_MISSING,
    LETTER_UNSIGNED,
    LETTER_UNDATED,
    LETTER_LATE,
    LETTER_SIGNED_LATE,
    LETTER_SHARE_MISSING,
    LETTER_NOT_ACCEPTED,
)
def check_letters(checked: Checked) -> list[Finding]:
    """Every fault of the letters that the claim's lines rest on, and lines without letter."""
    if not checked.convention.pays_time:
        return []
    found: list[Finding] = []
    for group in checked.by_person.values():
        by_letter: dict[Letter | None, list[ChargedLine]] = {}
        for one in group:
            by_letter.setdefault(one.charge.letter, []).append(one)
        for letter, own in by_letter.items():
            if letter is None:
                found.append(_missing(checked, own))
            else:
                found.extend(_faults(_LetterUse(checked, letter, own)))
    return found


def _missing(checked: Checked, group: Sequence[ChargedLine]) -> Finding:
    person = checked.person(group[0].line.person_id)
    unproved = [one for one in group if not is_signed(one)]
    message = (
        f"{person.name}, {months_fr(months_of(group))} : heures déclarées sur l'opération sans "
        f"lettre de mission ; attendu une lettre signée des deux avant la période. "
    )
    if unproved:
        message += (
            "Ces mois n'ont pas non plus de feuille de temps signée : produisez l'une ou l'autre."
        )
    else:
        message += (
            "Les feuilles de temps signées en tiennent lieu : joignez le contrat ou la fiche de "
            "poste."
        )
    return LETTER_MISSING.finding(
        message,
        place(checked, person, months_of(group)),
        amount=grant_at_risk(checked, lines_of(unproved)),
        source=law_of(checked, "valuation"),
        blocks=bool(unproved),
    )


@frozen
class _LetterUse:
    """A letter with the lines that rest on it."""

    checked: Checked
    letter: Letter
    group: Sequence[ChargedLine]

    @property
    def proves_time(self) -> bool:
        """Whether nothing but the letter proves the time."""
        return self.letter.nature is not LetterNature.VARIABLE

    @property
    def signed_on(self) -> date | None:
        """Day of the last of the two signatures, None while one is missing."""
        days = (self.letter.signed_by_person_on, self.letter.signed_by_manager_on)
        known = [day for day in days if day]
        return max(known) if len(known) == len(days) else None

    def before(self, day: date) -> list[ChargedLine]:
        """Lines that begin before the day."""
        return [one for one in self.group if one.line.period.start < day]

    def finding(self, kind: FindingKind, message: str, group: Sequence[ChargedLine]) -> Finding:
        """Fault of the letter; it blocks and costs its lines where nothing else proves the time."""
        letter = self.letter
        person = self.checked.person(letter.person_id)
        period = letter.period
        last = "sans fin" if period.is_open else f"au {day_fr(period.last)}"
        head = (
            f"{person.name}, lettre de mission « {label(letter.nature)} » du "
            f"{day_fr(period.start)} {last} : "
        )
        return kind.finding(
            head + message,
            place(self.checked, person),
            amount=grant_at_risk(self.checked, lines_of(group)) if self.proves_time else ZERO,
            source=law_of(self.checked, "valuation"),
            rows=rows_of("lettres_mission", [letter.row], letter.piece),
            blocks=self.proves_time if kind.severity is None else None,
        )


def _faults(used: _LetterUse) -> Iterator[Finding]:
    yield from _signature_faults(used)
    yield from _date_faults(used)
    yield from _share_faults(used)


def _signature_faults(used: _LetterUse) -> Iterator[Finding]:
    letter = used.letter
    signers = {"l'agent": letter.signed_by_person_on, "le responsable": letter.signed_by_manager_on}
    missing = [who for who, day in signers.items() if day is None]
    if missing:
        message = (
            f"non signée par {' ni par '.join(missing)} ; attendu les deux signatures, datées. "
            f"Faites signer la lettre et notez le jour."
        )
        yield used.finding(LETTER_UNSIGNED, message, used.group)


def _date_faults(used: _LetterUse) -> Iterator[Finding]:
    letter, start = used.letter, used.letter.period.start
    dated, signed = letter.dated_on, used.signed_on
    if dated is None:
        message = "sans date ; attendu une date au plus tard au premier jour qu'elle couvre."
        yield used.finding(LETTER_UNDATED, message, used.group)
    elif dated >= letter.period.end:
        message = (
            f"datée du {day_fr(dated)}, après tous les jours qu'elle couvre ; elle ne prouve rien. "
            f"Aucune lettre ne s'antidate : retirez ces lignes ou prouvez le temps autrement."
        )
        yield used.finding(LETTER_LATE, message, used.group)
    elif dated > start:
        months = _months_before(used, dated)
        message = (
            f"datée du {day_fr(dated)}, {count((dated - start).days, 'jour')} après le "
            f"début ; les mois commencés avant ne sont pas couverts ({months})."
        )
        yield used.finding(LETTER_LATE, message, used.before(dated))
    elif signed is not None and signed > start:
        months = _months_before(used, signed)
        message = (
            f"signée le {day_fr(signed)}, {count((signed - start).days, 'jour')} après le "
            f"début ; attendu la signature des deux avant la période ({months})."
        )
        yield used.finding(LETTER_SIGNED_LATE, message, used.before(signed))


def _months_before(used: _LetterUse, day: date) -> str:
    return months_fr(months_of(used.before(day))) or "aucun mois de ce bilan"


def _share_faults(used: _LetterUse) -> Iterator[Finding]:
    letter = used.letter
    if letter.nature is not LetterNature.FIXED_SHARE:
        return
    if letter.share is None:
        message = (
            "part fixe sans pourcentage : le coût entier est compté. Écrivez la part du mois dans "
            "la lettre et dans la feuille « lettres_mission »."
        )
        yield used.finding(LETTER_SHARE_MISSING, message, used.group)
    if letter.accepted_on is None:
        message = (
            "part fixe sans accord du financeur ; attendu son accord écrit et daté. Demandez-le, "
            "ou tenez des feuilles de temps."
        )
        yield used.finding(LETTER_NOT_ACCEPTED, message, used.group)
