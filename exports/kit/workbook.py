"""What every workbook of ours has in common: typed cells, French formats, one head, one print page.

Rows are written in order and leave memory at once (``constant_memory``), so that twelve thousand
lines cost no more memory than twelve. Text is text: a name that starts with = + - @ never becomes a
formula. Nothing depends on the clock: the same claim gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from exports.kit.cells import LINE_HEIGHT, Live, Value, lines_needed, safe_text, serial
from exports.kit.rows import CellShape, Row, RowSheet, cell_shapes
from grants.french import day_fr, span_fr
from grants.frozen import frozen
from grants.rules.claims.claim import Claim

DRAFT_MARK = "PROJET — NE PAS DÉPOSER"
# Left, right, top, bottom, in inches.
_MARGINS = (Decimal("0.4"), Decimal("0.4"), Decimal("0.75"), Decimal("0.6"))
_BLUE, _PALE, _GREY, _RED = "#1F3A5F", "#E8EEF5", "#6B7280", "#B00020"
_EURO = '#,##0.00\\ "€";[Red]-#,##0.00\\ "€"'
_WHOLE_EURO = '#,##0\\ "€";[Red]-#,##0\\ "€"'
_NUMBERS = {
    "euro": _EURO,
    "whole": _WHOLE_EURO,
    "gap": f"{_WHOLE_EURO};",
    "hours": '#,##0.00\\ "h"',
    "fte": "0.00##",
    "percent": "0.00%",
    "whole_percent": "0%",
    "rate": '#,##0.0000\\ "€/h"',
    "date": "dd/mm/yyyy",
    "month": "mm/yyyy",
    "number": "#,##0.##",
    "integer": "#,##0",
}
_CELL = {"border": 1, "border_color": "#C5CDD8", "valign": "top"}
_PADDED = {**_CELL, "text_wrap": True, "align": "left", "indent": 1}
_HEIGHTS = {"title": 24, "draft": 22, "heading": 20}
_TOTAL = {"bold": True, "bg_color": _PALE, "top": 2}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": _BLUE},
    "subtitle": {"font_color": _GREY},
    "draft": {"bold": True, "font_size": 13, "font_color": "#FFFFFF", "bg_color": _RED},
    "heading": {"bold": True, "font_size": 12, "font_color": _BLUE, "text_wrap": True},
    "header": {**_CELL, "bold": True, "font_color": "#FFFFFF", "bg_color": _BLUE,
               "text_wrap": True, "valign": "vcenter", "align": "center"},
    "section": {**_CELL, "bold": True, "font_color": _BLUE, "bg_color": "#CFE2F3"},
    "label": {**_PADDED, "bold": True, "bg_color": _PALE},
    "text": _PADDED,
    "value": _PADDED,
    "out": {**_PADDED, "font_color": _RED},
    "free": {"text_wrap": True, "valign": "top"},
    "box": _PADDED,
    "blocking": {**_PADDED, "bold": True, "font_color": _RED},
    "total": {**_CELL, **_TOTAL},
    "link": {**_PADDED, "font_color": "#1D4ED8"},
}  # fmt: skip


@frozen
class Column:
    """Column of a table: its title, its width in characters, the format of its cells."""

    title: str
    width: int
    style: str = "text"


class Book:
    """One workbook being written; ``close`` puts it on disk."""

    def __init__(self, claim: Claim, path: Path, title: str) -> None:
        """Open the file and make every format once. ``created`` is the claim's own day."""
        self.claim = claim
        self.title = title
        self.file = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.file.set_properties(self._properties())
        self.file.set_calc_mode("auto")
        self.rows_of: dict[str, int] = {}
        """First row of a sheet's table, counted from one, for formulas on other sheets."""
        self._formats: dict[str, Any] = {}

    def _properties(self) -> dict[str, object]:
        claim = self.claim
        return {
            "title": f"{self.title} – {claim.convention.number}",
            "subject": claim.convention.title,
            "company": claim.convention.organisation.name,
            "status": DRAFT_MARK if claim.is_blocked else "",
            "comments": f"Calculé au {day_fr(claim.as_of)}, moteur {claim.engine_version}",
            "created": datetime.combine(claim.as_of, time()),
        }

    def style(self, name: str) -> Any:
        """Format by name: a style, a number format, or both as ``total:euro``."""
        known = self._formats.get(name)
        if known is None:
            known = self._formats[name] = self.file.add_format(_properties_of(name))
        return known

    def sheet(self, name: str, columns: Sequence[Column], *, portrait: bool = False) -> Sheet:
        """New sheet with the common head."""
        return Sheet(self, name, columns, portrait=portrait)

    def name_cell(self, name: str, sheet: Sheet, row: int, col: int) -> None:
        """Give a cell a name, so that formulas on other sheets say what they take."""
        where = xl_rowcol_to_cell(row, col, row_abs=True, col_abs=True)
        self.file.define_name(name, f"='{sheet.name.replace(chr(39), chr(39) * 2)}'!{where}")

    def close(self) -> None:
        """Write the file."""
        self.file.close()


class Sheet:
    """One sheet with a row cursor: ``row`` is the next row to be written."""

    def __init__(
        self, book: Book, name: str, columns: Sequence[Column], *, portrait: bool = False
    ) -> None:
        """Set print, widths and head; a blocked claim says so on top and in the print header."""
        self.book = book
        self.name = name
        self.columns = columns
        self._styles = [spec.style for spec in columns]
        self._widths = [spec.width for spec in columns]
        self.ws = book.file.add_worksheet(name, RowSheet)
        self.row = 0
        for index, spec in enumerate(columns):
            self.ws.set_column(index, index, spec.width)
        self._set_print(portrait=portrait)
        self._head()

    def _set_print(self, *, portrait: bool) -> None:
        ws, claim = self.ws, self.book.claim
        if portrait:
            ws.set_portrait()
        else:
            ws.set_landscape()
        ws.set_paper(9)
        ws.fit_to_pages(1, 0)
        ws.set_margins(*_MARGINS)
        ws.hide_gridlines(2)
        number = claim.convention.number.replace("&", "&&")[:60]
        mark = f'&C&"Calibri,Bold"&KB00020{DRAFT_MARK}' if claim.is_blocked else ""
        sheet = self.name.replace("&", "&&")
        ws.set_header(f"&LConvention {number}{mark}&R{sheet}")
        ws.set_footer(f"&L{claim.reference}&RPage &P / &N")

    def _head(self) -> None:
        claim = self.book.claim
        if claim.is_blocked:
            self.wide(DRAFT_MARK, "draft")
        self.wide(self.name, "title")
        organisation, number = claim.convention.organisation.name, claim.convention.number
        period = span_fr(claim.period)
        self.wide(f"{organisation} – convention {number}, {period}", "subtitle")
        self.row += 1

    def wide(self, text: str, style: str, *, lines: int = 1) -> None:
        """Text over the whole width; ``lines`` is the height to keep, for text that wraps."""
        ws, last = self.ws, len(self.columns) - 1
        shape = self.book.style(style)
        if last:
            ws.merge_range(self.row, 0, self.row, last, "", shape)
        ws.write_string(self.row, 0, safe_text(text), shape)
        if lines > 1 or style in _HEIGHTS:
            ws.set_row(self.row, max(LINE_HEIGHT * lines, _HEIGHTS.get(style, 0)))
        self.row += 1

    def paragraph(self, text: str, style: str = "free", *, at_least: int = 1) -> None:
        """Text over the whole width, with the height that it needs."""
        width = sum(spec.width for spec in self.columns)
        self.wide(text, style, lines=max(lines_needed(text, width), at_least))

    def put(self, col: int, value: Value | Live, style: str = "text") -> None:
        """One cell, by the type of its value."""
        write_cell(self.ws, self.row, col, value, self.book.style(style))

    def cells(self, values: Sequence[Value | Live], styles: Sequence[str] | None = None) -> int:
        """One row of cells in the columns' formats, or in the given ones; returns its number.

        The row is made high enough for its wrapped text, which viewers do not all measure.
        """
        ws, row, style = self.ws, self.row, self.book.style
        shapes = self._styles if styles is None else styles
        lines = 1
        for col, value in enumerate(values):
            if value.__class__ is not str:
                write_cell(ws, row, col, value, style(shapes[col]))
                continue
            kept = shapes[col]
            write_cell(ws, row, col, value, style("text" if kept in _NUMBERS else kept))
            if len(str(value)) >= self._widths[col]:
                lines = max(lines, lines_needed(str(value), self._widths[col]))
        if lines > 1:
            ws.set_row(row, LINE_HEIGHT * lines)
        self.row += 1
        return row

    def rows(self, rows: Iterable[Row]) -> None:
        """Many rows, each as ``cells`` writes one: for tables as long as a claim has lines."""
        self.row = self.ws.write_rows(self.row, rows)

    def shapes(self, styles: Sequence[str] | None = None) -> tuple[CellShape, ...]:
        """What ``rows`` needs of the first columns: in their own formats, or in the given ones."""
        names, style = self._styles if styles is None else styles, self.book.style
        numbers = [style(name) for name in names]
        texts = [style("text" if name in _NUMBERS else name) for name in names]
        return cell_shapes(self._widths[: len(names)], numbers, texts)

    def table_head(self, *, height: int = 2, repeat: bool = True) -> None:
        """Titles of the columns, repeated on each printed page and kept in view."""
        for col, spec in enumerate(self.columns):
            self.put(col, spec.title, "header")
        self.ws.set_row(self.row, LINE_HEIGHT * height)
        if repeat:
            self.ws.repeat_rows(self.row)
            self.ws.freeze_panes(self.row + 1, 0)
        self.row += 1

    def heading(self, text: str) -> None:
        """Title of a further table on the same sheet, after one empty row."""
        self.row += 1
        self.wide(text, "heading")


def write_cell(ws: Any, row: int, col: int, value: Value | Live, shape: Any) -> None:
    """One cell, by the type of its value."""
    if isinstance(value, str):
        if value:
            ws.write_string(row, col, safe_text(value), shape)
        else:
            ws.write_blank(row, col, None, shape)
    elif value is None:
        ws.write_blank(row, col, None, shape)
    elif isinstance(value, Live):
        ws.write_formula(row, col, value.formula, shape, value.value)
    elif isinstance(value, date):
        ws.write_number(row, col, serial(value), shape)
    else:
        ws.write_number(row, col, value, shape)


def _properties_of(name: str) -> dict[str, Any]:
    style, _, number = name.rpartition(":")
    if not style:
        style, number = ("cell", number) if number in _NUMBERS else (number, "")
    properties = dict(_STYLES.get(style, _CELL))
    if number:
        properties["num_format"] = _NUMBERS[number]
        properties.pop("text_wrap", None)
        if style != "value":
            properties.pop("indent", None)
            properties.pop("align", None)
    return {"font_name": "Calibri", "font_size": 10, **properties}
