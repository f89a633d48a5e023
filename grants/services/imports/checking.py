"""Columns and cells of every sheet, checked one by one; every fault is kept, not only the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from grants.errors import InputProblem
from grants.services.imports.cells import CellRefused, Value, read_cell, shown
from grants.services.imports.sheet_names import folded, suggestion
from grants.services.spreadsheets.raw import RawRow, RawSheet, RawWorkbook, is_blank
from grants.services.spreadsheets.scanning import column_letters
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.sheet import Sheet
from grants.workbook_format.sheets import SHEET_BY_NAME, SHEETS

NOTHING = "(vide)"
NOWHERE = -1


@dataclass(slots=True)
class CheckedRow:
    """One line whose cells were read; a cell that was refused is missing from ``values``."""

    number: int
    values: dict[str, Value]


@dataclass(slots=True)
class CheckedSheet:
    """One sheet of ours: the columns that the file has, and its rows."""

    sheet: Sheet
    place: str
    columns: tuple[Column, ...]
    rows: list[CheckedRow] = field(default_factory=list)

    @property
    def has_key(self) -> bool:
        """Whether the column that other sheets refer to is there."""
        return any(column.name == self.sheet.key[0] for column in self.columns)


@dataclass(slots=True)
class CheckedFile:
    """Sheets by name in the order of dependence, and every fault found so far."""

    sheets: dict[str, CheckedSheet]
    problems: list[InputProblem]

    def rows(self, name: str) -> Sequence[CheckedRow]:
        """Rows of a sheet, none when the file does not have it."""
        return self.sheets[name].rows if name in self.sheets else ()

    def refuse(self, sheet: str, row: int, column: str, value: object, expected: str) -> None:
        """Keep a fault."""
        place = self.sheets[sheet].place if sheet in self.sheets else sheet
        self.problems.append(InputProblem(place, row, column, shown(value) or NOTHING, expected))


def check_cells(workbook: RawWorkbook) -> CheckedFile:
    """Read every cell of every sheet.

    Returns: the values that could be read, and one problem for each unknown sheet, unknown or
    missing column, and refused cell.
    """
    file = CheckedFile({}, [])
    by_name: dict[str, list[RawSheet]] = defaultdict(list)
    for raw in workbook.sheets:
        by_name[raw.name].append(raw)
    for name in sorted(by_name.keys() - SHEET_BY_NAME.keys()):
        place = by_name[name][0].place
        expected = "une feuille du modèle" + suggestion(name, SHEET_BY_NAME)
        file.problems.append(InputProblem(place, 0, "", name, expected))
    for sheet in SHEETS:
        for number, raw in enumerate(by_name.get(sheet.name, [])):
            if number:
                expected = f"une seule feuille {sheet.name}"
                file.problems.append(InputProblem(raw.place, 0, "", raw.place, expected))
            else:
                _check_sheet(sheet, raw, file)
    return file


def _check_sheet(sheet: Sheet, raw: RawSheet, file: CheckedFile) -> None:
    positions, problems = _positions(sheet, raw)
    columns = tuple(
        column for column in sheet.columns if column.name in positions or column.is_implied
    )
    file.sheets[sheet.name] = checked = CheckedSheet(sheet, raw.place, columns)
    file.problems.extend(problems)
    placed = [(positions.get(column.name, NOWHERE), column) for column in columns]
    for row in raw.rows:
        values, faults = _read_row(sheet, raw.place, row, placed)
        checked.rows.append(CheckedRow(row.number, values))
        file.problems.extend(faults)


def _positions(sheet: Sheet, raw: RawSheet) -> tuple[dict[str, int], list[InputProblem]]:
    """Where each known column stands, and what is wrong with the header."""
    known = {column.name for column in sheet.columns}
    positions: dict[str, int] = {}
    problems = []
    for position, cell in enumerate(raw.header):
        if is_blank(cell):
            continue
        name = folded(shown(cell))
        if name in positions:
            problems.append(_header_problem(raw, shown(cell), "chaque colonne une seule fois"))
        elif name in known:
            positions[name] = position
        else:
            expected = "une colonne du modèle" + suggestion(name, known)
            problems.append(_header_problem(raw, shown(cell), expected))
    problems.extend(_nameless(raw))
    problems.extend(
        InputProblem(raw.place, 0, column.name, NOTHING, "cette colonne, elle est obligatoire")
        for column in sheet.columns
        if column.required and column.name not in positions
    )
    return positions, problems


def _header_problem(raw: RawSheet, header: str, expected: str) -> InputProblem:
    return InputProblem(raw.place, 1, header, header, expected)


def _nameless(raw: RawSheet) -> Iterator[InputProblem]:
    """The first cell of each column that holds data under no name."""
    width = max((len(row.cells) for row in raw.rows), default=0)
    header = [*raw.header, *[None] * (width - len(raw.header))]
    for position in (place for place, cell in enumerate(header) if is_blank(cell)):
        for row in raw.rows:
            if position < len(row.cells) and not is_blank(row.cells[position]):
                yield InputProblem(
                    raw.place,
                    row.number,
                    f"colonne {column_letters(position + 1)}",
                    shown(row.cells[position]),
                    "un nom de colonne en ligne 1, ou une cellule vide",
                )
                break


def _read_row(
    sheet: Sheet, place: str, row: RawRow, placed: Iterable[tuple[int, Column]]
) -> tuple[dict[str, Value], list[InputProblem]]:
    values: dict[str, Value] = {}
    faults = []
    for position, column in placed:
        raw = row.cells[position] if 0 <= position < len(row.cells) else None
        try:
            value = read_cell(column, raw)
        except CellRefused as refused:
            faults.append(
                InputProblem(place, row.number, column.name, shown(raw) or NOTHING, str(refused))
            )
            continue
        if value is None and column.kind not in {CellKind.TEXT, CellKind.SIRET}:
            value = column.empty
        values[column.name] = value
    return values, faults
