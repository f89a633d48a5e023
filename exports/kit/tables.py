"""A list as a file: exactly the rows and columns that the screen shows, as csv and as xlsx."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO

import xlsxwriter

from exports.kit.cells import safe_text, serial
from exports.kit.workbook import Column
from grants.french import day_fr, plain_figure
from grants.frozen import frozen

NUMBER_FORMATS = {
    "euro": '#,##0.00\\ "€"',
    "percent": "0.00%",
    "number": "#,##0.######",
    "date": "dd/mm/yyyy",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | Decimal | int | date | None


@frozen
class Table:
    """Rows under titled columns. A column's style is ``text`` or a key of ``NUMBER_FORMATS``."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]


def table_csv(table: Table) -> bytes:
    """Table as csv that French spreadsheets open by a double click: UTF-8 with its mark, « ; »
    between cells, decimal comma.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in table.columns])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def table_xlsx(table: Table, *, created: date) -> bytes:
    """Table as a workbook with typed cells; same input, same bytes.

    ``created`` is the day that the rows show.
    """
    return tables_xlsx(table.title, [table], created=created)


def tables_xlsx(title: str, tables: Sequence[Table], *, created: date) -> bytes:
    """Tables as the sheets of one workbook; titles that differ within 31 characters."""
    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        moment = datetime.combine(created, time())
        book.set_properties({"title": title, "created": moment})
        for table in tables:
            _write(book, table)
    return out.getvalue()


def _write(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet(table.title[:31])
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    shapes = {
        style: book.add_format({"num_format": code}) for style, code in NUMBER_FORMATS.items()
    }
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.title, head)
    for number, row in enumerate(table.rows, start=1):
        for index, cell in enumerate(row):
            shape = shapes.get(table.columns[index].style)
            match cell:
                case None | "":
                    sheet.write_blank(number, index, None)
                case str():
                    sheet.write_string(number, index, safe_text(cell))
                case date():
                    sheet.write_number(number, index, serial(cell), shape)
                case _:
                    sheet.write_number(number, index, cell, shape)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
        case date():
            return day_fr(cell)
        case _:
            return plain_figure(cell) if isinstance(cell, Decimal) else str(cell)
