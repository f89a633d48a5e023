"""What is stored of structures, as rows of the import workbook: what the import reads, given back.

A workbook made of these rows and imported again changes nothing (a property holds it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, Select, select

from exports.imports.filled_workbook import Cell, ImportRows
from grants.enums import AuditAction, AuditObject
from grants.errors import Conflict
from grants.french import MINUTES_PER_HOUR, count
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.periods import DAY, month_index, month_of_index
from grants.rules.conventions.settings import SPEC_BY_COLUMN
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.imports.tables import DESTINATION_OF, SETTINGS, Destination
from grants.services.platform.tenancy import NARROWED, Scope, only_of
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.sheet import OWNERS
from grants.workbook_format.sheets import KEYED, SHEETS

# Lines that a sheet of a spreadsheet holds below its header.
ROW_LIMIT = 1_048_575
# Minutes that two decimals of an hour tell exactly.
HUNDREDTHS = 3


def get_workbook_rows(
    session: AnySession, organisations: Collection[int], *, since: date | None = None
) -> ImportRows:
    """Rows of these structures, in every sheet of the workbook.

    Of what is everybody's (territories, funders, schemes, indicators) the rows that theirs name.
    Args: since: facts of months (hours, signatures, absences, pay) before this day are left out.
    Raises: Conflict: more rows than a sheet of a spreadsheet holds.
    """
    reading = _Reading(session, frozenset(organisations), since)
    # From the last sheet to the first: a sheet refers only to itself and to those before it.
    found = {
        sheet.name: reading.read_rows(DESTINATION_OF[sheet.name]) for sheet in reversed(SHEETS)
    }
    rows = ImportRows()
    for sheet in SHEETS:
        for row in reading.cells(DESTINATION_OF[sheet.name], found[sheet.name]):
            rows.add(sheet.name, **row)
    return rows


def record_taken(
    session: AnySession, organisations: Collection[int], *, file: str, deed: Deed
) -> None:
    """Tell each structure that somebody took its workbook away. Flushes."""
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(sorted(organisations))))
    for row in rows.all():
        record(
            session, deed=deed, organisation_id=row.id, action=AuditAction.DOWNLOADED,
            object_kind=AuditObject.ORGANISATION, object_key=row.code, after={"file": file},
        )  # fmt: skip


@dataclass(slots=True)
class _Reading:
    session: AnySession
    organisations: frozenset[int]
    since: date | None
    named: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Ids of rows that the rows read so far refer to, by sheet."""
    codes: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))

    def read_rows(self, destination: Destination) -> list[RowMapping]:
        """Stored rows of a sheet, in the order in which they came in."""
        found = list(self._read(destination))
        if len(found) > ROW_LIMIT:
            raise Conflict(
                f"La feuille « {destination.sheet.name} » aurait {count(len(found), 'ligne')}, un "
                f"tableur en tient {count(ROW_LIMIT, '')}: demandez le classeur depuis une date"
            )
        for column in destination.sheet.columns:
            if column.refers_to and column.refers_to != destination.sheet.name:
                ids = {row[column.target] for row in found}
                self.named[column.refers_to] |= ids - {None}
        if destination.sheet.name in KEYED:
            key = destination.columns[destination.sheet.key[0]]
            self.codes[destination.sheet.name] = {row["id"]: row[key] for row in found}
        return found

    def _read(self, destination: Destination) -> Sequence[RowMapping]:
        table, sheet = destination.table, destination.sheet
        query = _columns_of(destination)
        if sheet.has_owner:
            query = query.where(only_of(Scope(self.organisations), table))
            if sheet.window and self.since is not None:
                query = query.where(table.c[destination.window] >= self._first(destination))
            return self._run(query)
        if sheet.name == OWNERS:
            return self._run(query.where(table.c.id.in_(sorted(self.organisations))))
        return self._shared(destination, self._run(query))

    def _first(self, destination: Destination) -> date | int:
        since = self.since or date.min
        column = destination.sheet.column(destination.sheet.window)
        return month_index(since) if column.kind is CellKind.MONTH else since

    def _shared(self, destination: Destination, rows: Sequence[RowMapping]) -> Sequence[RowMapping]:
        """Of everybody's rows those that are named, and those that these name in their turn."""
        name = destination.sheet.name
        own = [one.target for one in destination.sheet.columns if one.refers_to == name]
        by_id = {row["id"]: row for row in rows}
        wanted, waiting = set[int](), set(self.named[name])
        while waiting:
            wanted |= waiting
            above = {by_id[one][target] for one in waiting for target in own}
            waiting = above - {None} - wanted
        return [row for row in rows if row["id"] in wanted]

    def _run(self, query: Select[Any]) -> Sequence[RowMapping]:
        statement = query.execution_options(**NARROWED)
        return self.session.execute(statement).mappings().all()

    def cells(
        self, destination: Destination, rows: Sequence[RowMapping]
    ) -> Iterator[Mapping[str, Cell]]:
        """Rows as a person would type them."""
        columns = destination.sheet.columns
        for row in rows:
            settings = row[SETTINGS] or {} if destination.sheet.has_settings else {}
            yield {column.name: self._cell(column, row, settings) for column in columns}

    def _cell(self, column: Column, row: RowMapping, settings: Mapping[str, str]) -> Cell:
        if column.kind is CellKind.SETTING:
            return settings.get(SPEC_BY_COLUMN[column.name].key)
        value = row[column.target]
        if column.kind is CellKind.REFERENCE and value is not None:
            return self.codes[column.refers_to][value]
        return typed_cell(column, value)


def _columns_of(destination: Destination) -> Select[Any]:
    table = destination.table
    names = {"id", *destination.columns.values()} | ({SETTINGS} & set(table.c.keys()))
    return select(*(table.c[name] for name in sorted(names))).order_by(table.c.id)


def typed_cell(column: Column, value: Any) -> Cell:
    """What somebody types for a stored value; ids of references are the caller's to resolve."""
    if value is None:
        return None
    match column.kind:
        case CellKind.MONTH:
            return month_of_index(value)
        case CellKind.HOURS:
            return _hours(value)
        case CellKind.CHOICE if column.closed_list is not None:
            return column.closed_list(value)
        case CellKind.BOOL:
            return bool(value)
    if isinstance(value, date) and column.is_last_day:
        return value - DAY
    if isinstance(value, StrEnum):
        return value.value
    cell: Cell = value
    return cell


def _hours(minutes: int) -> Cell:
    """Hours as a figure where two decimals tell them exactly, else as hours and minutes."""
    if minutes % HUNDREDTHS == 0:
        return Decimal(minutes) / MINUTES_PER_HOUR
    whole, rest = divmod(minutes, MINUTES_PER_HOUR)
    return f"{whole}h{rest:02d}"
