"""Read a file into raw sheets: a workbook through calamine, or a folder of csv files.

Everything that makes a file unreadable as a whole is refused here; what stands in a cell is judged
later, with all its fellows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from python_calamine import CalamineError, CalamineWorkbook

from grants.errors import Unreadable
from grants.services.imports.csv_files import read_folder
from grants.services.imports.sheet_names import is_known, is_known_or_unclaimed, known_name
from grants.services.spreadsheets.limits import COLUMN_LIMIT, UNPACKED_LIMIT, file_kind, reading
from grants.services.spreadsheets.raw import CellError, RawCell, RawSheet, RawWorkbook, raw_sheet
from grants.services.spreadsheets.scanning import SheetScan, column_letters, scan_workbook

CELL_LIMIT = 20_000_000
SHOWN = 10


def read_workbook(path: Path) -> RawWorkbook:
    """Everything that a workbook or a folder of csv files holds, row by row, uninterpreted.

    Raises: Unreadable: no such file, no workbook, damaged, protected, made to swell, too wide,
    formulas never computed, or not one sheet of ours.
    """
    with reading(path):
        workbook = read_folder(path) if path.is_dir() else _read_file(path)
    if not any(is_known(sheet.name) for sheet in workbook.sheets):
        raise Unreadable(
            f"« {path.name} » ne contient aucune feuille connue remplie : la commande "
            "« grants template » écrit un classeur vide au bon format"
        )
    return workbook


def _read_file(path: Path) -> RawWorkbook:
    scans = {
        name: scan
        for name, scan in scan_workbook(path, file_kind(path)).items()
        if is_known_or_unclaimed(name)
    }
    for scan in scans.values():
        _check_extent(scan.name, scan.last_row, scan.last_column)
    if sum(scan.letters for scan in scans.values()) > UNPACKED_LIMIT:
        raise Unreadable(f"« {path.name} » répète des textes trop longs : il n'est pas ouvert")
    _check_formulas(list(scans.values()))
    sheets = _load(path, scans)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return RawWorkbook(path.name, digest, path.resolve().parent, sheets)


def _check_extent(name: str, rows: int, columns: int) -> None:
    if columns > COLUMN_LIMIT:
        raise Unreadable(
            f"La feuille « {name} » a {columns} colonnes, {COLUMN_LIMIT} au plus sont lues : "
            f"effacez ce qui se trouve au-delà, jusqu'à la colonne {column_letters(columns)}"
        )
    if rows * columns > CELL_LIMIT:
        raise Unreadable(
            f"La feuille « {name} » s'étend jusqu'à la cellule {column_letters(columns)}{rows} : "
            "supprimez les lignes vides qui suivent les données"
        )


def _check_formulas(scans: Sequence[SheetScan]) -> None:
    cells = [
        f"{scan.name}!{column_letters(column)}{row}"
        for scan in scans
        for row, column in scan.uncomputed
    ]
    if cells:
        more = f" et {len(cells) - SHOWN} autres" if len(cells) > SHOWN else ""
        raise Unreadable(
            f"Formules sans résultat enregistré : {', '.join(cells[:SHOWN])}{more}. Ouvrez le "
            "classeur dans un tableur, laissez-le calculer, enregistrez-le, puis importez-le"
        )


def _load(path: Path, scans: Mapping[str, SheetScan]) -> tuple[RawSheet, ...]:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            loaded = [
                _load_sheet(workbook, name, scans.get(name))
                for name in workbook.sheet_names
                if is_known_or_unclaimed(name)
            ]
    except BaseException as error:
        # On some damaged files the library's Rust code panics, which Python does not count among
        # its Exceptions.
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":
            raise Unreadable(f"« {path.name} » est abîmé ou protégé : {error}") from error
        raise
    return tuple(sheet for sheet in loaded if sheet is not None)


def _load_sheet(workbook: CalamineWorkbook, name: str, scan: SheetScan | None) -> RawSheet | None:
    sheet = workbook.get_sheet_by_name(name)
    if scan is None:
        _check_extent(name, sheet.total_height, sheet.total_width)
    lines = cast(list[list[RawCell]], sheet.to_python(skip_empty_area=False))
    for row, column in scan.errors if scan else ():
        # The library gives error values back as empty cells, which would pass for « not filled ».
        if row <= len(lines) and column <= len(lines[row - 1]):
            lines[row - 1][column - 1] = CellError()
    return raw_sheet(known_name(name), name, lines)
