"""What stands in a cell: values and formulas, days as spreadsheets count them, text as text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

LINE_HEIGHT = 15
_EPOCH = date(1899, 12, 30)
_LONGEST_TEXT = 32_767

Value = str | Decimal | int | date | None


class Live(NamedTuple):
    """A formula with its cached result, so that viewers without a calculator show the figure."""

    formula: str
    value: Decimal | str


def serial(day: date) -> int:
    """Day as spreadsheets count it.

    Example:
    >>> serial(date(2024, 1, 1))
    45292
    """
    return (day - _EPOCH).days


def safe_text(text: str) -> str:
    """Text that a sheet can hold as it is: short enough, and never taken for rich-text markup.

    The writer passes a string « <r>…</r> » through as markup; a leading zero-width space stops it.
    Example:
    >>> safe_text("=1+1")
    '=1+1'
    """
    if text.startswith("<r>"):
        text = "\u200b" + text
    return text[:_LONGEST_TEXT]


def cell(row: int, col: int) -> str:
    """Reference of a cell, counted from zero.

    Example:
    >>> cell(0, 27)
    'AB1'
    """
    return str(xl_rowcol_to_cell(row, col))


def column(col: int) -> str:
    """Letters of a column, counted from zero."""
    return str(xl_col_to_name(col))


def total_of(first: int, last: int, col: int) -> str:
    """Formula for the sum of a column between two rows, counted from zero; empty ranges give 0.

    Example:
    >>> total_of(4, 9, 2)
    '=ROUND(SUM(C5:C10),2)'
    """
    if last < first:
        return "=0"
    letters = column(col)
    return f"=ROUND(SUM({letters}{first + 1}:{letters}{last + 1}),2)"


def lines_needed(text: str, width: int) -> int:
    """Lines that a text takes in a column; viewers do not all measure it themselves.

    Example:
    >>> lines_needed("a" * 30, 20)
    2
    """
    if len(text) < width and "\n" not in text:
        return 1
    return sum(1 + len(part) * 11 // (width * 10) for part in text.split("\n"))
