"""Attacks on the door from outside: locking others out, and a cookie in the wrong hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from grants.clock import FixedClock
from grants.models.accounts import LoginFailure
from grants.models.audit import AuditEvent
from grants.models.platform import OutgoingMail
from grants.services.accounts.devices import SUBJECT, Device, device_text, read_device
from tests.support.database import NOW
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, PASSWORD, log_in, open_account

OFFICE = "192.0.2.7"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"
OTHER = "girafe patient 8 nuages"


def tried(app: Flask, place: str, email: str = EMAIL) -> TestResponse:
    """A stranger's wrong password, from a place."""
    return app.test_client().post(
        "/connexion",
        data={"email": email, "password": "wrong-password-here"},
        environ_base={"REMOTE_ADDR": place},
    )


def asked(app: Flask, email: str, place: str = OFFICE) -> TestResponse:
    """A stranger who asks for a link."""
    return app.test_client().post(
        "/mot-de-passe-oublie", data={"email": email}, environ_base={"REMOTE_ADDR": place}
    )


def mails(session: scoped_session[Session]) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.subject == SUBJECT).order_by(OutgoingMail.id)
    return list(session.scalars(query))


def test_twenty_strangers_close_an_account_for_strangers_and_never_for_its_owner(
    app: Flask, client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    log_in(client)
    client.post("/deconnexion")

    for number in range(25):
        tried(app, f"198.51.100.{number}")

    assert tried(app, "198.51.100.99").status_code == 429
    assert log_in(client).status_code == 303


def test_a_known_device_that_guesses_is_closed_like_any_other(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    log_in(client)
    client.post("/deconnexion")
    for _ in range(5):
        assert log_in(client, password="wrong-password-here").status_code == 422

    assert log_in(client).status_code == 429


def test_a_device_known_to_one_account_is_a_stranger_to_another(
    app: Flask, client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    open_account(session(), email="other@exemple.test", name="Autre Personne")
    log_in(client)
    client.post("/deconnexion")
    for number in range(20):
        tried(app, f"198.51.100.{number}", "other@exemple.test")

    assert log_in(client, "other@exemple.test").status_code == 429


@pytest.mark.parametrize("cookie", ["", "x", "eyJ9.forged", "W10.AAAA"])
def test_a_forged_cookie_makes_no_known_device(
    app: Flask, session: scoped_session[Session], cookie: str
) -> None:
    account = open_account(session())
    thief = app.test_client()
    thief.set_cookie("grants_device", cookie)
    forged = device_text(Device("x", {str(account.id): "0" * 16}), ["another key" * 4])
    for number in range(20):
        tried(app, f"198.51.100.{number}")

    assert log_in(thief).status_code == 429
    assert read_device(forged, [app.config["SECRET_KEY"]]).accounts == {}


def test_a_changed_password_makes_strangers_of_all_devices(
    app: Flask, client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    elsewhere = app.test_client()
    log_in(elsewhere)
    log_in(client)
    client.post(
        "/compte/mot-de-passe", data={"current": PASSWORD, "password": OTHER, "again": OTHER}
    )
    for number in range(20):
        tried(app, f"198.51.100.{number}")

    assert log_in(elsewhere, password=OTHER).status_code == 429
    client.post("/deconnexion")
    assert log_in(client, password=OTHER).status_code == 303


def test_fifty_links_asked_for_close_no_log_in_at_that_address(
    app: Flask, client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    for number in range(50):
        asked(app, f"nobody{number}@exemple.test")

    assert asked(app, EMAIL).status_code == 429
    answer = client.post(
        "/connexion",
        data={"email": EMAIL, "password": PASSWORD},
        environ_base={"REMOTE_ADDR": OFFICE},
    )

    assert answer.status_code == 303


def test_fifty_wrong_log_ins_of_an_office_leave_its_known_devices_and_its_links(
    app: Flask, session: scoped_session[Session]
) -> None:
    open_account(session())
    known = app.test_client()
    log_in(known)
    known.post("/deconnexion")
    for number in range(50):
        tried(app, OFFICE, f"nobody{number}@exemple.test")

    here = {"REMOTE_ADDR": OFFICE}
    form = {"email": EMAIL, "password": PASSWORD}
    stranger = app.test_client().post("/connexion", data=form, environ_base=here)

    assert stranger.status_code == 429
    assert known.post("/connexion", data=form, environ_base=here).status_code == 303
    assert asked(app, EMAIL).status_code == 303


def test_the_terminal_opens_a_closed_account_and_the_trail_tells_it(
    app: Flask, client: FlaskClient, cli: Terminal, session: scoped_session[Session]
) -> None:
    open_account(session())
    for number in range(20):
        tried(app, f"198.51.100.{number}")
    assert log_in(client).status_code == 429

    told = cli("user", "unlock", EMAIL).stdout

    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert "20 refus oubliés" in told
    assert '"refusals_forgotten"' in (event.after or "")
    assert session.scalar(select(func.count()).select_from(LoginFailure)) == 0
    assert log_in(client).status_code == 303


def test_a_cookie_is_no_use_in_another_browser(
    app: Flask, session: scoped_session[Session]
) -> None:
    open_account(session())
    mine = app.test_client()
    mine.environ_base["HTTP_USER_AGENT"] = FIREFOX
    log_in(mine)
    assert mine.get("/compte").status_code == 200
    with mine.session_transaction() as cookie:
        stolen = dict(cookie)

    thief = app.test_client()
    thief.environ_base["HTTP_USER_AGENT"] = "curl/8.5.0"
    with thief.session_transaction() as cookie:
        cookie.update(stolen)

    assert thief.get("/compte").status_code == 302
    assert mine.get("/compte").status_code == 200


def test_a_new_device_is_told_to_the_owner_once(
    app: Flask, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_account(session())
    mine = app.test_client()
    mine.environ_base["HTTP_USER_AGENT"] = FIREFOX
    log_in(mine)
    mine.post("/deconnexion")
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(days=1)))
    log_in(mine)
    [first] = mails(session)

    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(days=2)))
    log_in(app.test_client())

    assert "Firefox, Windows" in first.body
    assert first.recipient == EMAIL
    assert len(mails(session)) == 2


def test_one_who_changes_the_password_is_told_of_no_new_device(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    log_in(client)
    client.post(
        "/compte/mot-de-passe", data={"current": PASSWORD, "password": OTHER, "again": OTHER}
    )

    assert len(mails(session)) == 1


def test_the_devices_cookie_is_kept_from_scripts_and_holds_no_address(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())

    answer = log_in(client)

    [cookie] = [text for text in answer.headers.getlist("Set-Cookie") if "grants_device" in text]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert EMAIL not in cookie
