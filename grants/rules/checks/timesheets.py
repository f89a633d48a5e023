"""Time sheets: one a month, signed by both, once the month is over, by two different people.

Law: décret n° 2022-608, annex: time sheets at least monthly, dated and signed by the employee and
the manager. Only lines valued by declared hours need them; a post grant never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from grants.enums import Method, Severity
from grants.french import count, day_fr, folded, listed, months_fr
from grants.money import ZERO
from grants.periods import DAY, Period, add_months, next_month
from grants.rules.basis.facts.people import Person
from grants.rules.basis.facts.time import Signature
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.basis.people import grouped
from grants.rules.checks.context import ChargedLine, Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import grant_at_risk, law_of, lines_of, months_of, place, rows_of
from grants.rules.pay.paid_time import expected_minutes

BY_HOURS = frozenset({Method.REAL_SHARE, Method.HOURLY_1720, Method.MONTHLY_RATE})
# « Not months later » and « not many months on one day » name no figure: a house limit, for
# warnings only (docs/rules.md#signatures).
MONTHS_TO_SIGN = 2
MANY_SHEETS = 3
MONTHS_UNEDITED = 12


SHEET_MISSING = finding_kind(
    "sheet_missing",
    Chapter.LETTERS,
    severity=Severity.BLOCKING,
    title="Feuille de temps absente",
    remedy="une ligne de `signatures` par agent et par mois, quand la feuille est signée",
)
SHEET_UNSIGNED = finding_kind(
    "sheet_unsigned",
    Chapter.LETTERS,
    severity=Severity.BLOCKING,
    title="Feuille de temps non signée",
    remedy="il manque l'une des deux signatures : faites signer, notez le jour",
)
SHEET_REOPENED = finding_kind(
    "sheet_reopened",
    Chapter.LETTERS,
    severity=Severity.BLOCKING,
    title="Feuille rouverte, pas signée à nouveau",
    remedy="elle a été rouverte après signature : faites-la terminer par l'agent et valider",
)
SHEET_CHANGED = finding_kind(
    "sheet_changed",
    Chapter.LETTERS,
    severity=Severity.BLOCKING,
    title="Feuille changée depuis sa signature",
    remedy=(
        "heures ou absences changées sous les signatures : rouvrez la feuille, faites-la "
        "signer à nouveau"
    ),
)
SHEET_SIGNED_EARLY = finding_kind(
    "sheet_signed_early",
    Chapter.LETTERS,
    severity=Severity.BLOCKING,
    title="Feuille signée avant la fin du mois",
    remedy=(
        "signée alors qu'il restait des jours de travail au contrat : faites signer la feuille "
        "complète"
    ),
)
SHEET_SIGNED_LATE = finding_kind(
    "sheet_signed_late",
    Chapter.LETTERS,
    severity=Severity.WARNING,
    title="Feuille signée très tard",
    remedy="plus de deux mois après : gardez la preuve que la feuille a été tenue au fil de l'eau",
)
SHEET_SELF_SIGNED = finding_kind(
    "sheet_self_signed",
    Chapter.LETTERS,
    severity=Severity.BLOCKING,
    title="Feuille signée par une seule personne",
    remedy="le responsable doit être une autre personne",
)
SHEETS_SIGNED_TOGETHER = finding_kind(
    "sheets_signed_together",
    Chapter.LETTERS,
    severity=Severity.WARNING,
    title="Feuilles signées le même jour",
    remedy=(
        "trois feuilles ou plus le même jour : attendez-vous à la question ; signez désormais "
        "chaque mois"
    ),
)
SHEETS_NEVER_EDITED = finding_kind(
    "sheets_never_edited",
    Chapter.LETTERS,
    severity=Severity.WARNING,
    title="Feuilles jamais corrigées",
    remedy=(
        "douze mois confirmés tels que proposés : gardez ce qui appuie les heures (agenda, "
        "courriels)"
    ),
)


@finds(
    SHEET_MISSING,
    SHEET_UNSIGNED,
    SHEET_REOPENED,
    SHEET_CHANGED,
    SHEET_SIGNED_EARLY,
    SHEET_SIGNED_LATE,
    SHEET_SELF_SIGNED,
    SHEETS_SIGNED_TOGETHER,
    SHEETS_NEVER_EDITED,
)
def check_time_sheets(checked: Checked) -> list[Finding]:
    """Sheets missing, unsigned, signed too early or late, by one person only, or many at once."""
    found: list[Finding] = []
    for person_id, lines in checked.by_person.items():
        timed = [one for one in lines if needs_sheet(one)]
        if timed:
            person = checked.person(person_id)
            for check in PERSONS_CHECKS:
                found.extend(check(checked, person, timed))
            found.extend(_signed_together(checked, person, timed))
    return found


HOURS_MISSING = finding_kind(
    "hours_missing",
    Chapter.TIME,
    severity=Severity.WARNING,
    title="Mois sans heures",
    remedy="lettre variable et mois sans aucune heure : saisissez-les, ou rien n'est compté",
)


@finds(HOURS_MISSING)
def check_hours_missing(checked: Checked) -> list[Finding]:
    """Months under contract, not wholly away, without one declared hour, where hours value the
    time.
    """
    found = []
    for person_id, lines in checked.by_person.items():
        person = checked.person(person_id)
        empty = [
            one
            for one in lines
            if one.charge.method in BY_HOURS
            and not one.charge.basis.total_minutes
            and one.line.period.end <= checked.claim.as_of
            and expected_minutes(checked.ledger.people, person, one.line.period) > 0
        ]
        if empty:
            message = (
                f"{person.name}, {months_fr(months_of(empty))} : aucune heure déclarée alors que "
                f"la lettre de mission est variable ; attendu une feuille de temps par mois. "
                f"Sans heures, rien n'est compté pour ces mois : saisissez-les."
            )
            where = place(checked, person, months_of(empty))
            law = law_of(checked, "valuation")
            found.append(HOURS_MISSING.finding(message, where, source=law))
    return found


def needs_sheet(one: ChargedLine) -> bool:
    """Whether hours declared on the operation value the line."""
    return one.charge.method in BY_HOURS and one.charge.basis.operation_minutes > 0


def is_signed(one: ChargedLine) -> bool:
    """Whether both have signed the sheet of the line's month."""
    sheet = one.sheet
    return bool(sheet and sheet.signed_by_person_on and sheet.signed_by_manager_on)


def _missing(checked: Checked, person: Person, timed: Sequence[ChargedLine]) -> Iterator[Finding]:
    group = [one for one in timed if one.sheet is None]
    if group:
        message = (
            f"pas de feuille de temps signée pour les heures déclarées ; attendu une feuille par "
            f"mois, {count(len(months_of(group)), 'manquante')}. Faites-les signer et notez les "
            f"jours dans « signatures »."
        )
        yield _finding(checked, SHEET_MISSING, person, group, message)


def _unsigned(checked: Checked, person: Person, timed: Sequence[ChargedLine]) -> Iterator[Finding]:
    def is_half_signed(sheet: Signature) -> bool:
        return not sheet.is_reopened and _lacks_one(sheet)

    group = _with(timed, is_half_signed)
    if group:
        sheets = [sheet for one in group if (sheet := one.sheet)]
        who = [
            name
            for name, lacks in (
                ("l'agent", any(s.signed_by_person_on is None for s in sheets)),
                ("le responsable", any(s.signed_by_manager_on is None for s in sheets)),
            )
            if lacks
        ]
        message = (
            f"feuille de temps non signée par {' et par '.join(who)} ; attendu les deux "
            f"signatures, datées. Faites signer et notez les jours."
        )
        yield _finding(checked, SHEET_UNSIGNED, person, group, message)


def _lacks_one(sheet: Signature) -> bool:
    return sheet.signed_by_person_on is None or sheet.signed_by_manager_on is None


def _reopened(checked: Checked, person: Person, timed: Sequence[ChargedLine]) -> Iterator[Finding]:
    group = _with(timed, lambda sheet: sheet.is_reopened)
    if group:
        message = (
            "feuille de temps rouverte après signature et pas signée à nouveau ; attendu les deux "
            "signatures sous les heures corrigées. Faites-la terminer et valider."
        )
        yield _finding(checked, SHEET_REOPENED, person, group, message)


def _changed(checked: Checked, person: Person, timed: Sequence[ChargedLine]) -> Iterator[Finding]:
    group = _with(timed, lambda sheet: sheet.is_changed)
    if group:
        message = (
            "les heures ou les absences ne sont plus celles qui ont été signées (l'empreinte "
            "diffère) ; attendu une feuille signée telle qu'elle est. Rouvrez-la et faites-la "
            "signer à nouveau."
        )
        yield _finding(checked, SHEET_CHANGED, person, group, message)


def _never_edited(
    checked: Checked, person: Person, timed: Sequence[ChargedLine]
) -> Iterator[Finding]:
    """A whole year of sheets confirmed as they were proposed."""
    kept = [sheet for sheet in _sheets(timed) if sheet.was_edited is not None]
    if len(kept) >= MONTHS_UNEDITED and not any(sheet.was_edited for sheet in kept):
        months = {sheet.month for sheet in kept}
        group = [one for one in timed if one.line.month in months]
        message = (
            f"{count(len(months), 'mois')} de feuilles confirmées telles que proposées, sans une "
            f"seule correction ; attendu des heures qui suivent le travail fait. Un contrôleur y "
            f"verra un calcul : gardez ce qui les appuie (agenda, courriels)."
        )
        yield _finding(checked, SHEETS_NEVER_EDITED, person, group, message)


def _signed_early(
    checked: Checked, person: Person, timed: Sequence[ChargedLine]
) -> Iterator[Finding]:
    def is_early(sheet: Signature) -> bool:
        # Signing on the last day of work is signing when the work is done: the month's, the day
        # before leave that ends it, the contract's own.
        rest = [
            Period(day + DAY, next_month(sheet.month))
            for day in _days(sheet)
            if day + DAY < next_month(sheet.month)
        ]
        return any(expected_minutes(checked.ledger.people, person, period) for period in rest)

    group = _with(timed, is_early)
    if group:
        message = (
            "feuille de temps signée avant la fin du mois qu'elle atteste ; attendu une signature "
            "une fois le mois fini. Faites signer à nouveau la feuille complète."
        )
        yield _finding(checked, SHEET_SIGNED_EARLY, person, group, message)


def _signed_late(
    checked: Checked, person: Person, timed: Sequence[ChargedLine]
) -> Iterator[Finding]:
    def is_late(sheet: Signature) -> bool:
        limit = add_months(next_month(sheet.month), MONTHS_TO_SIGN)
        return any(day > limit for day in _days(sheet))

    group = _with(timed, is_late)
    if group:
        message = (
            f"feuille de temps signée plus de {MONTHS_TO_SIGN} mois après la fin du mois ; un "
            f"contrôleur y verra une feuille refaite. Gardez ce qui prouve qu'elle a été tenue au "
            f"fil de l'eau (agenda, courriels)."
        )
        yield _finding(checked, SHEET_SIGNED_LATE, person, group, message)


def _self_signed(
    checked: Checked, person: Person, timed: Sequence[ChargedLine]
) -> Iterator[Finding]:
    names = {
        folded(f"{person.last_name} {person.first_name}"),
        folded(f"{person.first_name} {person.last_name}"),
    }
    group = _with(timed, lambda sheet: folded(sheet.manager) in names)
    if group:
        message = (
            "l'agent signe aussi comme responsable ; attendu la signature d'un supérieur "
            "hiérarchique. Faites signer une autre personne."
        )
        yield _finding(checked, SHEET_SELF_SIGNED, person, group, message)


def _signed_together(
    checked: Checked, person: Person, timed: Sequence[ChargedLine]
) -> Iterator[Finding]:
    """Three sheets or more signed on one day by the same hand."""
    named: tuple[tuple[str, Callable[[Signature], date | None]], ...] = (
        ("l'agent", lambda sheet: sheet.signed_by_person_on),
        ("le responsable", lambda sheet: sheet.signed_by_manager_on),
    )
    days: dict[date, list[str]] = {}
    for who, day_of in named:
        for day, sheets in grouped(_sheets(timed), day_of).items():
            if day is not None and len(sheets) >= MANY_SHEETS:
                days.setdefault(day, []).append(who)
    if not days:
        return
    group = _with(timed, lambda sheet: any(day in days for day in _days(sheet)))
    on = listed(f"le {day_fr(day)} par {' et '.join(who)}" for day, who in sorted(days.items()))
    message = (
        f"{MANY_SHEETS} feuilles de temps ou plus signées le même jour ({on}) ; attendu une "
        f"signature chaque mois. Un contrôleur demandera comment les heures ont été tenues."
    )
    yield _finding(checked, SHEETS_SIGNED_TOGETHER, person, group, message)


PERSONS_CHECKS = (
    _missing,
    _unsigned,
    _reopened,
    _changed,
    _signed_early,
    _signed_late,
    _self_signed,
    _never_edited,
)


def _sheets(timed: Iterable[ChargedLine]) -> list[Signature]:
    """Sheets of the lines' months, each once."""
    found = {one.line.month: one.sheet for one in timed}
    return [sheet for sheet in found.values() if sheet]


def _with(timed: Sequence[ChargedLine], is_fault: Callable[[Signature], bool]) -> list[ChargedLine]:
    return [one for one in timed if one.sheet and is_fault(one.sheet)]


def _days(sheet: Signature) -> list[date]:
    return [day for day in (sheet.signed_by_person_on, sheet.signed_by_manager_on) if day]


def _finding(
    checked: Checked,
    kind: FindingKind,
    person: Person,
    group: Sequence[ChargedLine],
    message: str,
) -> Finding:
    sheets = _sheets(group)
    blocks = kind.severity is Severity.BLOCKING
    return kind.finding(
        f"{person.name}, {months_fr(months_of(group))} : {message}",
        place(checked, person, months_of(group)),
        amount=grant_at_risk(checked, lines_of(group)) if blocks else ZERO,
        source=law_of(checked, "valuation"),
        rows=rows_of("signatures", [sheet.row for sheet in sheets]),
    )
