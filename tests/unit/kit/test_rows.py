"""Rows rendered as text read back as the library's own cells do, whatever stands in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from exports.kit.cells import Live, Value
from exports.kit.workbook import Book, Column
from tests.factories.claims.claim import sample_claim

COLUMNS = (Column("Texte", 12), Column("Montant", 14, "euro"), Column("Jour", 12, "date"))
ROWS: list[tuple[Value | Live, ...]] = [
    ("Éloïse & « B » <i>", Decimal("-1234.50"), date(2024, 12, 14)),
    (" espaces ", Decimal(1) / 3, None),
    ("deux\nlignes et la suite", 0, "pas de jour"),
    ("\x07 _x0041_ \ufffe", Decimal("1E+3"), date(1900, 3, 1)),
    ("<r>balise</r>", Live('=IF(A1&"<"="",1,2)', Decimal("2.50")), None),
    ("=1+1", Live("=A1", "texte"), ""),
    ("", None, date(2024, 2, 29)),
    ("x" * 300, Decimal("123456789012345.67"), None),
]


def read_back(rows: list[tuple[Value | Live, ...]], folder: Path, *, at_once: bool) -> list[Any]:
    """What a reader finds: formulas and texts with their look, results, heights."""
    path = folder / "rows.xlsx"
    book = Book(sample_claim("fse"), path, "Essai")
    sheet = book.sheet("Essai", COLUMNS)
    if at_once:
        shapes = sheet.shapes()
        sheet.rows((row, shapes) for row in rows)
    else:
        for row in rows:
            sheet.cells(row)
    sheet.cells(("après", Decimal(1), None))
    book.close()
    content = path.read_bytes()
    return [found for data_only in (False, True) for found in cells(content, data_only=data_only)]


def cells(content: bytes, *, data_only: bool) -> list[Any]:
    """Cells of the sheet with their formats, rows with their heights."""
    sheet: Any = openpyxl.load_workbook(BytesIO(content), data_only=data_only).active
    looks = [
        (cell.coordinate, cell.value, cell.data_type, cell.number_format, cell.alignment.wrap_text)
        for row in sheet.iter_rows()
        for cell in row
    ]
    heights = [(number, row.height) for number, row in sheet.row_dimensions.items()]
    return [*looks, *heights, sheet.dimensions]


def test_rows_at_once_read_back_like_cells_one_by_one(tmp_path: Path) -> None:
    at_once = read_back(ROWS, tmp_path, at_once=True)

    assert at_once == read_back(ROWS, tmp_path, at_once=False)
    assert "\u200b<r>balise</r>" in [look[1] for look in at_once if len(look) > 2]


def test_no_row_leaves_the_sheet_as_it_was(tmp_path: Path) -> None:
    assert read_back([], tmp_path, at_once=True) == read_back([], tmp_path, at_once=False)
