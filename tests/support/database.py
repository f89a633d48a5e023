"""Databases for tests: one per worker, or a fresh one, on SQLite or wherever DATABASE_URL points.

On PostgreSQL a test database is a schema of its own, so that an ordinary user's rights suffice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, make_url, text

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
def app_on(url: str, folder: Path, *, with_tables: bool = True) -> Iterator[Flask]:
    """App on a database, with the tables of the models (that the migrations make the same ones is
    a test of its own), a fixed clock and no CSRF tokens.
    """
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
        if with_tables:
            db.create_all()
        engine = db.engine
    try:
        yield app
    finally:
        engine.dispose()
