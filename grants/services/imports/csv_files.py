"""A folder of csv files, one a sheet, as spreadsheets and payroll programs export them.

Each file says for itself how it is written: UTF-8 or Windows-1252, semicolons or commas.
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

from grants.errors import Unreadable
from grants.services.imports.sheet_names import folded, is_known_or_unclaimed, known_name
from grants.services.spreadsheets.limits import COLUMN_LIMIT, FILE_LIMIT, MEGABYTE
from grants.services.spreadsheets.raw import RawSheet, RawWorkbook, raw_sheet
from grants.workbook_format.sheets import SHEET_BY_NAME

CELL_LENGTH = 1_000_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_folder(folder: Path) -> RawWorkbook:
    """Every csv file of a folder; other files are left alone, pieces may stand beside.

    Raises: Unreadable: no csv at all, too large, or a file that is no text.
    """
    paths = sorted(
        path
        for path in folder.iterdir()
        if path.suffix.casefold() == ".csv" and is_known_or_unclaimed(path.stem)
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
    text = decode(content, path.name)
    csv.field_size_limit(CELL_LENGTH)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    lines = []
    try:
        for line in reader:
            if len(line) > COLUMN_LIMIT:
                raise Unreadable(
                    f"« {path.name} » a {len(line)} colonnes à la ligne {reader.line_num}, "
                    f"{COLUMN_LIMIT} au plus sont lues"
                )
            lines.append(line)
    except csv.Error as error:
        raise Unreadable(
            f"« {path.name} » : guillemets mal fermés vers la ligne {reader.line_num} ({error})"
        ) from error
    return raw_sheet(known_name(path.stem), path.name, lines)


def decode(content: bytes, name: str) -> str:
    """Text of a csv file: UTF-8 when it is valid UTF-8, else Windows-1252.

    Raises: Unreadable: NUL bytes, UTF-16, or bytes that neither coding knows.
    Example:
    >>> decode("prénom".encode("cp1252"), "agents.csv")
    'prénom'
    """
    if content.startswith(UTF16_MARKS) or b"\0" in content:
        raise Unreadable(
            f"« {name} » n'est pas un fichier csv lisible (octets nuls ou UTF-16) : enregistrez-le "
            "au format « CSV UTF-8 »"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"« {name} » n'est ni en UTF-8 ni en Windows-1252 (octet {error.start}) : "
            "enregistrez-le au format « CSV UTF-8 »"
        ) from error


def delimiter(text: str) -> str:
    """Separator that reads most column names in the first line that holds something.

    Example:
    >>> delimiter("matricule;nom,prenom;structure"), delimiter("agent,date")
    (';', ',')
    """
    first = next((line for line in text.splitlines() if line.strip(" ;,\t")), "")
    names = {column.name for sheet in SHEET_BY_NAME.values() for column in sheet.columns}

    def known(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([first], delimiter=separator), [])
        return sum(folded(cell) in names for cell in cells), first.count(separator)

    return max(";,", key=known)
