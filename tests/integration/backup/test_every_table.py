"""A backup holds every table that there is: none is forgotten when one is added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from grants.extensions import db
from grants.models.platform import PeriodicRun
from grants.models.row_security import tell_scope
from grants.services.backup.restoring import NotEmpty
from grants.services.platform.database import database_differences
from grants.services.platform.tenancy import EVERY, KEY
from tests.support.backups import back_up, installation, restore, rows_of, sqlite_installation
from tests.support.every_table import TABLES, Rows

pytestmark = pytest.mark.both_databases


def fill(app: Flask) -> None:
    """Two rows in every table of an installation."""
    with app.app_context(), db.engine.begin() as connection:
        tell_scope(connection, None)
        Rows(connection).fill(1, 2)


@pytest.fixture
def filled(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """Installation with two rows in every table."""
    with installation(tmp_path, f"every_{worker_id}") as app:
        fill(app)
        yield app


@pytest.fixture
def empty(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """Installation without any row."""
    with installation(tmp_path, f"none_{worker_id}") as app:
        yield app


def test_every_column_of_every_table_is_filled(filled: Flask) -> None:
    rows = rows_of(filled)

    assert {name for name, found in rows.items() if len(found) >= 2} == set(TABLES)
    never = [
        f"{name}.{column}"
        for name, found in rows.items()
        for place, column in enumerate(TABLES[name].columns.keys())
        if all(row[place] is None for row in found)
    ]
    assert never == ["territories.parent_id"]


def test_every_table_comes_back_and_new_rows_find_their_numbers(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")

    restore(empty, tmp_path / "b.zip")

    assert rows_of(empty) == rows_of(filled)
    add_a_row_everywhere(empty)
    with empty.app_context():
        assert database_differences() == ()


def add_a_row_everywhere(app: Flask) -> None:
    """One more row in every table: none may meet a number in use, or leave a gap."""
    with app.app_context(), Session(db.engine, info={KEY: EVERY}) as session:
        numbered = {name: table for name, table in TABLES.items() if "id" in table.c}
        last = {
            name: session.scalar(select(func.max(table.c.id))) for name, table in numbered.items()
        }

        given = Rows(session.connection()).fill(5)

        assert {name: min(ids) for name, ids in given.items()} == {
            name: (found or 0) + 1 for name, found in last.items()
        }
        session.rollback()


def test_a_database_with_any_row_at_all_is_not_overwritten(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    with empty.app_context(), db.engine.begin() as connection:
        tell_scope(connection, None)
        connection.execute(insert(PeriodicRun), {"name": "x", "lease": 0, "failures": 0})

    with pytest.raises(NotEmpty, match="periodic_runs"):
        restore(empty, tmp_path / "b.zip")


@pytest.mark.postgres
def test_every_table_survives_the_way_to_the_other_database_and_back(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    with sqlite_installation(tmp_path, "between") as between:
        back_up(filled, tmp_path / "there.zip")
        restore(between, tmp_path / "there.zip")
        assert rows_of(between) == rows_of(filled)

        back_up(between, tmp_path / "back.zip")
        restore(empty, tmp_path / "back.zip")

    assert rows_of(empty) == rows_of(filled)
    add_a_row_everywhere(empty)
