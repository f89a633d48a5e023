"""Time sheets as PDF: archival (PDF/A-3a), tagged (PDF/UA-1), the same bytes for the same sheet.

A team or a year goes into one file by one run of Typst, which keeps every page in memory: about
five megabytes a sheet. Beyond ``SHEETS_PER_FILE`` a caller makes several files.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from exports.kit.pdf import CannotTypeset, Standard, Typesetter, forget_layouts, json_text
from exports.timesheets.pdf_data import sheet_texts
from exports.timesheets.prints import PrintedSheet
from grants.french import FIXED, NARROW

SHEETS_PER_FILE = 30
FEW = 5
STANDARDS: tuple[Standard, ...] = ("a-3a", "ua-1")
_FOLDER = Path(__file__).parent
# Letters that every font at hand draws; anything else is tried first and replaced when none does.
_LAST_LATIN = 0x24F  # the last letter of Latin Extended-B
_PUNCTUATION = range(0x2010, 0x2030)
_REPLACEMENT = "?"


def time_sheets_pdf(sheets: Sequence[PrintedSheet], *, title: str = "") -> bytes:
    """One file with every sheet, each beginning on a page of its own, pages counted by sheet.

    Law: décret n° 2022-608, annex: what a sheet must show. The file says its language and title,
    and is dated by its youngest sheet.
    Units: hours, decimal where that is exact for every figure of the sheet, else hours and minutes.
    Args: title: of the file; that of the sheet where there is one only.
    Raises: ValueError: no sheet, or more than ``SHEETS_PER_FILE``.
    """
    if not 0 < len(sheets) <= SHEETS_PER_FILE:
        raise ValueError(f"1 to {SHEETS_PER_FILE} sheets go into a file, not {len(sheets)}")
    files = _pictures(sheets)
    texts = [sheet_texts(sheet, _logo_name(sheet)) for sheet in sheets]
    made_on = max(sheet.made_on for sheet in sheets)
    data = {
        "title": title or texts[0]["title"],
        "author": sheets[0].sheet.organisation_name,
        "made-on": {"year": made_on.year, "month": made_on.month, "day": made_on.day},
        "sheets": texts,
    }
    try:
        return _typeset({**files, "data.json": _json(data)})
    except CannotTypeset:
        return _typeset({**files, "data.json": _json(_drawable(data))})
    finally:
        if len(sheets) > FEW:
            forget_layouts()


def _typeset(files: dict[str, bytes]) -> bytes:
    return Typesetter({**_template(), **files}).pdf(standards=STANDARDS)


@cache
def _template() -> dict[str, bytes]:
    names = {"main.typ": "time_sheet.typ", "europe.svg": "europe.svg"}
    return {name: (_FOLDER / file).read_bytes() for name, file in names.items()}


def _pictures(sheets: Sequence[PrintedSheet]) -> dict[str, bytes]:
    return {_logo_name(sheet): sheet.emblem.content for sheet in sheets if sheet.emblem}


def _logo_name(sheet: PrintedSheet) -> str:
    emblem = sheet.emblem
    return f"logo-{sheet.sheet.organisation_id}.{emblem.extension}" if emblem else ""


def _json(data: dict[str, Any]) -> bytes:
    return json_text(data).encode()


def _drawable(value: Any) -> Any:
    """The same texts with ``?`` for each character that no font at hand may draw."""
    match value:
        case str():
            return "".join(char if _is_plain(char) else _REPLACEMENT for char in value)
        case dict():
            return {key: _drawable(part) for key, part in value.items()}
        case list() | tuple():
            return [_drawable(part) for part in value]
        case _:
            return value


def _is_plain(char: str) -> bool:
    code = ord(char)
    is_known = code <= _LAST_LATIN or code in _PUNCTUATION or char in ("\u200b", NARROW, "€")
    return is_known and (char.isprintable() or char in (FIXED, "\u200b", NARROW))
