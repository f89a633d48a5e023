"""Installations with every kind of row and a piece, for tests of backups."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from grants.enums import PieceKind, TerritoryKind
from grants.extensions import db
from grants.models.accounts import User
from grants.models.audit import PLATFORM, AuditEvent
from grants.models.base import Base
from grants.models.coverage import Territory
from grants.models.evidence import Piece
from grants.models.row_security import tell_scope
from grants.services.backup.restoring import Restoration, restore_backup
from grants.services.backup.saving import BackupReport, make_backup
from grants.services.platform.database import upgrade_database
from grants.services.platform.storage import FileStorage, piece_storage
from grants.services.platform.tenancy import EVERY, KEY
from tests.factories.deeds import program_deed
from tests.factories.ledger.generated import fill_database
from tests.support.database import NOW, SECRET, app_on, empty_database

PIECE = "%PDF-1.7 une pièce\n".encode() * 40
# What other formats get wrong: tabs, their own null and end marks, quotes, a line separator.
AWKWARD = "Œuvre « d’été » \t\\N \\. \"'; DROP TABLE posts; -- \u2028 \U0001f9fe"

Rows = dict[str, list[tuple[Any, ...]]]


@contextmanager
def installation(folder: Path, name: str, *, posts: int = 0) -> Iterator[Flask]:
    """App on a migrated database of its own, on the database of this run; filled if ``posts``."""
    home = _home(folder, name)
    with empty_database(home, name) as url, app_on(url, home) as app:
        yield from _migrated(app, posts)


@contextmanager
def sqlite_installation(folder: Path, name: str, *, posts: int = 0) -> Iterator[Flask]:
    """The same on SQLite, whatever the database of this run."""
    home = _home(folder, name)
    url = f"sqlite:///{home / name}.sqlite3"
    with app_on(url, home) as app:
        yield from _migrated(app, posts)


def _home(folder: Path, name: str) -> Path:
    home = folder / name
    home.mkdir()
    return home


def _migrated(app: Flask, posts: int) -> Iterator[Flask]:
    with app.app_context():
        upgrade_database()
        if posts:
            fill(app, posts)
    yield app


def fill(app: Flask, posts: int) -> None:
    """Posts with their time and pay, a stored piece, awkward texts, a child before its parent, and
    an event that may never be changed.
    """
    stored = store_of(app).put(io.BytesIO(PIECE))
    with db.engine.begin() as connection:
        fill_database(connection, posts=posts)
        _number_after_the_last(connection)
    with Session(db.engine, info={KEY: EVERY}) as session:
        region = Territory(code="T-R", name=AWKWARD, kind=TerritoryKind.REGION.value)
        session.add(region)
        session.flush()
        child = session.scalars(select(Territory).where(Territory.id != region.id)).one()
        child.parent_id = region.id
        session.add(
            Piece(
                organisation_id=1,
                reference="P-1",
                kind=PieceKind.PAYSLIP.value,
                title=AWKWARD,
                amount=Decimal("-0.01"),
                dated_on=date(1999, 12, 31),
                file_name="été.pdf",
                sha256=stored.sha256,
                size=stored.size,
            )
        )
        session.add(User(email="a@exemple.test", name="É", password_hash="x", created_at=NOW))
        session.commit()
    add_event()


def _number_after_the_last(connection: Connection) -> None:
    """The factory numbers its rows itself, of which PostgreSQL learns nothing."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            last = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, last, False)))


def add_event() -> None:
    """One row of a table that may only grow."""
    with db.engine.begin() as connection:
        tell_scope(connection, ())
        connection.execute(
            insert(AuditEvent),
            {
                "chain": 0,
                # Far behind what a restoration tells: the chain has no head here.
                "sequence": 100,
                "at": NOW,
                "actor_label": "test",
                "via": "cli",
                "action": "created",
                "object_kind": "test",
                "object_key": "1",
                "after": '{"b":1,  "a":"é"}',
                "previous_hash": "0" * 64,
                "hash": "1" * 64,
            },
        )


def store_of(app: Flask) -> FileStorage:
    """Store of an app's pieces."""
    return piece_storage(Path(app.config["DATA_DIR"]))


def back_up(app: Flask, path: Path, *, replace: bool = False) -> BackupReport:
    """Backup of an app's installation."""
    with app.app_context():
        return make_backup(
            db.engine, path=path, storage=store_of(app), at=NOW, secret_key=SECRET, replace=replace
        )


def restore(app: Flask, path: Path, *, replace: bool = False) -> Restoration:
    """Restore a backup into an app's installation."""
    with app.app_context():
        return restore_backup(
            db.engine,
            path=path,
            storage=store_of(app),
            keys=[SECRET],
            deed=program_deed(NOW),
            replace=replace,
        )


def rows_of(app: Flask) -> Rows:
    """Every row of every table as the models read it, so that databases can be compared; but for
    what a restoration itself tells.
    """
    with app.app_context(), Session(db.engine, info={KEY: EVERY}) as session:
        return {
            table.name: [
                tuple(_aware(value) for value in row)
                for row in session.execute(select(table).order_by(*table.primary_key)).all()
                if "restored" not in row and (table.name, row[0]) != ("audit_heads", PLATFORM)
            ]
            for table in Base.metadata.sorted_tables
        }


def _aware(value: Any) -> Any:
    is_naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if is_naive else value
