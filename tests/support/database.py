"""Databases for tests: one per worker, or a fresh one, on SQLite or wherever DATABASE_URL points.

On PostgreSQL an empty database is a schema of its own, so that an ordinary user's rights suffice.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from flask import Flask
from sqlalchemy import NullPool, create_engine, make_url, text

from grants import create_app
from grants.clock import FixedClock
from grants.config import database_url

# The clock of every test app: one Wednesday morning after the State's and the FSE's year ends.
NOW = datetime(2025, 1, 15, 9, 0, tzinfo=UTC)
SECRET = "0123456789abcdef-tests-only-0123456789abcdef"


def on_postgresql() -> bool:
    """Whether this run's databases are PostgreSQL's."""
    return "://" in server() and not server().startswith("sqlite")


def server() -> str:
    """DATABASE_URL as the program reads it, empty when SQLite files are to be used."""
    given = os.environ.get("DATABASE_URL", "")
    return database_url({"DATABASE_URL": given}, Path()) if given else ""


@contextmanager
def empty_database(folder: Path, name: str) -> Iterator[str]:
    """Address of a database without tables; it is gone afterwards."""
    if not on_postgresql():
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    engine = create_engine(server(), isolation_level="AUTOCOMMIT")
    schema = f"grants_test_{name}_{os.getpid()}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        url = make_url(server()).update_query_dict({"options": f"-csearch_path={schema}"})
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


@contextmanager
def ready_database(folder: Path, name: str) -> Iterator[str]:
    """Address of a database with the tables of the models (that the migrations make the same ones
    is a test of its own) and no row; it is gone afterwards.

    It is copied from one that this process makes once. A PostgreSQL user without the right to
    create databases makes the tables anew, in a schema.
    """
    if not on_postgresql():
        path = folder / f"{name}.sqlite3"
        shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"
    elif not _may_create_databases():
        with empty_database(folder, name) as url:
            create_tables(url)
            yield url
    else:
        with _postgresql_copy(f"grants_test_{name}_{os.getpid()}", _postgresql_template()) as url:
            yield url


def create_tables(url: str) -> None:
    """Make the tables of the models."""
    from grants.extensions import db

    with TemporaryDirectory() as folder, app_on(url, Path(folder)) as app, app.app_context():
        db.create_all()


@cache
def _sqlite_template() -> Path:
    folder = Path(mkdtemp(prefix="grants-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.sqlite3"
    create_tables(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@cache
def _postgresql_template() -> str:
    name = f"grants_test_template_{os.getpid()}"
    copying = _postgresql_copy(name, "template1")
    create_tables(copying.__enter__())
    atexit.register(copying.__exit__, None, None, None)
    return name


@contextmanager
def _postgresql_copy(name: str, template: str) -> Iterator[str]:
    engine = create_engine(server(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield make_url(server()).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))


@cache
def _may_create_databases() -> bool:
    asked = text("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
    engine = create_engine(server(), poolclass=NullPool)
    with engine.connect() as connection:
        return bool(connection.scalar(asked))


@contextmanager
def app_on(url: str, folder: Path) -> Iterator[Flask]:
    """App on a database, with a fixed clock and no CSRF tokens."""
    from grants.extensions import db

    app = create_app(
        {
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "DATA_DIR": folder,
            "SECRET_KEY": SECRET,
            "SQLALCHEMY_DATABASE_URI": url,
            "CLOCK": FixedClock(NOW),
            # Whether the official form lies on this machine must not change what a test sees.
            "CERFA_15059_PDF": None,
        }
    )
    with app.app_context():
        engine = db.engine
    try:
        yield app
    finally:
        engine.dispose()
