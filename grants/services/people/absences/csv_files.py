"""Absences of a csv file as payroll programs export them: any order, the usual names of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from grants.enums import AbsenceKind
from grants.errors import InputProblem, Unreadable
from grants.french import YES, Misread, csv_lines, folded
from grants.periods import Period
from grants.services.imports.cells import CellRefused, Value, read_cell
from grants.services.imports.csv_files import decode
from grants.services.people.absences.reading import (
    ABSENCE_LIMIT,
    ReadAbsence,
    ReadFile,
    kind_of,
    too_many,
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
    "heures": "heures", "duree": "heures", "nombre d'heures": "heures", "ijss": "ijss",
    "demi-journee": "demi", "demi journee": "demi", "demi": "demi",
}  # fmt: skip
NEEDED = {"type": "le motif", "debut": "le premier jour"}
HALF_DAYS = YES | {"matin", "apres-midi", "am", "pm"}


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
        absence = line.absence()
        problems += line.problems
        if absence is not None:
            absences.append(absence)
        if len(absences) + len(problems) > ABSENCE_LIMIT:
            raise too_many(name)
    return ReadFile(name, tuple(absences), tuple(problems))


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

    def absence(self) -> ReadAbsence | None:
        words = self.cells["type"].strip()
        start = cast(date | None, self._value("debut"))
        last = cast(date | None, self._value("fin", required=False)) or start
        minutes = cast(int | None, self._value("heures", required=False))
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
