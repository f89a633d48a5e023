"""Database, command line and web tests: one database per worker, one transaction per test.

Whatever a test commits becomes a savepoint inside an outer transaction that is rolled back at its
end, so that tests neither see each other nor cost a new database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.errors import Conflict
from grants.extensions import db
from grants.periods import Period
from grants.rules.claims.claim import Claim
from grants.rules.privacy.claims import without_pay
from grants.services.platform.tenancy import EVERY, set_scope
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW, app_on, ready_database
from tests.support.identity_provider import IdentityProvider, identity_provider
from tests.support.provider_login import use
from tests.support.terminal import Terminal
from tests.support.told import note_writes
from tests.support.visitors import log_in, open_account
from tests.support.web import CheckedClient

Shown = Callable[[Claim], str]


@pytest.fixture(scope="session")
def _worker_app(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("database")
    with ready_database(folder, worker_id) as url, app_on(url, folder) as app:
        app.test_client_class = CheckedClient
        with app.app_context():
            # Matters for sessions that join a running transaction: only these tests' ones do.
            db.session.configure(join_transaction_mode="create_savepoint")
        yield app


@pytest.fixture
def app(_worker_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app, inside an outer transaction that is rolled back; its data folder is of this test."""
    folder = tmp_path / "instance"
    folder.mkdir()
    monkeypatch.setitem(_worker_app.config, "DATA_DIR", folder)
    with _worker_app.app_context():
        engines = db.engines
        engine = db.engine
    with engine.connect() as connection:
        note_writes(connection)
        outer = connection.begin()
        engines[None] = connection  # type: ignore[index] # a Mapping by its type, a dict in fact
        try:
            yield _worker_app
        finally:
            engines[None] = engine  # type: ignore[index] # see above
            outer.rollback()


@pytest.fixture
def session(app: Flask) -> scoped_session[Session]:
    """The test's own session; commit what you arranged before a request or a command reads it.

    It reaches every organisation; requests and commands have sessions and scopes of their own.
    """
    found: scoped_session[Session] = db.session  # type: ignore[assignment] # its own subclass
    set_scope(found, EVERY)
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Browser without a screen; each of its answers is checked (see tests/support/web.py)."""
    return app.test_client()


@pytest.fixture
def cli(app: Flask) -> Terminal:
    """``grants …`` in this process, inside the test's transaction."""
    return Terminal(app)


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at the lowest cost: at the real one each log-in takes half a test's budget."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("grants.services.accounts.passwords.HASHER", cheap)


@pytest.fixture
def visitor(client: FlaskClient, session: scoped_session[Session]) -> FlaskClient:
    """The client after logging in as an ordinary user; see tests/support/visitors.py."""
    open_account(session())
    log_in(client)
    return client


@pytest.fixture
def shown(
    visitor: FlaskClient, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> Shown:
    """Put a claim in the engine's place; gives the address of its page."""

    def show(claim: Claim) -> str:
        row = add_convention(session(), claim.convention.number)
        session.commit()
        owner = replace(claim.convention.organisation, id=row.organisation_id)
        stored = replace(claim.convention, id=row.id, organisation=owner)
        known = replace(claim, convention=stored)

        def compute(
            _session: object, *, period: Period | None = None, sees_pay: bool, **_: object
        ) -> Claim:
            if period is not None and period.start.year == 1999:
                raise Conflict("du 01/01/1999 au 31/01/1999, la période sort de la convention")
            return known if sees_pay else without_pay(known)

        for room in ("claims", "conventions"):
            monkeypatch.setattr(f"grants.views.{room}.page.kept_claim", compute)
        return f"/conventions/{row.id}/bilan"

    return show


@pytest.fixture
def provider(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityProvider]:
    """An identity provider, and the app set to use it."""
    with identity_provider(NOW) as found:
        use(app, monkeypatch, found.environment)
        yield found


@pytest.fixture
def account(session: scoped_session[Session]) -> int:
    """Number of the account whose address the identity provider vouches for."""
    return open_account(session()).id
