"""Rows that are stored and no longer in the workbook: shown, and taken back on consent.

Whoever corrects what identifies a row (the month of a payslip, the amount of a payment) would
otherwise have it twice: the import adds the corrected row and cannot know that it replaces another.
What something rests on is kept, with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, func, select

from grants.errors import Conflict
from grants.french import count, listed
from grants.models import Base
from grants.models.base import AnySession
from grants.services.imports.differences import RowDifference, Wording
from grants.services.imports.tables import DESTINATION_OF, Destination
from grants.workbook_format.sheet import ORGANISATION
from grants.workbook_format.sheets import SHEETS
from grants.workbook_format.time_and_pay import FEUILLES_TEMPS, SIGNATURES

# Hours are settled day by day, signatures by opening a month again.
NEVER = frozenset({FEUILLES_TEMPS.name, SIGNATURES.name})
# Each is compared with all that may rest on it; whoever takes back more does it in several steps.
SHOWN_GONE = 500
# Sheet and number of a stored row.
StoredRow = tuple[str, int]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A stored row that the workbook does not have.

    ``kept_because`` says what rests on it, empty where it may go; ``replaced_by`` is the line of
    the workbook that looks like its correction, 0 where none does.
    """

    id: int
    difference: RowDifference
    kept_because: str
    replaced_by: int

    @property
    def key(self) -> str:
        """How a form names the row."""
        return f"{self.difference.sheet}:{self.id}"

    def __str__(self) -> str:
        """One line, for whoever reads it at the terminal."""
        line = f" ; ressemble à la ligne {self.replaced_by}" if self.replaced_by else ""
        kept = f" ; reste, y tiennent {self.kept_because}" if self.kept_because else ""
        return f"{self.difference.sheet}, {self.difference.name}{line}{kept}"


def stored_row(key: str) -> StoredRow:
    """Read back what ``GoneRow.key`` wrote.

    Raises: ValueError: it was changed on its way.
    """
    sheet, _, number = key.partition(":")
    if sheet not in DESTINATION_OF or not number.isdecimal() or len(number) > 18:
        raise ValueError(key)
    return sheet, int(number)


@dataclass(slots=True)
class Missing:
    """Stored rows that a sheet of the workbook does not have, with the lines that it adds.

    Looked at are the structures of the file's rows, and the months or days between its first row
    and its last where a sheet holds many.
    """

    destination: Destination
    added: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    _stored: dict[Key, RowMapping] = field(default_factory=dict)
    _told: set[Key] = field(default_factory=set)

    def compare(self, stored: Mapping[Key, RowMapping], told: Collection[Key]) -> None:
        """Take in what is stored beside some rows of the file, and the keys of these."""
        self._stored |= stored
        self._told |= set(told)

    @property
    def stored(self) -> list[RowMapping]:
        """Rows that the file does not tell."""
        return [row for key, row in self._stored.items() if key not in self._told]


def count_gone(missing: Sequence[Missing]) -> int:
    """How many rows the workbook no longer has."""
    return sum(len(one.stored) for one in missing)


def gone_rows(
    session: AnySession,
    missing: Sequence[Missing],
    wording: Wording,
    wanted: Collection[StoredRow] = (),
) -> list[GoneRow]:
    """Rows that the workbook no longer has, in the order of the sheets, at most ``SHOWN_GONE``.

    With ``wanted`` only these, and what rests on them is told as if they alone went.
    """
    chosen = set(wanted) or {(one.destination.sheet.name, row["id"]) for one, row in _all(missing)}
    alike = {one.destination.sheet.name: _Alike(one) for one in missing}
    found: list[GoneRow] = []
    for one, row in _all(missing):
        name = one.destination.sheet.name
        if (name, row["id"]) in chosen and len(found) < SHOWN_GONE:
            kept = _kept_because(session, one.destination, row, chosen)
            difference = wording.removal(one.destination, row)
            found.append(GoneRow(row["id"], difference, kept, alike[name].line(row)))
    return found


def _all(missing: Sequence[Missing]) -> Iterator[tuple[Missing, RowMapping]]:
    return ((one, row) for one in missing for row in one.stored)


class _Alike:
    """Finds the added row that differs from a stored one in a single part of what identifies it."""

    def __init__(self, missing: Missing) -> None:
        self._key = missing.destination.key
        self._by_part: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for line, record in missing.added:
            for part in self._parts(record):
                self._by_part[part].append(line)

    def line(self, row: RowMapping) -> int:
        """Line of the only such row, else 0."""
        lines = {line for part in self._parts(dict(row)) for line in self._by_part.get(part, ())}
        return lines.pop() if len(lines) == 1 else 0

    def _parts(self, values: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
        names = [name for name in self._key if name != ORGANISATION]
        if len(names) > 1:
            for left in names:
                yield (left, *(values.get(name) for name in names if name != left))


def _kept_because(
    session: AnySession, destination: Destination, row: RowMapping, going: Collection[StoredRow]
) -> str:
    resting = [
        count(many, sheet_words(table), sheet_words(table))
        for table, condition in _referring(destination, row)
        if (many := _resting(session, table, condition, going))
    ]
    return listed(resting) if resting else ""


def _referring(
    destination: Destination, row: RowMapping
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Tables that may name the row, each with its condition."""
    for table in Base.metadata.sorted_tables:
        columns = [
            table.c[key.parent.name]
            for key in table.foreign_keys
            if key.column.table is destination.table
        ]
        for column in columns:
            yield table, column == row["id"]
    if destination.sheet.file_column is not None:
        yield from _naming_piece(row, destination)


def _naming_piece(
    row: RowMapping, destination: Destination
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Rows whose texts are the reference of a piece."""
    reference = row[destination.columns[destination.sheet.key[0]]]
    for sheet in SHEETS:
        table = DESTINATION_OF[sheet.name].table
        for name in sheet.piece_columns:
            yield table, (table.c[name] == reference) & (table.c[ORGANISATION] == row[ORGANISATION])


def _resting(
    session: AnySession, table: Table, condition: ColumnElement[bool], going: Collection[StoredRow]
) -> int:
    """How many rows of a table rest on a row, without those that go with it."""
    sheet = _SHEET_OF_TABLE.get(table.name)
    leaving = {number for name, number in going if name == sheet}
    if "id" not in table.c:
        return session.execute(
            select(func.count()).select_from(table).where(condition)
        ).scalar_one()
    ids = session.execute(select(table.c.id).where(condition)).scalars()
    return sum(number not in leaving for number in ids)


_SHEET_OF_TABLE = {sheet.table: sheet.name for sheet in SHEETS}


def sheet_words(table: Table) -> str:
    """What rows of a table are called."""
    sheet = _SHEET_OF_TABLE.get(table.name)
    return f"« {sheet} »" if sheet else "autres enregistrements"


def require_removable(wanted: Collection[StoredRow], gone: Sequence[GoneRow]) -> list[GoneRow]:
    """The rows that somebody agreed to take back, last sheets first.

    Raises: Conflict: one is no longer among them, or something rests on it.
    """
    if len(gone) < len(set(wanted)):
        raise Conflict(
            "Une ligne à retirer n'est plus là, ou le classeur la contient : relisez ce qui change"
        )
    for one in gone:
        if one.kept_because:
            raise Conflict(
                f"{one.difference.sheet} : « {one.difference.name} » ne peut pas être retirée, "
                f"y tiennent {one.kept_because}"
            )
    order = {sheet.name: number for number, sheet in enumerate(SHEETS)}
    return sorted(gone, key=lambda one: -order[one.difference.sheet])
