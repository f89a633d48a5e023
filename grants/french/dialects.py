"""Csv as spreadsheets and payroll programs write it: its letters, its separator, its lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from grants.french.reading import Misread

SEPARATORS = ";,\t"
CELL_LENGTH = 1_000_000
# A first line that says the separator, as Excel reads and writes it.
_SAID = re.compile(r'\ufeff?"?sep=([;,\t|])"?[ ;,\t]*(?:\r\n|\r|\n)', re.IGNORECASE)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
SAVE_AGAIN = "enregistrez-le au format « CSV UTF-8 »"
# Letters and signs that French files hold beyond the plain ones.
_FRENCH = frozenset("àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ«»’‘“”–—…€°·•§²\u00a0")


def csv_text(content: bytes) -> str:
    """Text of a file: UTF-8, with or without its mark, UTF-16 with its mark, else Windows or Mac.

    Between the last two, which give a letter to nearly every byte, the letters that French has
    decide.
    Raises: Misread: bytes that are no text in any of them.
    Example:
    >>> csv_text("prénom".encode("cp1252")), csv_text("prénom".encode("mac_roman"))
    ('prénom', 'prénom')
    """
    if content.startswith(UTF16_MARKS):
        return _decoded(content, "utf-16")
    if b"\0" in content:
        raise Misread(f"n'est pas un fichier csv lisible (octets nuls) : {SAVE_AGAIN}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    mac = content.decode("mac_roman")
    try:
        windows = content.decode("cp1252")
    except UnicodeDecodeError as error:
        if _strangers(mac) == 0:
            return mac
        raise Misread(
            f"n'est ni en UTF-8 ni en Windows-1252 (octet {error.start}) : {SAVE_AGAIN}"
        ) from error
    return mac if _strangers(mac) < _strangers(windows) else windows


def csv_lines(text: str, is_name: Callable[[str], bool]) -> Iterator[tuple[int, list[str]]]:
    """Lines of a csv text with the number that an editor shows, whatever separates the cells.

    Args: is_name: whether a cell of the first line is the name of a column that is known.
    Raises: Misread: quotes that are never closed.
    """
    csv.field_size_limit(CELL_LENGTH)
    said = _SAID.match(text)
    rest = text[said.end() :] if said else text
    mark = said[1] if said else separator(text, is_name)
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=mark, strict=True)
    before = 1 if said else 0
    try:
        for cells in reader:
            yield before + reader.line_num, cells
    except csv.Error as error:
        raise Misread(f"guillemets mal fermés vers la ligne {reader.line_num} ({error})") from error


def separator(text: str, is_name: Callable[[str], bool]) -> str:
    """Separator that reads most column names in the first line that holds something.

    Example:
    >>> separator("matricule;nom,prenom;structure", {"matricule"}.__contains__)
    ';'
    """
    first = next((line for line in text.splitlines() if line.strip(f" {SEPARATORS}")), "")

    def known(mark: str) -> tuple[int, int]:
        cells = next(csv.reader([first], delimiter=mark), [])
        return sum(map(is_name, cells)), first.count(mark)

    return max(SEPARATORS, key=known)


def _decoded(content: bytes, coding: str) -> str:
    try:
        return content.decode(coding)
    except UnicodeDecodeError as error:
        raise Misread(
            f"n'est pas un fichier UTF-16 lisible (octet {error.start}) : {SAVE_AGAIN}"
        ) from error


def _strangers(text: str) -> int:
    return sum(not letter.isascii() and letter not in _FRENCH for letter in text)
