"""What an import changes row by row, as a person reads it: before and after, in French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping

from grants.french import (
    NOTHING,
    day_fr,
    euros,
    minutes,
    month_number,
    number,
    percent,
    siret_fr,
)
from grants.labels import label
from grants.rules.conventions.settings import SPEC_BY_COLUMN
from grants.services.imports.register import Register
from grants.services.imports.stored import typed_cell
from grants.services.imports.tables import SETTINGS, Destination
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.sheet import ORGANISATION

# Above so many rows of one import nobody reads them one by one.
SHOWN_ROWS = 2_000


class Change(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One column of a row: its heading, what was stored, what the file says."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One row. ``row`` is the file's line, 0 for a row that the file no longer has."""

    sheet: str
    row: int
    change: Change
    name: str
    fields: tuple[FieldDifference, ...]


class Wording:
    """Stored and read values in French, codes instead of ids."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._codes: dict[str, dict[int, str]] = {}

    def forget(self, sheet: str) -> None:
        """Read the codes of a sheet anew: its rows were just written."""
        self._codes.pop(sheet, None)

    def name(self, destination: Destination, values: Mapping[str, Any]) -> str:
        """What identifies a row: the columns of its key, without those left empty."""
        columns = (destination.sheet.column(name) for name in destination.sheet.key)
        texts = (self.text(column, values.get(column.target)) for column in columns)
        return ", ".join(text for text in texts if text != NOTHING)

    def difference(
        self,
        destination: Destination,
        row: int,
        record: Mapping[str, Any],
        found: RowMapping | None,
    ) -> RowDifference:
        """A row that is new, or differs from the stored one in the columns of ``record``."""
        stored: Mapping[str, Any] = {} if found is None else dict(found)
        return RowDifference(
            destination.sheet.name,
            row,
            Change.ADDED if found is None else Change.CHANGED,
            self.name(destination, {**stored, **record}),
            tuple(self._fields(destination, record, stored)),
        )

    def removal(self, destination: Destination, found: RowMapping) -> RowDifference:
        """A stored row that goes."""
        shown = {name: found[name] for name in destination.columns.values()}
        fields = tuple(
            FieldDifference(one.column, one.after, NOTHING)
            for one in self._fields(destination, shown, {})
        )
        name = self.name(destination, dict(found))
        return RowDifference(destination.sheet.name, 0, Change.REMOVED, name, fields)

    def _fields(
        self, destination: Destination, record: Mapping[str, Any], stored: Mapping[str, Any]
    ) -> Iterator[FieldDifference]:
        for column in destination.sheet.columns:
            if column.target in record and column.target != ORGANISATION:
                before = self.text(column, stored.get(column.target))
                after = self.text(column, record[column.target])
                if before != after:
                    yield FieldDifference(column.heading, before, after)
        if SETTINGS in record:
            yield from _settings(destination, record[SETTINGS], stored.get(SETTINGS))

    def text(self, column: Column, value: Any) -> str:
        """One value of a table, as its column is written."""
        if column.kind is CellKind.REFERENCE and value is not None:
            return self._code(column.refers_to, value)
        return _TEXTS.get(column.kind, str)(_typed(column, value)) if _is_said(value) else NOTHING

    def _code(self, sheet: str, number: int) -> str:
        if number not in self._codes.setdefault(sheet, {}):
            entries = self._register.stored(sheet).items()
            self._codes[sheet] = {one.id: code for code, ones in entries for one in ones}
        return self._codes[sheet].get(number, str(number))


def _is_said(value: Any) -> bool:
    return value is not None and value != ""


def _typed(column: Column, value: Any) -> Any:
    # Hours stay minutes here: French has a writer of its own for them.
    return value if column.kind is CellKind.HOURS else typed_cell(column, value)


def _settings(
    destination: Destination, after: Mapping[str, str], before: Mapping[str, str] | None
) -> Iterator[FieldDifference]:
    stored = before or {}
    for column in destination.sheet.columns:
        if column.kind is CellKind.SETTING:
            key = SPEC_BY_COLUMN[column.name].key
            old, new = stored.get(key, ""), after.get(key, "")
            if old != new:
                yield FieldDifference(column.heading, old or NOTHING, new or NOTHING)


_TEXTS: Mapping[CellKind, Any] = {
    CellKind.AMOUNT: euros,
    CellKind.HOURS: minutes,
    CellKind.FRACTION: percent,
    CellKind.DECIMAL: number,
    CellKind.WHOLE: number,
    CellKind.DATE: day_fr,
    CellKind.MONTH: month_number,
    CellKind.BOOL: lambda value: "oui" if value else "non",
    CellKind.CHOICE: label,
    CellKind.SIRET: siret_fr,
}
