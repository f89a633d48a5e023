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

from grants.enums import AuditAction, AuditObject, AuditVia
from grants.models.conventions import Convention, Resource
from grants.rules.audit.chain import Document, Value
from grants.services.audit.reading import PART_OF
from grants.services.audit.wording import WITHHELD
from grants.services.audit.writing import Actor, Entry, record_all
from grants.services.imports.tables import ORGANISATION, SETTINGS
from grants.workbook_format.columns import CellKind

if TYPE_CHECKING:
    from grants.services.imports.job import Job
from grants.services.imports.trail import (
    TRACKED,
    WITHHELD_FIELDS,
    Record,
    RowChange,
    Tracked,
    owner_of,
)


def record_import(job: Job, *, by: Actor, origin: str) -> None:
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
        entries[names.organisation(owner_of(change))].append(names.entry(change))
    for owner in sorted(entries, key=lambda one: one or 0):
        record_all(
            job.session,
            entries[owner],
            organisation_id=owner,
            actor=by,
            via=AuditVia.IMPORT,
            origin=origin,
            at=job.at,
        )


def _summary(job: Job, sheets: Mapping[str, Value]) -> Entry:
    after: Document = {"file": job.file_name, "sha256": job.sha256, "sheets": sheets}
    return Entry(AuditAction.IMPORTED, AuditObject.IMPORT, job.file_name, after=after)


class _Names:
    """Codes instead of ids: what the trail says must be readable without the tables."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._codes: dict[str, dict[int, str]] = {}
        self._conventions: dict[int, str] | None = None

    def organisation(self, owner: int | str | None) -> int | None:
        """Number of an organisation that was known by its code so far."""
        if not isinstance(owner, str):
            return owner
        entry = self._job.register.entry("structures", owner)
        return None if entry is None else entry.id

    def entry(self, change: RowChange) -> Entry:
        """Event of one row."""
        tracked = TRACKED[change.destination.sheet.name]
        # A last part that is empty (a budget line without a wording of its own) is left out.
        key = PART_OF.join(self._key(change, tracked)).removesuffix(PART_OF)
        after = dict(self._fields(change, change.record))
        if change.found is None:
            nothing: tuple[object, ...] = (None, "", {}, WITHHELD)
            shown = {name: value for name, value in after.items() if value not in nothing}
            return Entry(AuditAction.CREATED, tracked.kind, key, after=shown)
        before = dict(self._fields(change, {name: change.found[name] for name in change.record}))
        if SETTINGS in before:
            before[SETTINGS], after[SETTINGS] = _different(before[SETTINGS], after[SETTINGS])
        return Entry(AuditAction.CHANGED, tracked.kind, key, before, after)

    def _key(self, change: RowChange, tracked: Tracked) -> Iterator[str]:
        if tracked.kind is AuditObject.RECEIPT:
            source = change.found or change.record
            yield self._convention_of(source["resource_id"])
        for name in tracked.columns:
            yield _key_text(change.row.values.get(name))

    def _fields(self, change: RowChange, values: Record) -> Iterator[tuple[str, Any]]:
        destination = change.destination
        columns = {target: name for name, target in destination.columns.items()}
        for name, value in values.items():
            if name in WITHHELD_FIELDS:
                yield name, WITHHELD
            elif name in columns and name != ORGANISATION:
                column = destination.sheet.column(columns[name])
                is_id = column.kind is CellKind.REFERENCE and value is not None
                yield name, self._code(column.refers_to, value) if is_id else value
            elif name == SETTINGS:
                yield name, dict(value or {})

    def _code(self, sheet: str, number: int) -> str:
        if sheet not in self._codes:
            stored = self._job.register.stored(sheet)
            self._codes[sheet] = {
                entry.id: code for code, entries in stored.items() for entry in entries
            }
        return self._codes[sheet].get(number, str(number))

    def _convention_of(self, resource_id: int) -> str:
        if self._conventions is None:
            query = select(Resource.id, Convention.number).join(
                Convention, Resource.convention_id == Convention.id
            )
            rows = self._job.session.execute(query)
            self._conventions = {row.id: row.number for row in rows}
        return self._conventions.get(resource_id, "")


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
