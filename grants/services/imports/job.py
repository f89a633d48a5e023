"""One import under way: what all its steps share, and the row that tells where data came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnDefault, RowMapping, Table, bindparam, delete, insert, update

from grants.models.base import AnySession
from grants.models.platform import Import
from grants.services.audit.deed import Deed
from grants.services.imports.attachments import Attachments
from grants.services.imports.differences import SHOWN_ROWS, RowDifference, Wording
from grants.services.imports.gone import Missing
from grants.services.imports.register import Register
from grants.services.imports.report import Progress
from grants.services.imports.tables import Destination, table_of
from grants.services.imports.trail import ImportTrail, Record
from grants.services.platform.bulk import copy_rows
from grants.services.platform.tenancy import ScopeViolated
from grants.workbook_format.sheet import ORGANISATION

BATCH = 5_000


@dataclass(slots=True)
class Job:
    """A file that holds no fault, on its way into the database."""

    session: AnySession
    register: Register
    attachments: Attachments
    file_name: str
    sha256: str
    deed: Deed
    progress: Progress
    within: frozenset[int] | None = None
    """Structures whose rows may be written; None for all."""
    trail: ImportTrail = field(default_factory=ImportTrail)
    hours_changed: set[tuple[int, date]] = field(default_factory=set)
    """Persons' days whose hours differ from before."""
    differences: list[RowDifference] = field(default_factory=list)
    """The first rows that change, as a person reads them; ``unlisted`` counts the others."""
    unlisted: int = 0
    shared: list[RowDifference] = field(default_factory=list)
    """Rows that change and belong to no structure, or are one."""
    kept_files: set[int] = field(default_factory=set)
    """Rows of the sheet of pieces whose file is stored already."""
    missing: list[Missing] = field(default_factory=list)
    """What is stored and no longer in the file, sheet by sheet."""
    wording: Wording = field(init=False)
    _import_id: int | None = None

    def __post_init__(self) -> None:
        self.wording = Wording(self.register)

    def tell(
        self, destination: Destination, row: int, record: Record, found: RowMapping | None
    ) -> None:
        """Note a row that is added or changed, for whoever looks before they agree."""
        is_shared = not destination.sheet.has_owner
        if len(self.differences) >= SHOWN_ROWS and not is_shared:
            self.unlisted += 1
            return
        told = self.wording.difference(destination, row, record, found)
        self.differences.append(told)
        if is_shared:
            self.shared.append(told)

    def provenance(self, row: int) -> Record:
        """Where a row that is written comes from. The first call records the import itself."""
        if self._import_id is None:
            self._import_id = self._record_import()
        return {"import_id": self._import_id, "source_row": row}

    def _record_import(self) -> int:
        values = {"file_name": self.file_name, "sha256": self.sha256, "imported_at": self.deed.at}
        table = table_of(Import)
        found = self.session.execute(insert(table).values(values).returning(table.c.id))
        return int(found.scalar_one())

    def insert(self, table: Table, records: Sequence[Record], what: str) -> None:
        """Add rows, which all state the same columns.

        Raises: ScopeViolated: a row would be another structure's; a fault of the program.
        """
        self._require_own(table, records)
        many = len(records) >= BATCH and self.session.get_bind().dialect.name == "postgresql"
        write = self._copy if many else self._execute
        for start in range(0, len(records), BATCH):
            write(table, records[start : start + BATCH])
            self.progress(what, min(start + BATCH, len(records)), len(records))

    def _require_own(self, table: Table, records: Sequence[Record]) -> None:
        if self.within is None or ORGANISATION not in table.c:
            return
        if any(record[ORGANISATION] not in self.within for record in records):
            raise ScopeViolated(f"a row of another organisation would be written to {table.name}")

    def _execute(self, table: Table, records: Sequence[Record]) -> None:
        self.session.execute(insert(table), records)

    def _copy(self, table: Table, records: Sequence[Record]) -> None:
        """PostgreSQL's own way to take many rows in, several times faster than statements.

        The column types turn values into what is stored here too, as for any other insert.
        """
        connection = self.session.connection()
        start = _own_values(table, records[0])
        records = [start | record for record in records]
        names = list(records[0])
        binds = [table.c[name].type.bind_processor(connection.dialect) for name in names]
        values = (zip((record[name] for name in names), binds, strict=True) for record in records)
        rows = ([bind(value) if bind else value for value, bind in row] for row in values)
        copy_rows(connection, table=table.name, columns=names, rows=rows)

    def update(self, table: Table, changes: Mapping[int, Record]) -> None:
        """Change rows by id; rows may state different columns."""
        groups: dict[tuple[str, ...], list[Record]] = {}
        for number, record in changes.items():
            groups.setdefault(tuple(sorted(record)), []).append({"stored_id": number} | record)
        for names, records in groups.items():
            statement = (
                update(table)
                .where(table.c.id == bindparam("stored_id"))
                .values({name: bindparam(name) for name in names})
            )
            self.session.execute(statement, records)

    def delete(self, table: Table, ids: Sequence[int]) -> None:
        """Take rows away by id."""
        statement = delete(table).where(table.c.id == bindparam("stored_id"))
        if ids:
            self.session.execute(statement, [{"stored_id": number} for number in ids])


def _own_values(table: Table, stated: Record) -> Record:
    """What columns hold that no record states, as an insert would fill them in by itself."""
    return {
        column.name: column.default.arg
        for column in table.c
        if column.name not in stated
        and isinstance(column.default, ColumnDefault)
        and column.default.is_scalar
    }
