"""An import workbook with rows in it: what the demonstration and the tests hand to the importer.

The list of sheets decides everything: column order, cell type, format. A column that the list does
not know, or a required one left empty, is refused, so that a row can never be half read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any

import xlsxwriter

from grants.labels import label
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.sheet import Sheet
from grants.workbook_format.sheets import SHEET_BY_NAME, SHEETS

Cell = str | int | Decimal | date | StrEnum | bool | None
Row = Mapping[str, Cell]

CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 # a workbook's own date has no zone; fixed: same bytes
COLUMN_WIDTH = 20
FORMATS = {
    CellKind.AMOUNT: "#,##0.00",
    CellKind.HOURS: "0.00",
    CellKind.FRACTION: "0.0###%",
    CellKind.DATE: "dd/mm/yyyy",
    CellKind.MONTH: "mm/yyyy",
    CellKind.TEXT: "@",
    CellKind.SIRET: "@",
    CellKind.REFERENCE: "@",
}


class UnfitRow(ValueError):
    """A row that its sheet cannot hold; the message names the sheet and the columns."""


@dataclass(slots=True)
class ImportRows:
    """Rows by sheet, checked as they come in.

    Example:
    >>> rows = ImportRows()
    >>> rows.add("financeurs", code="X", nom="X", type="État")
    >>> rows.add("financeurs", code="X", ton="bleu", type="État")
    Traceback (most recent call last):
    exports.imports.filled_workbook.UnfitRow: financeurs : colonnes inconnues ton ; manquantes nom
    """

    by_sheet: dict[str, list[Row]] = field(
        default_factory=lambda: {sheet.name: [] for sheet in SHEETS}
    )

    def add(self, sheet: str, /, **cells: Cell) -> None:
        """Add one row; cells are keyed by column name.

        Raises: UnfitRow: for a column that the sheet does not have, or a required one left empty.
        """
        columns = SHEET_BY_NAME[sheet].columns
        unknown = sorted(cells.keys() - {column.name for column in columns})
        missing = [c.name for c in columns if c.required and cells.get(c.name) in (None, "")]
        if unknown or missing:
            raise UnfitRow(
                f"{sheet} : colonnes inconnues {', '.join(unknown) or 'aucune'} ; "
                f"manquantes {', '.join(missing) or 'aucune'}"
            )
        self.by_sheet[sheet].append(cells)

    def __getitem__(self, sheet: str) -> Sequence[Row]:
        return self.by_sheet[sheet]


def filled_workbook(rows: ImportRows) -> bytes:
    """Workbook with one sheet per object, headers in row 1 and the rows below, typed.

    Same rows, same bytes. Amounts, hours and dates are real numbers and dates with French formats;
    texts are texts and never formulas.
    """
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": CREATED, "title": "Classeur d'import"})
        head = book.add_format({"bold": True, "bg_color": "#E8EDF3", "bottom": 1})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        for sheet in SHEETS:
            _write_sheet(book.add_worksheet(sheet.name), sheet, rows[sheet.name], head, formats)
    return buffer.getvalue()


def _write_sheet(
    out: Any, sheet: Sheet, rows: Iterable[Row], head: Any, formats: Mapping[CellKind, Any]
) -> None:
    out.freeze_panes(1, 0)
    out.set_column(0, len(sheet.columns) - 1, COLUMN_WIDTH)
    for position, column in enumerate(sheet.columns):
        out.write_string(0, position, column.name, head)
    for number, row in enumerate(rows, start=1):
        for position, column in enumerate(sheet.columns):
            value = row.get(column.name)
            if value is not None and value != "":
                _write_cell(out, number, position, column, value, formats.get(column.kind))


def _write_cell(out: Any, row: int, position: int, column: Column, value: Cell, style: Any) -> None:
    match value:
        case bool():
            out.write_string(row, position, "oui" if value else "non")
        case StrEnum():
            out.write_string(row, position, label(value))
        case date():
            out.write_datetime(row, position, value, style)
        case int() | Decimal():
            out.write_number(row, position, value, style)
        case _:
            out.write_string(row, position, str(value), style)
