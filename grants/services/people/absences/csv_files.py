"""Absences of a csv file as payroll programs export them: any order, the usual names of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import cast

from grants.enums import AbsenceKind
from grants.errors import InputProblem, Unreadable
from grants.french import YES, Misread, csv_lines, folded, read_amount
from grants.periods import Period
from grants.services.imports.cells import CellRefused, Value, read_cell
from grants.services.imports.csv_files import decode
from grants.services.people.absences.reading import (
    ABSENCE_LIMIT,
    ReadAbsence,
    ReadFile,
    kind_of,
    too_many,
    with_half_days,
)
from grants.services.spreadsheets.raw import is_blank
from grants.workbook_format.columns import Column
from grants.workbook_format.time_and_pay import ABSENCES

# What payroll programs call our columns, folded.
NAMES: Mapping[str, str] = {
    "agent": "agent", "matricule": "agent", "salarie": "agent", "code": "agent",
    "code agent": "agent", "nom prenom": "agent", "nom et prenom": "agent", "nom": "nom",
    "prenom": "prenom", "type": "type", "motif": "type", "nature": "type", "absence": "type",
    "type d'absence": "type", "libelle": "type", "debut": "debut", "date debut": "debut",
    "date de debut": "debut", "du": "debut", "premier jour": "debut", "fin": "fin",
    "date fin": "fin", "date de fin": "fin", "au": "fin", "dernier jour": "fin",
    "heures": "heures", "duree (heures)": "heures", "duree en heures": "heures",
    "nombre d'heures": "heures", "nb heures": "heures", "ijss": "ijss", "duree": "duree",
    "jours": "jours", "duree (jours)": "jours", "duree en jours": "jours", "nb jours": "jours",
    "nombre de jours": "jours", "demi-journee": "demi", "demi journee": "demi", "demi": "demi",
    "moment debut": "moment debut", "moment fin": "moment fin", "periode debut": "moment debut",
    "periode fin": "moment fin", "debut (moment)": "moment debut", "fin (moment)": "moment fin",
}  # fmt: skip
NEEDED = {"type": "le motif", "debut": "le premier jour"}
MORNING, AFTERNOON = frozenset({"matin", "am"}), frozenset({"apres-midi", "apres midi", "pm"})
HALF_DAYS = YES | MORNING | AFTERNOON
UNIT_ASKED = "une durée avec son unité : nommez la colonne « Durée (jours) » ou « Durée (heures) »"
DAYS_EXPECTED = "un nombre de jours entiers ou de demi-journées, comme 1 ou 0,5"
HALF = Decimal("0.5")


def read_csv(name: str, content: bytes) -> ReadFile:
    """Absences of a csv file; a line that cannot be read is a problem and stops nothing.

    Raises: Unreadable: no text, quotes left open, no column for the kind or for the first day.
    """
    text = decode(content, name)
    lines = _lines(name, text)
    header = next(lines, None)
    columns = {} if header is None else _columns(header[1])
    missing = [words for column, words in NEEDED.items() if column not in columns]
    if missing or not {"agent", "nom"} & columns.keys():
        raise Unreadable(
            f"« {name} » : la première ligne ne nomme pas "
            f"{' ni '.join(missing) or 'l’agent'} ; attendu des colonnes agent, type, debut et fin "
            "(heures, demi-journée et ijss en plus si besoin)"
        )
    absences: list[ReadAbsence] = []
    problems: list[InputProblem] = []
    for number, cells in lines:
        line = _Line(name, number, columns, cells)
        absences += line.absences()
        problems += line.problems
        if len(absences) + len(problems) > ABSENCE_LIMIT:
            raise too_many(name)
    unread = () if header is None else tuple(_unread(header[1]))
    return ReadFile(name, tuple(absences), tuple(problems), unread)


def _unread(header: Sequence[str]) -> Iterator[str]:
    """Columns whose names say nothing to us."""
    names = [cell.strip() for cell in header if cell.strip() and _column_called(cell) is None]
    if names:
        yield f"Colonnes non lues : {', '.join(names)}."


def _lines(name: str, text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Lines that hold something, with the number that an editor shows."""
    try:
        for number, cells in csv_lines(text, lambda cell: _column_called(cell) is not None):
            if not all(is_blank(cell) for cell in cells):
                yield number, cells
    except Misread as error:
        raise Unreadable(f"« {name} » : {error}") from error


def _column_called(cell: str) -> str | None:
    return NAMES.get(" ".join(folded(cell).replace("_", " ").split()))


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Place of each column that is known; of two with the same meaning the first counts."""
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        column = _column_called(cell)
        if column is not None:
            found.setdefault(column, place)
    return found


class _Line:
    """One line of the file: its cells by column, and what is wrong with it."""

    def __init__(
        self, name: str, number: int, columns: Mapping[str, int], cells: Sequence[str]
    ) -> None:
        self.name = name
        self.number = number
        self.cells = {
            column: cells[place] if place < len(cells) else "" for column, place in columns.items()
        }
        self.problems: list[InputProblem] = []

    def absences(self) -> list[ReadAbsence]:
        """The line's days: first and last halves stand by themselves."""
        read = self._absence()
        if read is None:
            return []
        starts_half = self._moment("moment debut") in AFTERNOON
        ends_half = self._moment("moment fin") in MORNING
        is_half_only = self._days() == HALF
        if is_half_only and read.period.days == 1:
            return [replace(read, is_half_day=True)]
        return list(with_half_days(read, starts_half=starts_half, ends_half=ends_half))

    def _moment(self, column: str) -> str:
        return " ".join(folded(self.cells.get(column, "").strip()).split())

    def _days(self) -> Decimal | None:
        """Days that the line says it takes: a check of its dates, and of a half."""
        text = self.cells.get("jours", "").strip() or self._days_of_duration()
        if not text:
            return None
        try:
            days = read_amount(text.casefold().rstrip("jours ").strip() or text)
        except Misread:
            self._tell("jours", DAYS_EXPECTED)
            return None
        return days

    def _days_of_duration(self) -> str:
        """A bare duration says its unit in the cell, or in the column's name."""
        text = self.cells.get("duree", "").strip()
        return text if re.fullmatch(r"[0-9.,]+ ?j(?:ours?)?", text, re.IGNORECASE) else ""

    def _check_unit(self) -> None:
        text = self.cells.get("duree", "").strip()
        if re.fullmatch(r"[0-9.,]+", text):
            self._tell("duree", UNIT_ASKED)

    def _absence(self) -> ReadAbsence | None:
        words = self.cells["type"].strip()
        start = cast(date | None, self._value("debut"))
        last = cast(date | None, self._value("fin", required=False)) or start
        minutes = cast(int | None, self._value("heures", required=False))
        self._check_unit()
        days = self._days()
        if days is not None and (days <= 0 or days * 2 != (days * 2).to_integral_value()):
            self._tell("jours", DAYS_EXPECTED)
        if self.cells.get("duree", "").strip() and days is None and not self.problems:
            minutes = self._minutes_of_duration()
        ijss = self._value("ijss", required=False) if self.cells.get("ijss", "").strip() else None
        who = self._who()
        if start and last and last < start:
            self._tell("fin", "un dernier jour qui ne précède pas le premier")
        if self.problems or start is None or last is None:
            return None
        return ReadAbsence(
            self.name,
            self.number,
            who,
            words,
            self._kind(words),
            Period.inclusive(start, last),
            minutes,
            self._is_half(),
            cast(bool | None, ijss),
        )

    def _minutes_of_duration(self) -> int | None:
        try:
            return cast(int | None, read_cell(_column("heures"), self.cells["duree"]))
        except CellRefused:
            self._tell("duree", UNIT_ASKED)
            return None

    def _who(self) -> str:
        names = (self.cells.get(column, "").strip() for column in ("nom", "prenom"))
        who = self.cells.get("agent", "").strip() or " ".join(name for name in names if name)
        if not who:
            self._tell("agent" if "agent" in self.cells else "nom", "un matricule ou un nom")
        return who

    def _kind(self, words: str) -> AbsenceKind | None:
        try:
            return AbsenceKind(str(read_cell(_column("type"), words)))
        except CellRefused:
            return kind_of(words)

    def _is_half(self) -> bool:
        return folded(self.cells.get("demi", "").strip()) in HALF_DAYS

    def _value(self, column: str, *, required: bool = True) -> Value:
        raw = self.cells.get(column, "")
        if not required and is_blank(raw):
            return None
        try:
            return read_cell(_column(column), raw)
        except CellRefused as refusal:
            self._tell(column, str(refusal))
            return None

    def _tell(self, column: str, expected: str) -> None:
        found = self.cells.get(column, "").strip()
        self.problems.append(InputProblem(self.name, self.number, column, found, expected))


def _column(name: str) -> Column:
    return ABSENCES.column(name)
