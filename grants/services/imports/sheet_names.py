"""Names as people type them: which sheet or column is meant, and which one probably was."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from grants import french
from grants.workbook_format.sheets import GUIDE, LINES, LISTS, SHEET_BY_NAME


def folded(name: str) -> str:
    """Name without what does not distinguish: case, accents, spaces, hyphens, a closing star.

    Example:
    >>> folded(" Lettres-mission *")
    'lettres_mission'
    """
    return "_".join(
        french.folded(name).replace("*", " ").replace("-", " ").replace("_", " ").split()
    )


# Sheets of the template that hold no data.
HELP_SHEETS = frozenset(map(folded, (GUIDE, LINES, LISTS)))


def known_name(name: str) -> str:
    """Stable name of the sheet that is meant, or the name as it stands."""
    return folded(name) if folded(name) in SHEET_BY_NAME else name


def is_known(name: str) -> bool:
    """Whether the import reads a sheet of that name."""
    return folded(name) in SHEET_BY_NAME


def is_known_or_unclaimed(name: str) -> bool:
    """Whether a sheet is to be looked at: ours, or one that nobody explains."""
    return folded(name) not in HELP_SHEETS


def suggestion(name: str, names: Iterable[str]) -> str:
    """« vouliez-vous dire … » for a name that resembles a known one, else nothing.

    Example:
    >>> suggestion("matricul", ["matricule", "nom"])
    ' ; vouliez-vous dire « matricule » ?'
    """
    by_folded = {folded(one): one for one in names}
    close = get_close_matches(folded(name), by_folded, n=1)
    return f" ; vouliez-vous dire « {by_folded[close[0]]} » ?" if close else ""
