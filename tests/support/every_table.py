"""Rows for every table, made from the models: whoever adds a table or a column has it filled.

A row is made of its number: two rows of a table differ in every column that may differ. The rows
that it refers to are made first, with the same number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
)

from grants.models.audit import UtcMoment
from grants.models.base import Base, Cents, Millionths

Values = dict[str, Any]
TABLES: Mapping[str, Table] = Base.metadata.tables

FIRST = date(2025, 1, 1)
MOMENT = datetime(2025, 1, 1, 8, 30, 15, 123456, tzinfo=UTC)
HASH_LENGTH = 64
# What the kind of a column does not tell; the first row is an open invitation, the second a revoked
# one, so that either nullable column is filled in a row.
SPECIAL: Mapping[str, tuple[Values, Values]] = {
    "invitations": (
        {"role": "facilitator", "accepted_at": MOMENT, "revoked_at": None},
        {"role": "manager", "accepted_at": None, "revoked_at": MOMENT},
    ),
    "memberships": ({"role": "facilitator"}, {"role": "finance"}),
    "delegations": ({"role": "manager"}, {"role": "director"}),
}


class Rows:
    """Makes rows on a connection, each once; a scope must have been told.

    ``tables`` may be those of an older version, as the database tells them.
    """

    def __init__(self, connection: Connection, tables: Mapping[str, Table] = TABLES) -> None:
        self.connection = connection
        self.tables = tables
        self._made: dict[tuple[str, int], Values] = {}

    def made(self, name: str, number: int) -> Values:
        """Row ``number`` (1 to 6) of a table, with its key, added when it is not there yet"""
        if (name, number) not in self._made:
            self._made[name, number] = self.add(name, self.values(name, number))
        return self._made[name, number]

    def values(self, name: str, number: int) -> Values:
        """What a row will hold; rows that it refers to are made."""
        found = {
            column.name: self._value(column, number)
            for column in self.tables[name].columns
            if column is not self.tables[name].autoincrement_column
        }
        if name in SPECIAL:
            found |= SPECIAL[name][1 - number % 2]
        if name == "delegations":
            found["to_user_id"] = self.made("users", number + 2)["id"]
        if name == "role_requests":
            found["decided_by_id"] = self.made("users", number + 2)["id"]
        if name == "audit_events":
            found["chain"] = found["organisation_id"]
        return found

    def add(self, name: str, values: Values) -> Values:
        """Add a row as it is given, whatever the database says of it."""
        key = self.connection.execute(insert(self.tables[name]), values).inserted_primary_key
        assert key is not None
        return values | dict(zip(self.tables[name].primary_key.columns.keys(), key, strict=True))

    def fill(self, *numbers: int) -> dict[str, list[int]]:
        """These rows in every table, and what they refer to; returns the ids that were given."""
        for name in self.tables:
            for number in numbers:
                self.made(name, number)
        given: dict[str, list[int]] = {}
        for (name, _number), row in self._made.items():
            if "id" in self.tables[name].c:
                given.setdefault(name, []).append(row["id"])
        return given

    def _value(self, column: Column[Any], number: int) -> Any:
        for key in column.foreign_keys:
            if key.column.table is column.table:
                return None
            return self.made(key.column.table.name, number)[key.column.name]
        return plain_value(column, number)


def plain_value(column: Column[Any], number: int) -> Any:
    """Value for a column that refers to nothing."""
    kind: Any = column.type
    if isinstance(kind, UtcMoment):
        kind = kind.impl_instance
    if isinstance(kind, String):
        return _text(kind, column.name, number)
    if isinstance(kind, Date):
        return FIRST.replace(month=9 if column.name.startswith("end") else number, day=number)
    return next(make for known, make in PLAIN if isinstance(kind, known))(number)


PLAIN: tuple[tuple[type[Any], Callable[[int], Any]], ...] = (
    (Millionths, lambda number: Decimal(number) / 10),
    (Cents, lambda number: Decimal(number) * 1000 + Decimal("0.01")),
    (DateTime, lambda number: MOMENT + timedelta(hours=number)),
    (Boolean, lambda number: number == 1),
    (JSON, lambda number: {"été": [number, None, "0.10"]}),
    (LargeBinary, lambda number: bytes([0, 255, number])),
    (Integer, lambda number: number),
)


def _text(kind: String, name: str, number: int) -> str:
    if kind.length == HASH_LENGTH:
        return hashlib.sha256(f"{name}{number}".encode()).hexdigest()
    return f"é'{number} {name}"[: kind.length]
