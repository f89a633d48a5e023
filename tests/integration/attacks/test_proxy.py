"""Whom the site believes about where a visitor comes from, and what programs without login get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import select

from grants.extensions import db
from grants.models.accounts import LoginFailure
from grants.models.audit import AuditEvent
from grants.services.accounts.throttling import TRIES_OF_ONE_PLACE
from grants.services.platform.tenancy import EVERY, set_scope
from tests.support.database import app_on, ready_database
from tests.support.visitors import EMAIL, log_in, open_account

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

VISITOR, LIAR = "203.0.113.9", "198.51.100.1"


@pytest.fixture
def behind_a_proxy(
    tmp_path: Path, worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """A site told that one proxy stands before it."""
    monkeypatch.setenv("GRANTS_TRUSTED_PROXIES", "1")
    with ready_database(tmp_path, f"proxy_{worker_id}") as url, app_on(url, tmp_path) as app:
        yield app


def refused_from(app: Flask, forwarded: str) -> tuple[str, str]:
    """Address of a refused log-in as the throttle and the trail noted it."""
    with app.app_context():
        set_scope(db.session(), EVERY)
        open_account(db.session())
    answer = app.test_client().post(
        "/connexion",
        data={"email": EMAIL, "password": "un autre mot de passe"},
        headers={"X-Forwarded-For": forwarded},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert answer.status_code in (401, 422)
    with app.app_context():
        set_scope(db.session(), EVERY)
        failure = db.session.scalars(select(LoginFailure)).one()
        event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        return failure.address, event.origin


def test_without_a_declared_proxy_nobody_chooses_the_address_that_is_noted(
    fresh_database: Flask,
) -> None:
    assert refused_from(fresh_database, VISITOR) == ("192.0.2.7", "192.0.2.7")


def test_behind_a_declared_proxy_the_visitors_own_address_is_noted(behind_a_proxy: Flask) -> None:
    assert refused_from(behind_a_proxy, VISITOR) == (VISITOR, VISITOR)


def test_what_a_visitor_adds_in_front_of_the_proxys_word_is_not_believed(
    behind_a_proxy: Flask,
) -> None:
    assert refused_from(behind_a_proxy, f"{LIAR}, {VISITOR}") == (VISITOR, VISITOR)


def test_another_address_with_each_try_does_not_escape_the_throttle(fresh_database: Flask) -> None:
    client = fresh_database.test_client()

    answers = [
        client.post(
            "/connexion",
            data={"email": f"n{n}@exemple.test", "password": "un autre mot de passe"},
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        )
        for n in range(TRIES_OF_ONE_PLACE + 1)
    ]

    assert answers[-1].status_code == 429


def test_the_https_of_the_proxy_is_believed_and_its_host_is_not(behind_a_proxy: Flask) -> None:
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}

    seen: dict[str, str] = {}

    def note(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        seen.update(scheme=environ["wsgi.url_scheme"], host=environ["HTTP_HOST"])
        start("200 OK", [])
        return []

    wrapped = behind_a_proxy.wsgi_app
    wrapped.app = note  # type: ignore[attr-defined] # ProxyFix keeps the app it wraps here
    behind_a_proxy.test_client().get("/", headers=told, base_url="http://site.example")
    assert seen == {"scheme": "https", "host": "site.example"}


@pytest.mark.parametrize("url", ["/", "/couverture.json", "/compte"])
def test_a_program_without_login_gets_401_in_the_envelope(fresh_database: Flask, url: str) -> None:
    answer = fresh_database.test_client().get(url, headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.get_json() == {
        "data": None,
        "errors": [],
        "message": "Connectez-vous, puis revenez à cette page.",
    }


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
def test_a_browser_without_login_is_led_to_the_form(fresh_database: Flask, accept: str) -> None:
    answer = fresh_database.test_client().get("/", headers={"Accept": accept})

    assert answer.status_code == 302
    assert answer.location.startswith("/connexion")


def test_logging_in_still_works_behind_a_proxy(behind_a_proxy: Flask) -> None:
    with behind_a_proxy.app_context():
        set_scope(db.session(), EVERY)
        open_account(db.session())

    assert log_in(behind_a_proxy.test_client()).status_code == 303
