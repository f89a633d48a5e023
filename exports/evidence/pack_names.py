"""Names of the files of a justification pack: ASCII, short enough for Windows, never a way out.

Whatever a person, a convention or a piece is called, its file name holds letters, digits and
hyphens only, begins with its rank and so is unique even where case does not count.
"""

from __future__ import annotations

import re

from grants.french import unaccented
from grants.labels import label
from grants.rules.claims.claim import Claim, ClaimLine, PieceLine

MANIFEST = "MANIFEST.sha256"
LONGEST_PATH = 180
_NUMBER_LENGTH = 60
_NAME_LENGTH = 40
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


def ascii_name(text: str, longest: int = _NAME_LENGTH) -> str:
    """Text as a part of a file name.

    Example:
    >>> ascii_name("D'HAUTERIVE Zoé"), ascii_name("../../etc"), ascii_name("«»")
    ('D-HAUTERIVE-Zoe', 'etc', 'sans-nom')
    """
    return (
        re.sub(r"[^A-Za-z0-9]+", "-", unaccented(text)).strip("-")[:longest].strip("-")
        or "sans-nom"
    )


def root_name(claim: Claim) -> str:
    """Folder that holds the whole pack: convention, year in which the period ends, version."""
    number = ascii_name(claim.convention.number, _NUMBER_LENGTH)
    return f"{number}_bilan_{claim.period.last.year}_v1"


def line_path(line: ClaimLine) -> str:
    """Page of a line."""
    return f"lines/{line.number:04d}-{ascii_name(line.last_name)}-{line.month:%Y-%m}.html"


def piece_path(piece: PieceLine) -> str:
    """File of a piece: rank, what it is, whom and which month it concerns."""
    kind = label(piece.kind).split()[0].lower() if piece.kind else "piece"
    parts = [f"{piece.number:04d}", ascii_name(kind)]
    if piece.person:
        parts.append(ascii_name(piece.person))
    if piece.period:
        parts.append(f"{piece.period.start:%Y-%m}")
    return f"pieces/{'-'.join(parts)}{_suffix(piece.file_name)}"


def _suffix(file_name: str) -> str:
    dot, _, ending = file_name.rpartition(".")
    suffix = f".{ending.lower()}"
    return suffix if dot and _SUFFIX.fullmatch(suffix) else ".bin"
