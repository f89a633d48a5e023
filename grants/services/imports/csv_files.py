"""A folder of csv files, one a sheet, as spreadsheets and payroll programs export them.

Each file says for itself how it is written: ``grants.french`` finds its letters and its separator.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from grants.errors import Unreadable
from grants.french import Misread, csv_lines, csv_text
from grants.services.imports.sheet_names import folded, is_known_or_unclaimed, known_name
from grants.services.spreadsheets.limits import COLUMN_LIMIT, FILE_LIMIT, MEGABYTE
from grants.services.spreadsheets.raw import RawSheet, RawWorkbook, raw_sheet
from grants.workbook_format.sheets import SHEET_BY_NAME


def read_folder(folder: Path) -> RawWorkbook:
    """Every csv file of a folder; other files are left alone, pieces may stand beside.

    Raises: Unreadable: no csv at all, too large, or a file that is no text.
    """
    paths = sorted(
        path
        for path in folder.iterdir()
        if path.suffix.casefold() == ".csv"
        and not path.name.startswith(".")  # a Mac's double of a file, no data of anybody's
        and is_known_or_unclaimed(path.stem)
    )
    if not paths:
        raise Unreadable(
            f"Le dossier « {folder.name} » ne contient aucun fichier .csv : un fichier par "
            "feuille est attendu, par exemple agents.csv"
        )
    if sum(path.stat().st_size for path in paths) > FILE_LIMIT:
        raise Unreadable(
            f"Les fichiers .csv de « {folder.name} » dépassent {FILE_LIMIT // MEGABYTE} Mo : "
            "importez-les en plusieurs fois"
        )
    digest = hashlib.sha256()
    sheets = []
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
        sheets.append(_read_csv(path, content))
    found = tuple(sheet for sheet in sheets if sheet is not None)
    return RawWorkbook(folder.resolve().name, digest.hexdigest(), folder.resolve(), found)


def _read_csv(path: Path, content: bytes) -> RawSheet | None:
    try:
        lines = []
        for number, line in csv_lines(decode(content, path.name), _is_column):
            if len(line) > COLUMN_LIMIT:
                raise Unreadable(
                    f"« {path.name} » a {len(line)} colonnes à la ligne {number}, "
                    f"{COLUMN_LIMIT} au plus sont lues"
                )
            lines.append(line)
    except Misread as error:
        raise Unreadable(f"« {path.name} » : {error}") from error
    return raw_sheet(known_name(path.stem), path.name, lines)


def decode(content: bytes, name: str) -> str:
    """Text of a csv file, whatever program wrote it.

    Raises: Unreadable: bytes that are no text.
    Example:
    >>> decode("prénom".encode(), "agents.csv")
    'prénom'
    """
    try:
        return csv_text(content)
    except Misread as error:
        raise Unreadable(f"« {name} » {error}") from error


def _is_column(cell: str) -> bool:
    return folded(cell) in _column_names()


@cache
def _column_names() -> frozenset[str]:
    return frozenset(column.name for sheet in SHEET_BY_NAME.values() for column in sheet.columns)
