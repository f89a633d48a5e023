"""What a signed document says and today's facts say otherwise, field by field, in French."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from grants.enums import Activity
from grants.french import NOTHING, count, day_fr, fte_fr, minutes, period_fr, siret_fr
from grants.labels import label
from grants.rules.timesheets.document import (
    SheetAbsence,
    SheetContent,
    SheetContract,
    SheetDay,
    SheetOperation,
)
from grants.rules.timesheets.sheet import SheetChange

# Days told one by one; the others are counted.
DAYS_TOLD = 5
Cell = tuple[str, Activity, str, date]
"""Operation's number, activity, market, day."""


def changes_between(signed: SheetContent, today: SheetContent) -> tuple[SheetChange, ...]:
    """Every field that differs, in the order of the sheet. Lines without hours do not count."""
    if signed == today:
        return ()
    found = [
        *_texts(signed, today),
        *_expected(signed.days, today.days),
        *_hours(signed, today),
        *_comments(signed, today),
        *_operations(signed, today),
    ]
    return tuple(found)


def _texts(signed: SheetContent, today: SheetContent) -> Iterator[SheetChange]:
    """Fields that are one text each."""
    for (what, before), after in zip(
        _named(signed), (text for _, text in _named(today)), strict=True
    ):
        if before != after:
            yield SheetChange(what, before or NOTHING, after or NOTHING)


def _named(content: SheetContent) -> list[tuple[str, str]]:
    person, employer = content.person, content.employer
    return [
        ("Nom", f"{person.last_name} {person.first_name}".strip()),
        ("Matricule", person.code),
        ("Fonction", person.job_title),
        ("Employeur", employer.name),
        ("SIRET de l'employeur", siret_fr(employer.siret)),
        ("Adresse de l'employeur", employer.address),
        ("Contrat", " ; ".join(_contract(one, content) for one in content.contracts)),
        ("Absences", " ; ".join(map(_absence, content.absences))),
    ]


def _contract(one: SheetContract, content: SheetContent) -> str:
    held = "" if one.period == content.month else f", {period_fr(one.period)}"
    return f"{fte_fr(one.fte)} ETP, {minutes(one.weekly_minutes)} par semaine{held}"


def _absence(one: SheetAbsence) -> str:
    part = "" if one.minutes is None else f", {minutes(one.minutes)}"
    return f"{label(one.kind)}, {period_fr(one.period)}{part}"


def _expected(signed: Iterable[SheetDay], today: Iterable[SheetDay]) -> Iterator[SheetChange]:
    """Hours that the contract expects: their sum, and the days that differ."""
    before = {one.day: one for one in signed}
    after = {one.day: one for one in today}
    days = [
        day
        for day in sorted(before.keys() | after.keys())
        if _worked(before.get(day)) != _worked(after.get(day))
    ]
    if days:
        sums = [sum(one.expected for one in side.values()) for side in (before, after)]
        on = ", ".join(map(day_fr, days[:DAYS_TOLD]))
        more = len(days) - DAYS_TOLD
        rest = f" et {count(more, 'autre jour', 'autres jours')}" if more > 0 else ""
        yield SheetChange(f"Heures attendues ({on}{rest})", minutes(sums[0]), minutes(sums[1]))


def _worked(one: SheetDay | None) -> tuple[object, ...]:
    return () if one is None else (one.closure, one.expected, one.absence)


def _hours(signed: SheetContent, today: SheetContent) -> Iterator[SheetChange]:
    """Declared hours, cell by cell."""
    before, after = _cells(signed), _cells(today)
    differing = [
        cell for cell in before.keys() | after.keys() if before.get(cell, 0) != after.get(cell, 0)
    ]
    for cell in sorted(differing, key=lambda one: (one[3], one[:3])):
        what = f"Heures du {day_fr(cell[3])}, {_line(cell)}"
        yield SheetChange(what, minutes(before.get(cell, 0)), minutes(after.get(cell, 0)))


def _cells(content: SheetContent) -> Mapping[Cell, int]:
    return {
        (line.number, line.activity, line.market, day): told
        for line in content.lines
        for day, told in line.minutes.items()
    }


def _line(cell: Cell) -> str:
    number, activity, market, _ = cell
    return " · ".join(part for part in (number, label(activity), market) if part)


def _comments(signed: SheetContent, today: SheetContent) -> Iterator[SheetChange]:
    before, after = _told(signed), _told(today)
    for day in sorted(before.keys() | after.keys()):
        texts = before.get(day, ""), after.get(day, "")
        if texts[0] != texts[1]:
            yield SheetChange(
                f"Observation du {day_fr(day)}", texts[0] or NOTHING, texts[1] or NOTHING
            )


def _told(content: SheetContent) -> dict[date, str]:
    """Comments by day: the day's own, then those of its cells."""
    found = {one.day: [one.comment] for one in content.days if one.comment}
    for line in content.lines:
        for day, text in line.comments.items():
            found.setdefault(day, []).append(text)
    return {day: " ; ".join(texts) for day, texts in found.items()}


def _operations(signed: SheetContent, today: SheetContent) -> Iterator[SheetChange]:
    """What is said of an operation; one that no line needs today is told where it has hours."""
    now = {one.number: one for one in today.operations}
    worked = {line.number for line in signed.lines if line.minutes}
    for one in signed.operations:
        if one.number in now:
            yield from _operation(one, now[one.number])
        elif one.number in worked:
            yield SheetChange(f"Opération {one.number}", one.title, NOTHING)


def _operation(signed: SheetOperation, today: SheetOperation) -> Iterator[SheetChange]:
    pairs = (
        ("intitulé", signed.title, today.title),
        ("numéro d'opération", signed.operation_number, today.operation_number),
        ("financeur", _funder(signed), _funder(today)),
    )
    for what, before, after in pairs:
        if before != after:
            yield SheetChange(
                f"Opération {signed.number}, {what}", before or NOTHING, after or NOTHING
            )


def _funder(one: SheetOperation) -> str:
    return f"{one.funder_name} ({label(one.funder_kind)})"
