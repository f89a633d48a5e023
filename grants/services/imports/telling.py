"""What an import leaves in the trail: one event an organisation concerned, and one for each term.

Rows that decide what is paid (conventions, amendments, settings, resources, payments, posts, who
holds them) are told one by one, before and after. Hours, payslips and pieces are counted only: they
are many, and pay has no place in a trail that cannot be purged. Nor have names of persons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from grants.enums import AuditAction, AuditObject
from grants.rules.audit.chain import Document, Value
from grants.services.audit.reading import PART_OF
from grants.services.audit.wording import WITHHELD
from grants.services.audit.writing import Entry, record_all
from grants.services.imports.tables import DESTINATION_OF, SETTINGS
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.sheet import ORGANISATION, OWNERS, Trail

if TYPE_CHECKING:
    from grants.services.imports.job import Job
from grants.services.imports.trail import Record, RowChange, owner_of


def record_import(job: Job) -> None:
    """Write what the import did into the chain of each organisation that it touched; what belongs
    to none (territories, funders, schemes, indicators) goes to the platform's. Flushes.
    """
    names = _Names(job)
    sheets: dict[int | None, dict[str, Value]] = defaultdict(dict)
    for owner, counts in job.trail.counts.items():
        texts = {sheet: "/".join(map(str, numbers)) for sheet, numbers in counts.items()}
        sheets[names.organisation(owner)].update(texts)
    entries = {owner: [_summary(job, counts)] for owner, counts in sheets.items()}
    for change in job.trail.changes:
        if (trail := change.destination.sheet.trail) is not None:
            entries[names.organisation(owner_of(change))].append(names.entry(change, trail))
    for owner in sorted(entries, key=lambda one: one or 0):
        record_all(job.session, entries[owner], deed=job.deed, organisation_id=owner)


def _summary(job: Job, sheets: Mapping[str, Value]) -> Entry:
    after: Document = {"file": job.file_name, "sha256": job.sha256, "sheets": sheets}
    return Entry(AuditAction.IMPORTED, AuditObject.IMPORT, job.file_name, after=after)


class _Names:
    """Codes instead of ids: what the trail says must be readable without the tables."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._codes: dict[str, dict[int, str]] = {}
        self._next: dict[tuple[str, str], dict[int, int | None]] = {}

    def organisation(self, owner: int | str | None) -> int | None:
        """Number of an organisation that was known by its code so far."""
        if not isinstance(owner, str):
            return owner
        entry = self._job.register.entry(OWNERS, owner)
        return None if entry is None else entry.id

    def entry(self, change: RowChange, trail: Trail) -> Entry:
        """Event of one row."""
        # A last part that is empty (a budget line without a wording of its own) is left out.
        key = PART_OF.join(self._key(change, trail)).removesuffix(PART_OF)
        if change.is_removed:
            return self._removal(change, trail, key)
        after = dict(self._fields(change, change.record))
        if change.found is None:
            nothing: tuple[object, ...] = (None, "", {}, WITHHELD)
            shown = {name: value for name, value in after.items() if value not in nothing}
            return Entry(AuditAction.CREATED, trail.kind, key, after=shown)
        before = dict(self._fields(change, {name: change.found[name] for name in change.record}))
        if SETTINGS in before:
            before[SETTINGS], after[SETTINGS] = _different(before[SETTINGS], after[SETTINGS])
        return Entry(AuditAction.CHANGED, trail.kind, key, before, after)

    def _removal(self, change: RowChange, trail: Trail, key: str) -> Entry:
        targets = change.destination.columns.values()
        stored = {name: change.found[name] for name in targets} if change.found else {}
        nothing: tuple[object, ...] = (None, "", {}, WITHHELD)
        said = {name: value for name, value in self._fields(change, stored) if value not in nothing}
        return Entry(AuditAction.DELETED, trail.kind, key, before=said)

    def _key(self, change: RowChange, trail: Trail) -> Iterator[str]:
        for name in trail.columns:
            if "." in name:
                yield self._code_beyond(change, *name.split("."))
            else:
                yield _key_text(change.row.values.get(name))

    def _code_beyond(self, change: RowChange, name: str, beyond: str) -> str:
        """Code in the row that the row refers to: « ressource.convention »."""
        destination = change.destination
        number = (change.found or change.record)[destination.columns[name]]
        return self._code_in(destination.sheet.column(name).refers_to, beyond, number)

    def _code_in(self, sheet: str, name: str, number: int) -> str:
        """Code that the stored row of a number has in a column."""
        column = DESTINATION_OF[sheet].sheet.column(name)
        if (sheet, name) not in self._next:
            table = DESTINATION_OF[sheet].table
            rows = self._job.session.execute(select(table.c.id, table.c[column.target]))
            self._next[sheet, name] = {row[0]: row[1] for row in rows}
        found = self._next[sheet, name].get(number)
        return "" if found is None else self._code(column.refers_to, found)

    def _fields(self, change: RowChange, values: Record) -> Iterator[tuple[str, Any]]:
        destination = change.destination
        columns = {target: name for name, target in destination.columns.items()}
        for name, value in values.items():
            if name in columns and name != ORGANISATION:
                yield name, self._said(destination.sheet.column(columns[name]), value)
            elif name == SETTINGS:
                yield name, dict(value or {})

    def _said(self, column: Column, value: Any) -> Any:
        if column.is_withheld:
            return WITHHELD
        is_id = column.kind is CellKind.REFERENCE and value is not None
        return self._code(column.refers_to, value) if is_id else value

    def _code(self, sheet: str, number: int) -> str:
        if sheet not in self._codes:
            stored = self._job.register.stored(sheet)
            self._codes[sheet] = {
                entry.id: code for code, entries in stored.items() for entry in entries
            }
        return self._codes[sheet].get(number, str(number))


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Record, Record]:
    names = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return (
        {name: old[name] for name in names if name in old},
        {name: new[name] for name in names if name in new},
    )


def _key_text(value: object) -> str:
    match value:
        case None:
            return ""
        case StrEnum():
            return value.value
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return str(value)
