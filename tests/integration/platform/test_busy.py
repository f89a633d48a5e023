"""A database that somebody else holds for long: whoever waits too long is told, in French, and
loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from grants.errors import Busy
from grants.extensions import db, writing
from grants.models.conventions import Funder
from grants.services.platform.tenancy import EVERY, KEY, set_scope
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, log_in, open_account

pytestmark = pytest.mark.both_databases


@pytest.fixture
def hasty(fresh_database: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """App with an account, whose next connections wait a moment only."""
    with fresh_database.app_context():
        set_scope(db.session(), EVERY)
        open_account(db.session(), EMAIL)
        db.session.add(Funder(code="F", name="Région", kind="region"))
        db.session.commit()
        if db.engine.dialect.name == "sqlite":
            db.session.remove()
            db.engine.dispose()
    monkeypatch.setattr("grants.connections.BUSY_TIMEOUT_MS", 50)
    return fresh_database


@contextmanager
def long_work(app: Flask) -> Iterator[None]:
    """Somebody who writes and does not end, as an import of a large workbook."""
    with app.app_context(), writing(), Session(db.engine, info={KEY: EVERY}) as session:
        session.execute(update(Funder).values(name="Autre"))
        yield
        session.rollback()


def on_sqlite(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def test_logging_in_while_an_import_holds_sqlite_is_put_off_not_broken(hasty: Flask) -> None:
    if not on_sqlite(hasty):
        pytest.skip("PostgreSQL locks rows, not the database")
    client = hasty.test_client()

    with long_work(hasty):
        answer = log_in(client)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "est occupée par un autre travail" in answer.text
    assert "Actualiser cette page envoie de nouveau ce que vous aviez saisi" in answer.text
    assert log_in(client).status_code == 303


def test_whoever_is_logged_in_reads_on_and_is_told_when_writing(hasty: Flask) -> None:
    if not on_sqlite(hasty):
        pytest.skip("PostgreSQL locks rows, not the database")
    client = hasty.test_client()
    log_in(client)

    with long_work(hasty):
        read = client.get("/compte")
        refused = client.post("/deconnexion", headers={"Accept": "application/json"})

    assert read.status_code == 200
    assert refused.status_code == 503
    assert "est occupée" in refused.get_json()["message"]


def test_a_row_that_somebody_holds_for_long_is_told_as_busy(hasty: Flask) -> None:
    with long_work(hasty), hasty.app_context(), Session(db.engine, info={KEY: EVERY}) as session:
        if not on_sqlite(hasty):
            session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(Busy, match="Recommencez dans une minute"):
            session.execute(update(Funder).values(name="Encore"))


def test_a_command_that_waited_too_long_says_so_and_writes_nothing(hasty: Flask) -> None:
    if not on_sqlite(hasty):
        pytest.skip("PostgreSQL locks rows, not the database")

    with long_work(hasty):
        answer = Terminal(hasty)("mail", "send", "--again", exit_code=2)

    assert "est occupée" in answer.stderr
