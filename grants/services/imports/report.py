"""What an import did, sheet by sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from grants.errors import InputProblem
from grants.french import count
from grants.services.imports.attachments import Taken
from grants.services.imports.differences import Change, RowDifference
from grants.services.imports.gone import GoneRow

# What is done now, how many rows of it are done, and how many there are.
Progress = Callable[[str, int, int], None]


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class SheetReport:
    """Rows of one sheet; ``removed`` counts stored hours that a time sheet's day no longer has."""

    sheet: str
    added: int = 0
    changed: int = 0
    identical: int = 0
    removed: int = 0

    @property
    def has_rows(self) -> bool:
        """Whether the file, or what the database held of its days, has any row."""
        return bool(self.added or self.changed or self.identical or self.removed)

    @property
    def wrote(self) -> bool:
        """Whether the database differs from before."""
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        """One line.

        Example:
        >>> print(SheetReport("agents", added=2, identical=5))
        agents : 2 ajoutées, 0 modifiée, 5 identiques
        """
        removed = f", {count(self.removed, 'retirée')}" if self.removed else ""
        return (
            f"{self.sheet} : {count(self.added, 'ajoutée')}, {count(self.changed, 'modifiée')}, "
            f"{count(self.identical, 'identique')}{removed}"
        )


@dataclass(slots=True)
class ImportReport:
    """A whole import. ``warnings`` are things to mend that did not stop it, ``pieces`` the files
    that are taken. ``differences`` are the first rows that change, ``unlisted`` counts the others;
    ``gone`` are the first of the ``gone_in_all`` stored rows that the workbook no longer has.
    """

    file_name: str
    sha256: str
    is_dry_run: bool
    sheets: list[SheetReport] = field(default_factory=list)
    warnings: tuple[InputProblem, ...] = ()
    pieces: list[Taken] = field(default_factory=list)
    differences: list[RowDifference] = field(default_factory=list)
    unlisted: int = 0
    gone: list[GoneRow] = field(default_factory=list)
    gone_in_all: int = 0

    @property
    def wrote(self) -> bool:
        """Whether anything was added, changed or removed."""
        return any(sheet.wrote for sheet in self.sheets)

    @property
    def written(self) -> int:
        """Rows added or changed."""
        return sum(sheet.added + sheet.changed for sheet in self.sheets)

    @property
    def removed(self) -> int:
        """Rows taken away."""
        return sum(sheet.removed for sheet in self.sheets)

    @property
    def touched(self) -> int:
        """Rows added, changed or taken away."""
        return self.written + self.removed

    @property
    def identical(self) -> int:
        """Rows of the file that are stored as they stand."""
        return sum(sheet.identical for sheet in self.sheets)

    @property
    def fingerprint(self) -> str:
        """Names what the file changes, whatever is taken back beside: whoever agrees to it sends
        the name back, so that nothing else is written than what they saw.
        """
        rows = [one for one in self.differences if one.change is not Change.REMOVED]
        counts = [(one.sheet, one.added, one.changed, one.identical) for one in self.sheets]
        return hashlib.sha256(repr((self.sha256, counts, rows)).encode()).hexdigest()

    def __str__(self) -> str:
        """The report as a person reads it, one line a sheet that has rows and one for the whole."""
        total = self.touched
        if self.is_dry_run:
            lines = count(total, "ligne changerait", "lignes changeraient")
            end = f"Essai de {self.file_name} : {lines}, rien n'est écrit."
        elif total:
            end = f"{self.file_name} importé : {count(total, 'ligne écrite')}."
        elif not self.identical:
            end = f"{self.file_name} ne contient aucune ligne à importer."
        else:
            end = f"{self.file_name} : tout y était déjà, rien n'a changé."
        sheets = [str(sheet) for sheet in self.sheets if sheet.has_rows]
        return "\n".join([*sheets, *(self._taken() if self.is_dry_run else ()), end])

    def _taken(self) -> list[str]:
        """Each file that would be taken: whoever tries an import sees what leaves their disk."""
        if not self.pieces:
            return []
        head = count(len(self.pieces), "pièce serait prise", "pièces seraient prises")
        files = (f"  {one.name} ({count(one.size, 'octet')})" for one in self.pieces)
        return [f"{head} :", *files]
