"""The database as a whole: migrations, and what the fixtures promise."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from grants.enums import FunderKind
from grants.extensions import db
from grants.models import Funder
from grants.services.platform.database import (
    database_differences,
    downgrade_database,
    upgrade_database,
)
from tests.support.database import app_on, empty_database
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases


def test_migrations_go_up_down_and_up_again_and_equal_the_models(
    tmp_path: Path, worker_id: str
) -> None:
    with (
        empty_database(tmp_path, f"migrations_{worker_id}") as url,
        app_on(url, tmp_path) as app,
        app.app_context(),
    ):
        first = upgrade_database()
        assert database_differences() == ()

        assert downgrade_database(revision="base") == ""
        assert inspect(db.engine).get_table_names() == ["alembic_version"]

        assert upgrade_database() == first
        assert upgrade_database() == ()
        assert database_differences() == ()


def test_a_database_that_lags_behind_is_told_to_upgrade(fresh_cli: Terminal) -> None:
    answer = fresh_cli("db", "check", exit_code=1)

    assert "grants db upgrade" in answer.output


def test_an_unknown_version_is_refused_with_its_name(fresh_cli: Terminal) -> None:
    answer = fresh_cli("db", "downgrade", "0999_nowhere", "--yes", exit_code=2)

    assert "0999_nowhere" in answer.stderr


@pytest.mark.parametrize("code", ["one", "two"])
def test_what_a_test_commits_is_gone_in_the_next_one(
    session: scoped_session[Session], code: str
) -> None:
    session.add(Funder(code=code, name="Région", kind=FunderKind.REGION))
    session.commit()

    assert session.scalar(select(func.count()).select_from(Funder)) == 1


def test_a_foreign_key_is_real_on_every_database(fresh_database: Flask) -> None:
    with fresh_database.app_context():
        db.session.add(Funder(code="x", name="x", kind=FunderKind.STATE, import_id=999))

        with pytest.raises(IntegrityError):
            db.session.flush()


def test_sqlite_runs_with_write_ahead_log_and_waits_for_a_lock(fresh_database: Flask) -> None:
    with fresh_database.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("this run is on PostgreSQL")
        found = [
            db.session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]

    assert found == ["wal", 1, 10_000]
