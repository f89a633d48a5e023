"""Files of the demonstration's pieces: each one prints the rows of the workbook that cite it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from exports.demo.pieces_pdf import PlainDocument, plain_documents
from exports.imports.filled_workbook import Cell, ImportRows, Row
from grants.enums import PieceKind
from grants.french import day_fr, euros, month_number, number, percent
from grants.labels import label
from grants.periods import Period
from grants.workbook_format.columns import PIECE, CellKind, Column
from grants.workbook_format.indicators import PIECES
from grants.workbook_format.sheets import SHEET_BY_NAME, SHEETS
from grants.workbook_format.time_and_pay import BULLETINS

MENTION = "DOCUMENT FICTIF : démonstration, aucune personne ni aucun montant réels"
NOT_PRINTED = {"reference", "fichier", "titre"}
PAYSLIP_COLUMNS = ("rubrique", "libelle", "montant", "paye_le", "mandat")
TIME_COLUMNS = ("date", "operation", "heures", "activite", "commentaire")
# Its rows are lines of one paper; those of other sheets say what a whole paper says.
PAY_SHEET = BULLETINS.name


def piece_files(rows: ImportRows) -> Mapping[str, bytes]:
    """PDF of every piece that names a file, by that name."""
    pieces = [row for row in rows[PIECES.name] if row.get("fichier")]
    citing = _citing_rows(rows)
    documents = [_document(rows, piece, citing) for piece in pieces]
    files = zip(pieces, plain_documents(documents), strict=True)
    return {str(piece["fichier"]): content for piece, content in files}


Citing = Mapping[Cell, Sequence[tuple[str, Row]]]


def _citing_rows(rows: ImportRows) -> Citing:
    found: dict[Cell, list[tuple[str, Row]]] = defaultdict(list)
    for sheet in SHEETS:
        if PIECE in sheet.columns:
            for row in rows[sheet.name]:
                found[row.get(PIECE.name)].append((sheet.name, row))
    return found


def _document(rows: ImportRows, piece: Row, citing: Citing) -> PlainDocument:
    cited = citing.get(piece["reference"], ())
    pairs = list(_pairs(PIECES.name, piece, NOT_PRINTED))
    for sheet, row in cited:
        if sheet != PAY_SHEET:
            pairs.extend(_pairs(sheet, row, {"piece", "agent", "convention"}))
    heads, lines = _table(rows, piece, cited)
    return PlainDocument(str(piece["titre"]), MENTION, tuple(pairs), heads, lines)


def _table(
    rows: ImportRows, piece: Row, cited: Sequence[tuple[str, Row]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    match piece["type"]:
        case PieceKind.PAYSLIP:
            items = [row for _, row in cited]
            return PAYSLIP_COLUMNS, _lines(PAY_SHEET, items, PAYSLIP_COLUMNS)
        case PieceKind.TIME_SHEET:
            days = list(_days(rows, piece))
            return TIME_COLUMNS, _lines("feuilles_temps", days, TIME_COLUMNS)
        case _:
            return (), []


def _days(rows: ImportRows, piece: Row) -> Iterator[Row]:
    first, last = piece["debut"], piece["fin"]
    if not isinstance(first, date) or not isinstance(last, date):
        return
    month = Period.inclusive(first, last)
    for row in rows["feuilles_temps"]:
        day = row["date"]
        if row["agent"] == piece["agent"] and isinstance(day, date) and month.contains(day):
            yield row


def _lines(sheet: str, rows: Sequence[Row], names: Sequence[str]) -> list[tuple[str, ...]]:
    columns = [SHEET_BY_NAME[sheet].column(name) for name in names]
    return [tuple(_text(column, row.get(column.name)) for column in columns) for row in rows]


def _pairs(sheet: str, row: Row, left_out: set[str]) -> Iterator[tuple[str, str]]:
    for column in SHEET_BY_NAME[sheet].columns:
        value = row.get(column.name)
        if column.name not in left_out and value not in (None, ""):
            yield column.name.replace("_", " "), _text(column, value)


def _text(column: Column, value: Cell) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case StrEnum():
            return label(value)
        case date():
            return month_number(value) if column.kind is CellKind.MONTH else day_fr(value)
        case Decimal() if column.kind is CellKind.AMOUNT:
            return euros(value)
        case Decimal() if column.kind is CellKind.FRACTION:
            return percent(value)
        case Decimal():
            return number(value, 2)
        case _:
            return str(value)
