"""From a checked row to the columns of its table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from grants.periods import DAY
from grants.rules.conventions.settings import SPEC_BY_COLUMN
from grants.services.imports.attachments import Attachments
from grants.services.imports.checking import CheckedRow, CheckedSheet
from grants.services.imports.register import Register
from grants.services.imports.tables import SETTINGS, Destination
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.sheet import ORGANISATION, OWNERS

Record = dict[str, Any]


class Converter:
    """Turns rows of one sheet into records: codes into ids, last days into ends."""

    def __init__(
        self,
        destination: Destination,
        checked: CheckedSheet,
        register: Register,
        attachments: Attachments,
    ) -> None:
        self.destination = destination
        self._register = register
        self._attachments = attachments
        self._columns = [
            (column, destination.columns[column.name])
            for column in checked.columns
            if column.name in destination.columns
        ]
        present = {column.name for column in checked.columns}
        self._settings = [name for name in SPEC_BY_COLUMN if name in present]
        self._organisations: dict[tuple[object, ...], int | None] = {}
        self._ids: dict[tuple[str, object], int | None] = {}

    def record(self, row: CheckedRow) -> Record:
        """Columns that the file states for this row."""
        record: Record = {
            target: self._stored_value(column, row.values[column.name])
            for column, target in self._columns
        }
        if self.destination.sheet.has_owner:
            record[ORGANISATION] = self._organisation(row)
        for name in self.destination.key:
            record.setdefault(name, self.empty(name))
        stored = self._attachments.measured.get(row.number)
        if self.destination.extra and stored is not None:
            record |= {"sha256": stored.sha256, "size": stored.size}
        return record

    def settings(self, row: CheckedRow) -> dict[str, str]:
        """Settings that the file states, empty texts included: those take one away."""
        return {SPEC_BY_COLUMN[name].key: str(row.values[name] or "") for name in self._settings}

    def empty(self, target: str) -> Any:
        """What an empty cell of a table column stands for."""
        for column in self.destination.sheet.columns:
            if self.destination.columns.get(column.name) == target:
                return empty_value(column)
        return None

    def _stored_value(self, column: Column, value: Any) -> Any:
        if value is None:
            return None
        if column.kind is CellKind.REFERENCE:
            return self._id(column.refers_to, value)
        if column.is_last_day and isinstance(value, date):
            return value + DAY
        return value

    def _id(self, sheet: str, code: object) -> int | None:
        if (sheet, code) not in self._ids:
            entry = self._register.entry(sheet, str(code))
            self._ids[sheet, code] = None if entry is None else entry.id
        return self._ids[sheet, code]

    def _organisation(self, row: CheckedRow) -> int | None:
        codes = tuple(row.values.get(name) for name in self.destination.sheet.owners)
        if codes not in self._organisations:
            self._organisations[codes] = self._owner(codes)
        return self._organisations[codes]

    def _owner(self, codes: Iterable[object]) -> int | None:
        sheet = self.destination.sheet
        for name, code in zip(sheet.owners, codes, strict=True):
            if code is not None:
                owner = sheet.column(name).refers_to
                entry = self._register.entry(owner, str(code))
                if entry is not None:
                    return entry.id if owner == OWNERS else entry.organisation_id
        one = self._register.one_organisation()
        return None if one is None else one.id


def empty_value(column: Column) -> Any:
    """What a row that is new gets for a column that the file leaves out."""
    if column.kind is CellKind.BOOL:
        return False
    if column.kind in {CellKind.TEXT, CellKind.SIRET, CellKind.SETTING}:
        return ""
    return column.empty


def defaults(destination: Destination) -> Record:
    """A new row's columns before the file's own are laid over."""
    found: Record = {
        target: empty_value(destination.sheet.column(name))
        for name, target in destination.columns.items()
    }
    if destination.sheet.has_settings:
        found[SETTINGS] = {}
    return {**found, **destination.extra}
