"""The site's part of the table that ``bench_claim`` prints: a claim's page opened again, and the
bytes of a first visit.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import redirect_stderr
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from time import process_time

from flask import Flask
from flask.testing import FlaskClient

from grants import create_app
from grants.clock import FixedClock
from grants.enums import AuditAction, AuditObject, Role
from grants.extensions import db
from grants.services.accounts.users import add_user
from grants.services.audit.writing import record
from grants.services.platform.database import upgrade_database
from grants.services.platform.tenancy import EVERY, set_scope
from grants.services.roles.memberships import give_role
from tests.factories.deeds import program_deed
from tests.factories.ledger.generated import fill_database

NOW = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
EMAIL, PASSWORD = "financier@exemple.test", "correct-horse-battery"
PAGE = "/conventions/1/bilan"
RUNS = 5
PACKED = {"Accept-Encoding": "gzip"}
LOADED = re.compile(r'<(?:link|script|use|img)[^>]*?(?:href|src)="(/[^"#]+)')


def tell_pages(posts: int) -> None:
    """Print processor time of a claim's page, the first time and again, and a first visit's
    bytes.
    """
    # A line of the log for each request says nothing here.
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        client = _filled(posts, Path(folder)).test_client()
        visit = _first_visit(client)
        client.post("/connexion", data={"email": EMAIL, "password": PASSWORD})
        first = _milliseconds(client)
        again = min(_milliseconds(client) for _ in range(RUNS))
    print(f"claim's page, {posts} posts: {first:.0f} ms of processor the first time", flush=True)
    print(f"the same page again: {again:.0f} ms of processor (to reach 60)", flush=True)
    print(f"first visit: {visit / 1000:.0f} KB on the wire (to reach 150)", flush=True)


def _filled(posts: int, folder: Path) -> Flask:
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
        account = add_user(db.session(), email=EMAIL, name="Financier", password=PASSWORD, at=NOW)
        give_role(
            db.session(),
            user_id=account.id,
            role=Role.FINANCE,
            organisation_id=1,
            start_on=date(2024, 1, 1),
        )
        # As after an import: what nothing was ever told of has no place in the trail to be kept at.
        record(
            db.session(),
            deed=program_deed(NOW),
            organisation_id=1,
            action=AuditAction.CREATED,
            object_kind=AuditObject.CONVENTION,
            object_key="GEN-FSE",
        )
        db.session.commit()
    return app


def _milliseconds(client: FlaskClient) -> float:
    started = process_time()
    answer = client.get(PAGE, headers=PACKED)
    if answer.status_code != 200:
        raise RuntimeError(f"{PAGE} answered {answer.status_code}")
    return 1000 * (process_time() - started)


def _first_visit(client: FlaskClient) -> int:
    """Bytes of the log-in page and of all that it loads, packed, with their headers."""
    page = client.get("/connexion").get_data(as_text=True)
    addresses = {"/connexion", *LOADED.findall(page)}
    return sum(_bytes(client, address) for address in addresses)


def _bytes(client: FlaskClient, address: str) -> int:
    answer = client.get(address, headers=PACKED)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return len(answer.data) + len(str(answer.headers))
