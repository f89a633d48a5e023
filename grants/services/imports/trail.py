"""What an import under way has done so far, to be told in the trail at its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping

from grants.enums import AuditObject
from grants.services.imports.tables import ORGANISATION, Destination

if TYPE_CHECKING:
    from grants.services.imports.checking import CheckedRow


Record = dict[str, Any]
WITHHELD_FIELDS = frozenset({"last_name", "first_name"})


ADDED, CHANGED, REMOVED = range(3)


@dataclass(frozen=True, slots=True)
class Tracked:
    """Sheet whose rows are told one by one: what they are, and the columns that name one.

    The first column names what the row is part of, so that its history is found from there.
    """

    kind: AuditObject
    columns: tuple[str, ...]


def _tracked(kind: AuditObject, columns: str) -> Tracked:
    return Tracked(kind, tuple(columns.split()))


TRACKED: Mapping[str, Tracked] = {
    "structures": _tracked(AuditObject.ORGANISATION, "code"),
    "dispositifs": _tracked(AuditObject.SCHEME, "code"),
    "conventions": _tracked(AuditObject.CONVENTION, "numero"),
    "avenants": _tracked(AuditObject.AMENDMENT, "convention numero champ"),
    "postes": _tracked(AuditObject.POST, "code"),
    "postes_conventions": _tracked(AuditObject.POST_FUNDING, "convention poste debut"),
    "agents": _tracked(AuditObject.PERSON, "matricule"),
    "contrats": _tracked(AuditObject.EMPLOYMENT, "agent debut"),
    "affectations": _tracked(AuditObject.HOLDING, "agent poste debut"),
    "lettres_mission": _tracked(AuditObject.MISSION_LETTER, "agent convention debut"),
    "ressources": _tracked(AuditObject.RESOURCE, "convention code"),
    "encaissements": _tracked(AuditObject.RECEIPT, "ressource date montant"),
    "versements": _tracked(AuditObject.PAYMENT, "convention date nature montant"),
    "budgets": _tracked(AuditObject.BUDGET_ITEM, "convention cote ligne libelle"),
    "cibles": _tracked(AuditObject.TARGET, "convention indicateur debut"),
}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a tracked sheet; ``found`` is what was stored, None for a new row."""

    destination: Destination
    row: CheckedRow
    record: Record
    found: RowMapping | None


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
        self, destination: Destination, row: CheckedRow, change: Record, found: RowMapping
    ) -> None:
        """Tell a row that differs from the stored one; ``change`` holds what is different."""
        self._tell(RowChange(destination, row, change, found), CHANGED)

    def _tell(self, change: RowChange, what: int) -> None:
        sheet = change.destination.sheet.name
        self.count(sheet, owner_of(change), what)
        if sheet in TRACKED:
            self.changes.append(change)


def owner_of(change: RowChange) -> int | str | None:
    """Organisation of a row: its number, or the code of a new one; None for the platform's."""
    if change.destination.sheet.name == "structures":
        return str(change.row.values["code"])
    if not change.destination.has_owner:
        return None
    source = change.record if change.found is None else change.found
    owner: int | None = source[ORGANISATION]
    return owner
