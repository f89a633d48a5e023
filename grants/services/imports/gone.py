"""Rows that are stored and no longer in the workbook: shown, and taken back on consent.

Whoever corrects what identifies a row (the month of a payslip, the amount of a payment) would
otherwise have it twice: the import adds the corrected row and cannot know that it replaces another.
What something rests on is kept, with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, null, select

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
    chosen = set(wanted) or {
        (one.destination.sheet.name, row["id"]) for one in missing for row in one.stored
    }
    found: list[GoneRow] = []
    for one in missing:
        name, alike = one.destination.sheet.name, _Alike(one)
        rows = [row for row in one.stored if (name, row["id"]) in chosen]
        rows = rows[: SHOWN_GONE - len(found)]
        kept = _kept_reasons(session, one.destination, rows, chosen) if rows else {}
        for row in rows:
            difference = wording.removal(one.destination, row)
            found.append(GoneRow(row["id"], difference, kept.get(row["id"], ""), alike.line(row)))
    return found


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


def _kept_reasons(
    session: AnySession,
    destination: Destination,
    rows: Sequence[RowMapping],
    going: Collection[StoredRow],
) -> dict[int, str]:
    """What rests on each of these rows, beside what goes with it; one statement a column."""
    resting: dict[int, Counter[str]] = defaultdict(Counter)
    for table, found in _referring(session, destination, rows):
        sheet = _SHEET_OF_TABLE.get(table.name, "")
        for row_id, number in found:
            if (sheet, number) not in going:
                resting[row_id][sheet_words(table)] += 1
    return {
        row_id: listed(count(many, words, words) for words, many in kinds.items())
        for row_id, kinds in resting.items()
    }


# Number of the row that is named, number of the row that names it.
Named = tuple[int, int | None]


def _referring(
    session: AnySession, destination: Destination, rows: Sequence[RowMapping]
) -> Iterator[tuple[Table, Sequence[Named]]]:
    """Rows that name these, table by table: by their number, pieces by their reference too."""
    ids = [row["id"] for row in rows]
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is destination.table:
                column = table.c[key.parent.name]
                query = select(column, _number_in(table)).where(column.in_(ids))
                yield table, [(row[0], row[1]) for row in session.execute(query)]
    if destination.sheet.file_column is not None:
        yield from _naming_pieces(session, destination, rows)


def _naming_pieces(
    session: AnySession, destination: Destination, rows: Sequence[RowMapping]
) -> Iterator[tuple[Table, Sequence[Named]]]:
    name = destination.columns[destination.sheet.key[0]]
    pieces = {(row[ORGANISATION], row[name]): row["id"] for row in rows}
    for sheet in SHEETS:
        table = DESTINATION_OF[sheet.name].table
        for column in (table.c[target] for target in sheet.piece_columns):
            query = select(table.c[ORGANISATION], column, _number_in(table)).where(
                column.in_({reference for _, reference in pieces})
            )
            found = ((pieces.get((row[0], row[1])), row[2]) for row in session.execute(query))
            yield table, [(piece, number) for piece, number in found if piece is not None]


def _number_in(table: Table) -> ColumnElement[Any]:
    return table.c["id"] if "id" in table.c else null()


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
