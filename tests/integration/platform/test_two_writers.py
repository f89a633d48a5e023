"""Two people who write at once: on SQLite, which has one writer, the second one waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from grants.enums import FunderKind
from grants.extensions import db, writing
from grants.models.accounts import UserSession
from grants.models.conventions import Funder
from grants.services.accounts.sessions import SEEN_EVERY
from grants.services.platform.tenancy import EVERY, set_scope
from grants.views.edge.access import public
from tests.support.database import NOW
from tests.support.visitors import EMAIL, log_in, open_account

pytestmark = pytest.mark.both_databases

PATIENCE = 8.0


class Meeting:
    """Where the first one stops between reading and writing, until somebody else tried."""

    def __init__(self) -> None:
        self.has_read, self.goes_on = threading.Event(), threading.Event()


@pytest.fixture
def meeting(fresh_database: Flask) -> Meeting:
    """Pages that read, wait for each other, and write what they read plus one."""
    met = Meeting()

    def counted() -> int:
        return db.session.scalar(select(func.count()).select_from(Funder)) or 0

    @public
    def slow() -> str:
        found = counted()
        met.has_read.set()
        met.goes_on.wait(PATIENCE)
        return added(found)

    @public
    def quick() -> str:
        return added(counted())

    @public
    def look() -> str:
        return str(counted())

    def added(found: int) -> str:
        kind = FunderKind.REGION.value
        db.session.add(Funder(code=f"F-{found}", name="Région", kind=kind))
        db.session.commit()
        return str(found)

    fresh_database.add_url_rule("/slow", "slow", slow, methods=["POST"])
    fresh_database.add_url_rule("/quick", "quick", quick, methods=["POST"])
    fresh_database.add_url_rule("/look", "look", look)
    return met


def beside(work: Callable[[], None]) -> threading.Thread:
    """Do something in a thread of its own."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_second_writer_waits_and_reads_what_the_first_one_wrote(
    fresh_database: Flask, meeting: Meeting
) -> None:
    if db_is_postgresql(fresh_database):
        pytest.skip("PostgreSQL locks rows, not the database")
    told: dict[str, tuple[int, str]] = {}

    def post(url: str) -> None:
        answer = fresh_database.test_client().post(url)
        told[url] = (answer.status_code, answer.text)

    first = beside(lambda: post("/slow"))
    assert meeting.has_read.wait(PATIENCE)
    second = beside(lambda: post("/quick"))
    second.join(0.3)
    assert second.is_alive(), "it waits for the first one"
    meeting.goes_on.set()
    for thread in (first, second):
        thread.join(PATIENCE)

    assert told == {"/slow": (200, "0"), "/quick": (200, "1")}


def test_whoever_reads_waits_for_nobody(fresh_database: Flask, meeting: Meeting) -> None:
    first = beside(lambda: fresh_database.test_client().post("/slow") and None)
    assert meeting.has_read.wait(PATIENCE)

    answer = fresh_database.test_client().get("/look")

    assert (answer.status_code, answer.text) == (200, "0")
    assert not meeting.goes_on.is_set(), "the first one still holds its lock"
    meeting.goes_on.set()
    first.join(PATIENCE)


def test_a_transaction_of_a_thread_asks_for_its_turn_too(fresh_database: Flask) -> None:
    if db_is_postgresql(fresh_database):
        pytest.skip("PostgreSQL locks rows, not the database")
    with fresh_database.app_context():
        engine = db.engine
    statements: list[str] = []

    with writing(), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        other = engine.connect()
        other.connection.dbapi_connection.execute("PRAGMA busy_timeout = 20")  # type: ignore[union-attr] # sqlite3's
        try:
            other.execute(text("SELECT 1"))
        except Exception as error:
            statements.append(str(error))
        finally:
            other.close()

    assert "est occupée" in statements[0]


def test_noting_a_visit_while_somebody_writes_does_not_break_a_page(
    fresh_database: Flask, meeting: Meeting
) -> None:
    client = fresh_database.test_client()
    with fresh_database.app_context():
        set_scope(db.session(), EVERY)
        open_account(db.session(), EMAIL)
    assert log_in(client).status_code == 303
    with fresh_database.app_context():
        row = db.session.scalars(select(UserSession)).one()
        row.seen_at = NOW - SEEN_EVERY - timedelta(minutes=1)
        db.session.commit()
    first = beside(lambda: fresh_database.test_client().post("/slow") and None)
    assert meeting.has_read.wait(PATIENCE)
    seen: list[int] = []
    reader = beside(lambda: seen.append(client.get("/compte").status_code))
    reader.join(0.3)
    meeting.goes_on.set()
    for thread in (first, reader):
        thread.join(PATIENCE)

    assert seen == [200]


def db_is_postgresql(app: Flask) -> bool:
    """Whether the app's database is PostgreSQL."""
    with app.app_context():
        return db.engine.dialect.name == "postgresql"
