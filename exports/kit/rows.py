"""Long tables: each row is rendered as text at once, three times faster than cell by cell.

What the library does for one cell (checks, wrapping, a search for each character to escape) costs
more than the cell. Head, formats, names and print settings stay the library's work; a row that is
rendered here reads back as if the library had written it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape  # nosec B406 # it writes, and parses nothing

from xlsxwriter.worksheet import Worksheet

from exports.kit.cells import LINE_HEIGHT, Live, Value, column, lines_needed, safe_text, serial

_TEXTS_REMEMBERED = 8192  # names, months and wordings stand on many rows
_EXACT_LETTERS = 16  # a number this short has no digit too many


class CellShape(NamedTuple):
    """What is the same for every cell of a column: how its element begins, up to the row's number;
    the formats that numbers and texts take there; the width at which a text needs a second line.
    """

    start: str
    number: str
    text: str
    width: int


Row = tuple[Sequence[Value | Live], Sequence[CellShape]]


class RowSheet(Worksheet):  # type: ignore[misc] # the library is not typed
    """Worksheet of a ``constant_memory`` workbook that takes rows as text beside single cells.

    Its formulas hold no function newer than Excel 2007: the thirty searches for such functions, on
    every formula of every line, would cost more than writing it.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def write_rows(self, first: int, rows: Iterable[Row]) -> int:
        """Write whole rows from column A on, below everything written so far.

        Args: first: the first row, counted from zero. Returns: the row after the last.
        """
        self._write_single_row(first)  # what still waits above
        number, widest = first, 0
        for number, (values, shapes) in enumerate(rows, first + 1):
            self.fh.write(row_text(number, values, shapes))
            widest = max(widest, len(shapes))
        if number > first:
            self._check_dimensions(first, 0)
            self._check_dimensions(number - 1, widest - 1)
        self.previous_row = number
        return number


def cell_shapes(
    widths: Sequence[int], numbers: Sequence[Any], texts: Sequence[Any]
) -> tuple[CellShape, ...]:
    """Shapes of a table's columns from their widths and the library's formats."""
    columns = enumerate(zip(widths, numbers, texts, strict=True))
    return tuple(
        CellShape(f'<c r="{column(index)}', _style(number), _style(text), width)
        for index, (width, number, text) in columns
    )


def _style(shape: Any) -> str:
    return f'" s="{shape._get_xf_index()}"'


def row_text(number: int, values: Sequence[Value | Live], shapes: Sequence[CellShape]) -> str:
    """One row, its first column being A; it is made high enough for its wrapped text.

    Args: number: of the row, counted from one.
    """
    parts, lines = [""], 1
    for value, (start, as_number, as_text, width) in zip(values, shapes, strict=False):
        if isinstance(value, str):
            parts.append(f"{start}{number}{as_text}{_inline(value)}")
            if len(value) >= width:
                lines = max(lines, lines_needed(value, width))
        elif value is None:
            parts.append(f"{start}{number}{as_number}/>")
        elif isinstance(value, Live):
            parts.append(f"{start}{number}{as_number}{_formula(value)}</c>")
        else:
            parts.append(f"{start}{number}{as_number}><v>{_digits(value)}</v></c>")
    height = f' ht="{LINE_HEIGHT * lines}" customHeight="1"' if lines > 1 else ""
    parts[0] = f'<row r="{number}"{height}>'
    parts.append("</row>")
    return "".join(parts)


def _formula(live: Live) -> str:
    kind = ' t="str"' if isinstance(live.value, str) and live.value else ""
    return f"{kind}><f>{escape(live.formula.removeprefix('='))}</f><v>{live.value}</v>"


def _digits(value: Decimal | int | date) -> str:
    """A number as the library writes it: sixteen digits, what a spreadsheet's double can hold."""
    if isinstance(value, date):
        return str(serial(value))
    text = str(value)
    return text if len(text) <= _EXACT_LETTERS else f"{value:.16G}"


@lru_cache(_TEXTS_REMEMBERED)
def _inline(text: str) -> str:
    """The rest of a cell of text, escaped as the library does; an empty one is blank."""
    if not text:
        return "/>"
    kept = escape(Worksheet._escape_control_characters(safe_text(text)))
    space = ' xml:space="preserve"' if kept != kept.strip() else ""
    return f' t="inlineStr"><is><t{space}>{kept}</t></is></c>'
