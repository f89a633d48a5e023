"""« Compte rendu »: both sides of the State's table beside each other, every total live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from exports.claims.state.printed_table import PrintedRow, percent, printed_rows, total_row, whole
from exports.kit.cells import Live, cell, column
from exports.kit.workbook import Book, Column, Sheet
from grants.enums import BudgetSide
from grants.rules.claims.claim import Claim

_SIDE = (
    Column("Prévision", 13, "whole"),
    Column("Réalisation", 13, "whole"),
    Column("%", 9, "percent"),
    Column("Écart en €", 13, "whole"),
    Column("Écart en %", 10, "percent"),
)
_COLUMNS = (Column("CHARGES", 46), *_SIDE, Column("PRODUITS", 58), *_SIDE)
_OFFSET = {BudgetSide.CHARGES: 0, BudgetSide.PRODUITS: 6}
_BREAKS = ("titre-indirectes", "titre-propres", "total", "titre-volontaires", "grand-total")
_STYLES = {"account": "label", "section": "section", "total": "total"}

Places = dict[tuple[BudgetSide, int], int]


def write_table(book: Book) -> Places:
    """The table; returns the sheet's row of each printed row, for the annex to refer to."""
    claim = book.claim
    sheet = book.sheet("Compte rendu", _COLUMNS)
    sheet.wide("Tableau de synthèse", "heading")
    sheet.wide(f"Exercice {claim.period.last.year}", "heading")
    sheet.table_head()
    rows = {side: printed_rows(claim, side) for side in BudgetSide}
    places = _places(sheet.row, rows)
    at = {(side, where): number for (side, number), where in places.items()}
    for where in range(sheet.row, 1 + max(places.values())):
        for side in BudgetSide:
            number = at.get((side, where))
            row = rows[side][number] if number is not None else None
            _write_row(sheet, side, row, places)
        sheet.row += 1
    _write_sentence(sheet, claim, places, rows[BudgetSide.PRODUITS])
    return places


def _places(first: int, rows: dict[BudgetSide, list[PrintedRow]]) -> Places:
    """Sheet rows such that the totals and headings of both sides stand on one level."""
    places: Places = {}
    row = first
    blocks = zip_longest(*(list(_blocks(rows[side])) for side in BudgetSide), fillvalue=[])
    for pair in blocks:
        for side, block in zip(BudgetSide, pair, strict=True):
            for offset, number in enumerate(block):
                places[side, number] = row + offset
        row += max(len(block) for block in pair)
    return places


def _blocks(rows: Iterable[PrintedRow]) -> Iterator[list[int]]:
    block: list[int] = []
    for number, row in enumerate(rows):
        if row.code in _BREAKS and block:
            yield block
            block = []
        block.append(number)
    yield block


def _write_row(sheet: Sheet, side: BudgetSide, row: PrintedRow | None, places: Places) -> None:
    left = _OFFSET[side]
    if row is None or row.level == "section":
        style = "section" if row and row.code.startswith("titre-") else "text"
        sheet.put(left, row.label if row else None, style)
        for col in range(left + 1, left + 6):
            sheet.put(col, None, style)
        return
    style = _STYLES.get(row.level, "text")
    planned, realised = cell(sheet.row, left + 1), cell(sheet.row, left + 2)
    gap = row.realised - row.planned
    ratio = percent(row.planned, row.realised)
    sheet.put(left, row.label, style)
    for index, amount in enumerate((row.planned, row.realised), left + 1):
        formula = _sum_formula(row, side, index, places)
        kept = Live(formula, amount) if formula else (None if row.is_empty else amount)
        sheet.put(index, kept, f"{style}:whole")
    shares = (ratio, ratio - 1) if ratio is not None else ("", "")
    texts = [share if isinstance(share, str) else round(share, 12) for share in shares]
    sheet.put(left + 3, Live(f'=IF({planned}=0,"",{realised}/{planned})', texts[0]),
              f"{style}:percent")  # fmt: skip
    sheet.put(left + 4, Live(f"={realised}-{planned}", gap), f"{style}:gap")
    sheet.put(left + 5, Live(f'=IF({planned}=0,"",({realised}-{planned})/{planned})', texts[1]),
              f"{style}:percent")  # fmt: skip


def _sum_formula(row: PrintedRow, side: BudgetSide, col: int, places: Places) -> str:
    """Sum of the rows that the form adds up; neighbours are written as one range."""
    if not row.adds_up:
        return ""
    letters = column(col)
    where = sorted(places[side, number] + 1 for number in row.adds_up)
    spans: list[list[int]] = []
    for number in where:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    parts = (f"{letters}{a}:{letters}{b}" if a != b else f"{letters}{a}" for a, b in spans)
    return f"=SUM({','.join(parts)})"


def _write_sentence(sheet: Sheet, claim: Claim, places: Places, rows: list[PrintedRow]) -> None:
    """« La subvention de … € représente … % du Total des produits », without 87, to the letter."""
    total = total_row(rows, "total")
    where = cell(places[BudgetSide.PRODUITS, rows.index(total)], _OFFSET[BudgetSide.PRODUITS] + 2)
    sheet.row += 1
    due = whole(claim.grant.due.value)
    grant = cell(sheet.row, 1)
    share = percent(total.realised, due)
    sheet.put(0, "La subvention de", "heading")
    sheet.put(1, Live("=ROUND(subvention_due,0)", due), "heading:whole")
    sheet.put(2, "représente", "heading")
    value = round(share, 12) if share is not None else ""
    sheet.put(3, Live(f'=IF({where}=0,"",{grant}/{where})', value), "heading:percent")
    sheet.put(4, "du Total des produits.", "subtitle")
    sheet.row += 1
