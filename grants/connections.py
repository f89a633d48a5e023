"""How every connection of the program behaves, whoever opens it: the site's or a command's.

SQLite is given what PostgreSQL does by itself, and a database that somebody else holds is told in
the domain's words. Nothing of a web page is loaded here: a command needs none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from grants.database_failures import unavailable
from grants.errors import Unavailable

BUSY_TIMEOUT_MS = 10_000
OWNER_ALONE, OTHERS = 0o600, 0o077

_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """A session on a database, for whoever runs no app; what is not committed is rolled back."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def mark_writing(*, is_writing: bool) -> None:
    """Say whether the transactions that begin from here on may write; see ``writing``."""
    _is_writing.set(is_writing)


@contextmanager
def writing() -> Iterator[None]:
    """Let SQLite's transactions that begin inside wait for the write lock at their beginning.

    One that reads first and writes later is refused at once when somebody wrote meanwhile: what it
    read is no longer so. Requests that may write run inside by themselves.
    """
    mark = _is_writing.set(True)
    try:
        yield
    finally:
        _is_writing.reset(mark)


@event.listens_for(Engine, "do_connect")
def close_sqlite_file(
    dialect: Dialect, _record: object, arguments: list[object], _options: dict[str, object]
) -> None:
    """Make SQLite's file for its owner alone before anything is in it, and close one that others
    can read: it holds pay and password hashes. Its log takes the file's own mode.
    """
    name = str(arguments[0]) if dialect.name == "sqlite" and arguments else ""
    if not name or name.startswith(("file:", ":memory:")):
        return
    with suppress(OSError):  # SQLite itself says what is wrong with a path
        handle = os.open(name, os.O_RDONLY | os.O_CREAT, OWNER_ALONE)
        try:
            if os.fstat(handle).st_mode & OTHERS:
                os.fchmod(handle, OWNER_ALONE)
        finally:
            os.close(handle)


@event.listens_for(Engine, "connect")
def prepare_sqlite(dbapi_connection: object, _record: object) -> None:
    """Give each SQLite connection what PostgreSQL does by itself.

    The driver's own transactions are switched off (``isolation_level``): it opens them late and
    commits behind our back, so that savepoints leak. ``begin_sqlite`` opens them instead.
    """
    if not isinstance(dbapi_connection, SQLiteConnection):
        return
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA journal_mode = WAL")
    # What was answered is on disk: NORMAL would leave the last signatures to the next checkpoint.
    dbapi_connection.execute("PRAGMA synchronous = FULL")
    dbapi_connection.execute("PRAGMA foreign_keys = ON")
    dbapi_connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Connection) -> None:
    """Open a real transaction at the place where SQLAlchemy begins one."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing.get() else "BEGIN")


@event.listens_for(Engine, "handle_error")
def tell_unavailable(context: ExceptionContext) -> Unavailable | None:
    """Say in the domain's words that the database cannot be used: no fault of the program."""
    return unavailable(context.original_exception)
