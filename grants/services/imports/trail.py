"""What an import under way has done so far, to be told in the trail at its end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping

from grants.services.imports.tables import Destination
from grants.workbook_format.sheet import ORGANISATION, OWNERS

if TYPE_CHECKING:
    from grants.services.imports.checking import CheckedRow


Record = dict[str, Any]
ADDED, CHANGED, REMOVED = range(3)


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a sheet whose rows are told; ``found`` is what was stored, None for a new row."""

    destination: Destination
    row: CheckedRow
    record: Record
    found: RowMapping | None
    is_removed: bool = False


@dataclass(slots=True)
class ImportTrail:
    """What an import under way has done so far.

    ``counts``: rows added, changed and removed by organisation and sheet. A new structure has no
    number yet: until the end its rows stand under its code.
    """

    counts: dict[int | str | None, dict[str, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    )
    changes: list[RowChange] = field(default_factory=list)

    def count(self, sheet: str, owner: int | str | None, what: int, rows: int = 1) -> None:
        """Count rows of an organisation."""
        self.counts[owner][sheet][what] += rows

    def added(self, destination: Destination, row: CheckedRow, record: Record) -> None:
        """Tell a new row."""
        self._tell(RowChange(destination, row, record, None), ADDED)

    def changed(
        self, destination: Destination, row: CheckedRow, change: Record, stored: RowMapping
    ) -> None:
        """Tell a row that differs from the stored one; ``change`` holds what is different."""
        self._tell(RowChange(destination, row, change, stored), CHANGED)

    def removed(self, destination: Destination, row: CheckedRow, found: RowMapping) -> None:
        """Tell a stored row that goes."""
        self._tell(RowChange(destination, row, {}, found, is_removed=True), REMOVED)

    def _tell(self, change: RowChange, what: int) -> None:
        sheet = change.destination.sheet
        self.count(sheet.name, owner_of(change), what)
        if sheet.trail is not None:
            self.changes.append(change)


def owner_of(change: RowChange) -> int | str | None:
    """Organisation of a row: its number, or the code of a new one; None for the platform's."""
    sheet = change.destination.sheet
    if sheet.name == OWNERS:
        return str(change.row.values[sheet.key[0]])
    if not sheet.has_owner:
        return None
    source = change.record if change.found is None else change.found
    owner: int | None = source[ORGANISATION]
    return owner
