"""The empty import workbook: one sheet per object, with help, lists and checks while typing.

Everything comes from ``workbook_format``, so that template, reader and documentation cannot differ.
Same program, same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from exports.imports.guide import HELP_MARK, write_guide, write_lines
from exports.imports.validation import FIRST_ROW, LAST_ROW, validation, write_lists
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.sheet import Sheet
from grants.workbook_format.sheets import GUIDE, LINES, LISTS, SHEETS

CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 # a workbook's own date has no zone; fixed: same bytes
A4 = 9
HELP_HEIGHT = 62

# Hours stay « Standard »: a fixed format would hide from the reader that 7:30 was typed as a time.
FORMATS = {
    CellKind.AMOUNT: "#,##0.00",
    CellKind.FRACTION: "0.##%",
    CellKind.DATE: "dd/mm/yyyy",
    CellKind.MONTH: "mm/yyyy",
    CellKind.TEXT: "@",
    CellKind.SIRET: "@",
    CellKind.REFERENCE: "@",
    CellKind.CHOICE: "@",
    CellKind.BOOL: "@",
}
NARROW, NORMAL, WIDE = 13, 20, 34
WIDTHS = {
    CellKind.TEXT: WIDE,
    CellKind.REFERENCE: NORMAL,
    CellKind.CHOICE: 26,
    CellKind.SETTING: 26,
}


def template_workbook() -> bytes:
    """Bytes of the empty workbook: guide, one sheet per object, budget lines, hidden lists."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": CREATED, "title": "Modèle de classeur d'import"})
        guide = book.add_worksheet(GUIDE)
        write_guide(book, guide)
        sheets = [(book.add_worksheet(sheet.name), sheet) for sheet in SHEETS]
        write_lines(book, book.add_worksheet(LINES))
        lists = book.add_worksheet(LISTS)
        lists.hide()
        ranges = write_lists(lists)
        styles = _Styles(book)
        for out, sheet in sheets:
            _write_sheet(out, sheet, styles, ranges)
        guide.activate()
    return buffer.getvalue()


class _Styles:
    """Formats of the workbook, made once."""

    def __init__(self, book: Any) -> None:
        head = {"bold": True, "valign": "vcenter", "border": 1, "border_color": "#B8C4D0"}
        self.required = book.add_format(
            head | {"bg_color": "#1F4E79", "font_color": "#FFFFFF", "num_format": "@"}
        )
        self.optional = book.add_format(head | {"bg_color": "#DCE6F0", "num_format": "@"})
        note = {"italic": True, "font_size": 9, "font_color": "#4A4A4A", "text_wrap": True}
        self.help = book.add_format(
            note | {"valign": "top", "bg_color": "#F7F7F2", "bottom": 1, "num_format": "@"}
        )
        self.cells = {kind: book.add_format({"num_format": f}) for kind, f in FORMATS.items()}


def _write_sheet(out: Any, sheet: Sheet, styles: _Styles, ranges: Mapping[str, str]) -> None:
    out.set_tab_color(sheet.colour)
    out.freeze_panes(FIRST_ROW, 1)
    out.set_row(1, HELP_HEIGHT)
    for position, column in enumerate(sheet.columns):
        width = max(WIDTHS.get(column.kind, NARROW), len(column.name) + 3)
        out.set_column(position, position, width, styles.cells.get(column.kind))
        head = styles.required if column.required else styles.optional
        out.write_string(0, position, column.name, head)
        out.write_string(1, position, help_text(column, is_first=position == 0), styles.help)
        rule = validation(column, ranges)
        if rule:
            out.data_validation(FIRST_ROW, position, LAST_ROW, position, rule)
    out.set_landscape()
    out.set_paper(A4)
    out.fit_to_pages(1, 0)
    out.repeat_rows(0, 1)


def help_text(column: Column, *, is_first: bool) -> str:
    """What the second line says of a column. The first one carries the mark that readers skip."""
    duty = "Obligatoire. " if column.required else ""
    example = f" Ex. : {column.example}" if column.example else ""
    stop = "" if column.help.endswith("?") else "."
    return f"{HELP_MARK if is_first else ''}{duty}{column.help}{stop}{example}"
