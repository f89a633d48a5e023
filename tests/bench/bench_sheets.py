"""How fast a month's grid answers and saves beside ten thousand, a hundred thousand and a million
stored entries: 31 days × 12 lines, as the person at the screen waits for it.

The floor is the log-in page of the same run: the same frame without anything in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from time import perf_counter, process_time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert

from grants import create_app
from grants.clock import FixedClock
from grants.enums import Activity, AuditVia, Role
from grants.extensions import db
from grants.models.timesheets import TimeEntry, TimeSheet
from grants.periods import Period, month_index
from grants.services.accounts.users import add_user
from grants.services.audit.deed import Actor, Deed
from grants.services.platform.database import upgrade_database
from grants.services.platform.tenancy import EVERY, set_scope
from grants.services.roles.memberships import give_role
from grants.services.timesheets.loading import load_sheet, load_team
from grants.services.timesheets.typing import save_cells
from tests.factories.ledger.generated import fill_database

POSTS = (40, 400, 3850)
MONTH = Period.month(date(2024, 10, 1))
LINES = 12
NOW = datetime(2024, 11, 4, 9, 0, tzinfo=UTC)
TURNS = 60
AIM_MS = 60
EMAIL, PASSWORD = "agent@exemple.test", "correct-horse-battery"
TEAM = 20


def run() -> None:
    """Print p50 and p95 of the page, the save, the sheet alone and a team, at each size."""
    for posts in POSTS:
        # A line of the log for each request says nothing here.
        with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
            _measure(posts, Path(folder))


def _measure(posts: int, folder: Path) -> None:
    app = create_app(
        {
            "DATA_DIR": folder,
            "SECRET_KEY": "bench-only-" * 4,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'bench.sqlite3'}",
            "CLOCK": FixedClock(NOW),
            "WTF_CSRF_ENABLED": False,
        }
    )
    with app.app_context():
        upgrade_database()
        entries = _fill(posts)
        print(f"{entries:9,} entries, grid of 31 × {LINES}", flush=True)
        floor = _page(app, "  log-in page", "/connexion", logged_in=False)
        page = _page(app, "  page of the month", "/feuilles/1/2024-10")
        print(f"    {page / floor:.1f} × an empty page; aim: p95 under {AIM_MS} ms", flush=True)
        set_scope(db.session, EVERY)
        _timed("  sheet alone", _load)
        _timed("  save of one cell", _saver())
        _timed(f"  team of {TEAM}", _team, turns=10)
        db.engine.dispose()


def _fill(posts: int) -> int:
    with db.engine.begin() as connection:
        fill_database(connection, posts=posts)
    set_scope(db.session, EVERY)
    rows = [
        {
            "organisation_id": 1,
            "person_id": 1,
            "work_on": day,
            "convention_id": None if line % 2 else 1,
            "activity": list(Activity)[line % len(Activity)].value,
            "market": f"Marché {line}",
            "minutes": 20,
        }
        for day in MONTH.iter_days()
        for line in range(LINES - 1)
    ]
    db.session.execute(insert(TimeEntry), rows)
    # The month is being filled: nobody has signed it yet.
    own = (TimeSheet.person_id == 1, TimeSheet.month == month_index(MONTH.start))
    db.session.execute(delete(TimeSheet).where(*own))
    account = add_user(db.session(), email=EMAIL, name="Agent", password=PASSWORD, at=NOW)
    give_role(
        db.session(),
        user_id=account.id,
        role=Role.FACILITATOR,
        organisation_id=1,
        person_id=1,
        start_on=date(2024, 1, 1),
    )
    db.session.commit()
    return db.session.query(TimeEntry).count()


def _page(app: Flask, name: str, address: str, *, logged_in: bool = True) -> float:
    client = app.test_client()
    if logged_in:
        client.post("/connexion", data={"email": EMAIL, "password": PASSWORD})
    return _timed(name, lambda: _get(client, address))


def _get(client: FlaskClient, address: str) -> None:
    status = client.get(address).status_code
    if status != 200:
        raise RuntimeError(f"{address} answered {status}")


def _load() -> None:
    load_sheet(db.session, person_id=1, month=MONTH.start, as_of=NOW.date())
    db.session.rollback()
    set_scope(db.session, EVERY)


def _saver() -> Callable[[], None]:
    turn = 0

    def save() -> None:
        nonlocal turn
        turn += 1
        result = save_cells(
            db.session,
            person_id=1,
            month=MONTH.start,
            version=None,
            changes={("1-evaluation", date(2024, 10, 1 + turn % 25)): 30 + turn},
            deed=Deed(Actor(None, "bench"), NOW, AuditVia.WEB),
        )
        if result.problems:
            raise RuntimeError(result.problems[0].message)
        db.session.commit()

    return save


def _team() -> None:
    load_team(db.session, person_ids=range(1, TEAM + 1), month=MONTH.start, as_of=NOW.date())
    db.session.rollback()
    set_scope(db.session, EVERY)


def _timed(name: str, work: Callable[[], object], turns: int = TURNS) -> float:
    """Median milliseconds of some turns after two that warm up.

    Prints what the person waits, and what the processor worked, which other programs do not change.
    """
    waited, worked = [], []
    for turn in range(turns + 2):
        start, busy = perf_counter(), process_time()
        work()
        if turn > 1:
            waited.append((perf_counter() - start) * 1000)
            worked.append((process_time() - busy) * 1000)
    median, late = _percentiles(waited)
    busy_median, busy_late = _percentiles(worked)
    print(
        f"{name:22} p50 {median:6.1f} ms   p95 {late:6.1f} ms   of the processor "
        f"{busy_median:6.1f} and {busy_late:6.1f} ms",
        flush=True,
    )
    return median


def _percentiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
