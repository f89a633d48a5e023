"""What was read, before anything is understood: sheets, rows and cells as the file holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RawCell = object
HELP_MARK = "aide :"


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows an error value (#N/A, #REF!) instead of a result."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One line: its number as the spreadsheet shows it, its cells from column A on."""

    number: int
    cells: Sequence[RawCell]


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet or one csv file. ``place`` is how problems name it."""

    name: str
    place: str
    header: Sequence[RawCell]
    rows: Sequence[RawRow]


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """Every sheet that holds something. ``folder`` is where pieces are looked for."""

    file_name: str
    sha256: str
    folder: Path
    sheets: tuple[RawSheet, ...]


def is_blank(cell: RawCell) -> bool:
    """Whether a cell holds nothing that a person sees.

    Example:
    >>> is_blank(" \\u00a0"), is_blank(0)
    (True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip().strip("\ufeff"))


def raw_sheet(name: str, place: str, lines: Sequence[Sequence[RawCell]]) -> RawSheet | None:
    """Sheet of these lines, the first of which is line 1; None when nothing stands in it.

    Blank lines are dropped, wherever they stand, and so is the template's help row.
    """
    filled = [
        RawRow(number, line)
        for number, line in enumerate(lines, 1)
        if not all(is_blank(cell) for cell in line)
    ]
    if not filled:
        return None
    header, rows = filled[0], filled[1:]
    if rows and rows[0].number == header.number + 1 and _is_help(rows[0]):
        rows = rows[1:]
    return RawSheet(name, place, header.cells, rows)


def _is_help(row: RawRow) -> bool:
    first = next((cell for cell in row.cells if not is_blank(cell)), "")
    return isinstance(first, str) and first.strip().casefold().startswith(HELP_MARK)
