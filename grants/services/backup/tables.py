"""Rows as a backup holds them: the same values whatever the database, exact to the last digit.

What a table looks like at a revision is asked from the migrations, on an empty database in memory:
a backup may be made before an update and read after it, and tables of other programs in the same
PostgreSQL database stay out of it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    Text,
    cast,
    column,
    create_engine,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from grants.services.platform.bulk import copy_rows
from grants.services.platform.database import upgrade_over

VERSION_TABLE = "alembic_version"
BATCH = 2_000

Line = list[Any]


class Kind(StrEnum):
    """What a column holds; the word stands in the file."""

    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"
    JSON = "json"
    BYTES = "bytes"


# Kind of each type that the migrations use, and the type that reads it on every database.
_KINDS = {
    "INTEGER": Kind.INTEGER,
    "BIGINT": Kind.INTEGER,
    "VARCHAR": Kind.TEXT,
    "TEXT": Kind.TEXT,
    "BOOLEAN": Kind.BOOLEAN,
    "DATE": Kind.DATE,
    "DATETIME": Kind.MOMENT,
    "TIMESTAMP": Kind.MOMENT,
    "JSON": Kind.JSON,
    "BLOB": Kind.BYTES,
}
_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.INTEGER: BigInteger(),
    Kind.TEXT: Text(),
    Kind.BOOLEAN: Boolean(),
    Kind.DATE: Date(),
    Kind.MOMENT: DateTime(timezone=True),
    Kind.JSON: Text(),
    Kind.BYTES: LargeBinary(),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: its columns in order, what each holds, and its primary key."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    key: tuple[str, ...]


def shapes_at(revision: str) -> dict[str, Shape]:
    """Tables as the migrations make them up to a revision, by name."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            upgrade_over(connection, revision)
            return _reflected(connection)
    finally:
        engine.dispose()


def _reflected(connection: Connection) -> dict[str, Shape]:
    found = inspect(connection)
    names = sorted(set(found.get_table_names()) - {VERSION_TABLE})
    shapes = {}
    for name in names:
        columns = found.get_columns(name)
        shapes[name] = Shape(
            name,
            tuple(item["name"] for item in columns),
            tuple(_kind(name, item["name"], item["type"]) for item in columns),
            tuple(found.get_pk_constraint(name)["constrained_columns"]),
        )
    return shapes


def _kind(name: str, column_name: str, kind: TypeEngine[Any]) -> Kind:
    word = str(kind).partition("(")[0]
    if word not in _KINDS:
        raise TypeError(f"no backup form for {name}.{column_name}: {kind}")
    return _KINDS[word]


def row_count(connection: Connection, shape: Shape) -> int:
    """Rows of a table."""
    return int(connection.execute(select(func.count()).select_from(table(shape.name))).scalar_one())


def stored_lines(connection: Connection, shape: Shape) -> Iterator[Line]:
    """Rows of a table in the order of its key, as JSON holds them; streamed."""
    columns = [
        column(name, _TYPES[kind]) for name, kind in zip(shape.columns, shape.kinds, strict=True)
    ]
    source = table(shape.name, *columns)
    # The text of a JSON value is kept as it stands: a stored hash may rest on its every space.
    chosen = [
        cast(item, Text) if kind is Kind.JSON else item
        for item, kind in zip(columns, shape.kinds, strict=True)
    ]
    query = select(*chosen).select_from(source).order_by(*(source.c[name] for name in shape.key))
    turned = [(place, _WRITTEN[kind]) for place, kind in enumerate(shape.kinds) if kind in _WRITTEN]
    options = {"stream_results": True, "yield_per": BATCH}
    for row in connection.execute(query, execution_options=options):
        line = list(row)
        for place, write in turned:
            if line[place] is not None:
                line[place] = write(line[place])
        yield line


def _written_moment(value: datetime) -> str:
    # SQLite forgets the zone of what was written as UTC.
    moment = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return moment.isoformat(timespec="microseconds")


_WRITTEN: dict[Kind, Callable[[Any], str]] = {
    Kind.DATE: date.isoformat,
    Kind.MOMENT: _written_moment,
    Kind.BYTES: lambda value: base64.b64encode(value).decode("ascii"),
}


def insert_lines(connection: Connection, shape: Shape, lines: Iterable[Line]) -> int:
    """Add the rows of a backup to a table without any; returns how many.

    Raises: ValueError: a row that does not fit the table.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    rows = _checked(shape, lines, _FOR_POSTGRESQL if is_postgresql else _FOR_SQLITE)
    return (_copied if is_postgresql else _executed)(connection, shape, rows)


def _checked(
    shape: Shape, lines: Iterable[Line], readers: dict[Kind, Callable[[Any], Any]]
) -> Iterator[Line]:
    read = [readers[kind] for kind in shape.kinds]
    for line in lines:
        if not isinstance(line, list) or len(line) != len(read):
            raise ValueError(f"{len(read)} values expected in a row of {shape.name}")
        yield [
            None if value is None else reader(value)
            for value, reader in zip(line, read, strict=True)
        ]


def _copied(connection: Connection, shape: Shape, rows: Iterable[Line]) -> int:
    """PostgreSQL's own way to take many rows in; it reads texts as the column's type."""
    return copy_rows(connection, table=shape.name, columns=shape.columns, rows=rows)


def _executed(connection: Connection, shape: Shape, rows: Iterable[Line]) -> int:
    target = table(shape.name, *(column(name) for name in shape.columns))
    statement = str(insert(target).compile(dialect=connection.dialect))
    driver: Any = connection.connection.cursor()
    try:
        driver.executemany(statement, rows)
        return max(int(driver.rowcount), 0)
    finally:
        driver.close()


def _only(kind: type, value: Any) -> Any:
    # ``type`` and not ``isinstance``: True is an integer to Python, and must not become one here.
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} expected")
    return value


def _read_day(value: Any) -> str:
    return date.fromisoformat(_only(str, value)).isoformat()


def _read_moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_only(str, value))
    if moment.tzinfo is None:
        raise ValueError("a moment with its zone expected")
    return moment.astimezone(UTC)


def _read_bytes(value: Any) -> bytes:
    return base64.b64decode(_only(str, value), validate=True)


_FOR_POSTGRESQL: dict[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: lambda value: _only(int, value),
    Kind.TEXT: lambda value: _only(str, value),
    Kind.BOOLEAN: lambda value: _only(bool, value),
    Kind.DATE: _read_day,
    Kind.MOMENT: _read_moment,
    Kind.JSON: lambda value: _only(str, value),
    Kind.BYTES: _read_bytes,
}
# As SQLAlchemy's own types store it: a naive text in UTC, and whole numbers for yes and no.
_FOR_SQLITE = _FOR_POSTGRESQL | {
    Kind.BOOLEAN: lambda value: int(_only(bool, value)),
    Kind.MOMENT: lambda value: (
        _read_moment(value).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    ),
}
