"""How fast a manager's pages answer: a month and a year of a whole structure's team, beside a
hundred thousand and a million stored entries.

The floor is the log-in page of the same run: the same frame without anything in it.
"""

from __future__ import annotations

import tempfile
from contextlib import redirect_stderr
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from flask.testing import FlaskClient

from grants import create_app
from grants.clock import FixedClock
from grants.enums import Role
from grants.extensions import db
from grants.models.people import Person
from grants.models.timesheets import TimeEntry
from grants.services.accounts.users import add_user
from grants.services.platform.database import upgrade_database
from grants.services.platform.tenancy import EVERY, set_scope
from grants.services.roles.memberships import give_role
from tests.factories.ledger.generated import fill_database

POSTS = (400, 3850)
TEAM = 100
TURNS = 20
NOW = datetime(2024, 11, 4, 9, 0, tzinfo=UTC)
EMAIL, PASSWORD = "responsable@exemple.test", "correct-horse-battery"
PAGES = {
    f"month of {TEAM}": "/equipe/2024-10",
    "its confirmation": "/equipe/2024-10/valider",
    f"year of {TEAM}": "/equipe/2024",
}


def run() -> None:
    """Print p50 and p95 of each page at each size, and how many empty pages it costs."""
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
        with db.engine.begin() as connection:
            fill_database(connection, posts=posts)
        set_scope(db.session, EVERY)
        print(f"{db.session.query(TimeEntry).count():9,} entries", flush=True)
        _open_manager()
    client = app.test_client()
    floor = _timed(client, "log-in page", "/connexion", 1)
    client.post("/connexion", data={"email": EMAIL, "password": PASSWORD})
    for name, address in PAGES.items():
        _timed(client, name, address, floor)
    with app.app_context():
        db.engine.dispose()


def _open_manager() -> None:
    """A manager of a hundred people of the first organisation."""
    people = db.session.query(Person.id).filter_by(organisation_id=1).limit(TEAM)
    account = add_user(db.session(), email=EMAIL, name="Responsable", password=PASSWORD, at=NOW)
    give_role(
        db.session(),
        user_id=account.id,
        role=Role.MANAGER,
        organisation_id=1,
        start_on=date(2024, 1, 1),
        team=[row[0] for row in people],
    )
    db.session.commit()


def _timed(client: FlaskClient, name: str, address: str, floor: float) -> float:
    times = []
    for _ in range(TURNS):
        started = perf_counter()
        status = client.get(address).status_code
        times.append(perf_counter() - started)
        if status != 200:
            raise RuntimeError(f"{address} answered {status}")
    middle, late = quantiles(times, n=2)[0], quantiles(times, n=20)[-1]
    ratio = f", {middle / floor:.0f} × the log-in page" if floor != 1 else ""
    print(f"  {name:18} p50 {middle * 1000:7.1f} ms, p95 {late * 1000:7.1f} ms{ratio}", flush=True)
    return middle
