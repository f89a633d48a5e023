"""An installation that is filled, brought to the program's version: nothing is lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, Table, func, select, text
from sqlalchemy.exc import DBAPIError

from grants.enums import Role
from grants.extensions import db
from grants.models.row_security import tell_scope
from grants.services.platform.database import (
    database_differences,
    downgrade_database,
    known_revisions,
    upgrade_database,
)
from tests.support.database import app_on, empty_database
from tests.support.every_table import Rows

pytestmark = pytest.mark.both_databases

# The last version before time sheets had tables of their own.
OLD = "0008_add_account_tokens"
MOVED, TARGET = "sheet_signatures", "time_sheets"

Content = dict[str, list[dict[str, Any]]]


@pytest.fixture
def old(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """Installation of the old version with two rows in each of its tables."""
    with (
        empty_database(tmp_path, f"old_{worker_id}") as url,
        app_on(url, tmp_path) as app,
        app.app_context(),
    ):
        upgrade_database(revision=OLD)
        with db.engine.begin() as connection:
            tell_scope(connection, None)
            Rows(connection, tables_of_database()).fill(1, 2)
        yield app


def tables_of_database() -> dict[str, Table]:
    """Tables as the database tells them, whatever the models say."""
    found = MetaData()
    found.reflect(db.engine)
    return {name: table for name, table in found.tables.items() if name != "alembic_version"}


def content() -> Content:
    """Every row of every table of the database, by its key."""
    with db.engine.connect() as connection:
        tell_scope(connection, None)
        return {
            name: [
                dict(row)
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for name, table in tables_of_database().items()
        }


def revision() -> object:
    """Version of the database."""
    with db.engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def is_kept(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    """Whether each row still holds what it held, whatever columns came after."""
    return len(before) == len(after) and all(
        old.items() <= new.items() for old, new in zip(before, after, strict=True)
    )


def test_every_row_of_the_old_version_is_there_after_the_upgrade(old: Flask) -> None:
    before = content()

    upgrade_database()

    after = content()
    assert min(map(len, before.values())) >= 2
    changed = [name for name in before if name != MOVED and not is_kept(before[name], after[name])]
    assert changed == []
    assert is_kept(before[MOVED], after[TARGET]), "signatures stand in the sheets, numbers kept"
    assert database_differences() == ()


def test_what_the_old_version_did_not_know_gets_its_usual_value(old: Flask) -> None:
    upgrade_database()

    after = content()
    assert {(row["sheet_lock"], row["sheet_due_days"]) for row in after["organisations"]} == {
        ("", 5)
    }
    assert {row["market"] for row in after["time_entries"]} == {""}
    assert {row["version"] for row in after[TARGET]} == {0}
    assert all(row["has_whole_team"] for row in after["memberships"])
    assert {row["role"] for row in after["memberships"] if row["sees_eligibility"]} == {
        Role.FINANCE.value
    }


def test_the_way_back_gives_the_old_rows_and_the_way_up_again_the_new_ones(old: Flask) -> None:
    before = content()
    upgrade_database()
    after = content()

    downgrade_database(revision=OLD)
    assert content() == before

    upgrade_database()
    assert content() == after
    assert upgrade_database() == ()
    assert content() == after


def test_a_new_sheet_is_numbered_after_those_that_moved(old: Flask) -> None:
    upgrade_database()

    with db.engine.begin() as connection:
        tell_scope(connection, None)
        table = tables_of_database()[TARGET]
        last = connection.scalar(select(func.max(table.c.id)))
        made = Rows(connection, tables_of_database()).made(TARGET, 5)

    assert made["id"] == last + 1


def test_the_trail_is_still_append_only_after_the_upgrade(old: Flask) -> None:
    upgrade_database()

    with db.engine.connect() as connection:
        tell_scope(connection, None)
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("DELETE FROM audit_events"))


def test_an_upgrade_that_is_killed_leaves_the_old_version_and_runs_again(old: Flask) -> None:
    before = content()
    code = (
        "import os, signal\n"
        "from grants.models import row_security\n"
        # The wall is put up after four steps that made tables and moved rows.
        "row_security.protect = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from grants.cli import main\n"
        "main(['db', 'upgrade'])\n"
    )

    killed = subprocess.run([sys.executable, "-c", code], env=environment(old), check=False)

    assert killed.returncode == -signal.SIGKILL
    assert revision() == OLD
    assert content() == before
    assert upgrade_database()[-1] == known_revisions()[-1]
    assert database_differences() == ()


def test_two_who_upgrade_at_once_take_turns(old: Flask) -> None:
    command = [sys.executable, "-c", "from grants.cli import main; main(['db', 'upgrade'])"]

    both = [
        subprocess.Popen(
            command, env=environment(old), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(2)
    ]
    told = [process.communicate()[0].decode() for process in both]

    assert [process.returncode for process in both] == [0, 0], told
    assert database_differences() == ()


def environment(app: Flask) -> dict[str, str]:
    """What lets a command of its own process find the installation."""
    return {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "GRANTS_DATA_DIR": str(app.config["DATA_DIR"]),
    }
