"""Sessions: they begin new, end by themselves, and end when their owner says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.models import UserSession
from tests.support.database import NOW
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, PASSWORD, log_in, open_account

NEW = "girafe patient 8 nuages"


def at(app: Flask, monkeypatch: pytest.MonkeyPatch, **later: int) -> None:
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(**later)))


def token(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie.get("_user_id", ""))


def test_a_session_without_a_page_for_an_hour_is_over(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(app, monkeypatch, minutes=59)
    assert visitor.get("/compte").status_code == 200
    at(app, monkeypatch, minutes=118)
    assert visitor.get("/compte").status_code == 200
    at(app, monkeypatch, minutes=178)
    assert visitor.get("/compte").status_code == 302


def test_a_session_at_work_is_over_after_twelve_hours(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for half_hour in range(1, 24):
        at(app, monkeypatch, minutes=30 * half_hour)
        assert visitor.get("/compte").status_code == 200, half_hour
    at(app, monkeypatch, hours=12)

    assert visitor.get("/compte").status_code == 302


def test_the_session_before_login_is_not_the_one_after(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    log_in(client)
    first = token(client)
    client.post("/deconnexion")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = first  # an attacker plants the session that he knows

    assert client.get("/compte").status_code == 302
    log_in(client)

    assert token(client) not in {"", first}


def test_a_stolen_cookie_is_worth_nothing_after_the_logout(
    app: Flask, visitor: FlaskClient
) -> None:
    with visitor.session_transaction() as cookie:
        stolen = dict(cookie)
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(stolen)
    assert thief.get("/compte").status_code == 200

    visitor.post("/deconnexion")

    assert thief.get("/compte").status_code == 302


def test_the_database_does_not_hold_what_the_cookie_holds(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = session.scalars(select(UserSession)).one()

    assert len(token(visitor)) >= 43
    assert token(visitor) not in {row.token_hash, str(row.id)}


def test_one_session_is_ended_from_another(app: Flask, visitor: FlaskClient) -> None:
    other = app.test_client()
    log_in(other)
    page = visitor.get("/compte").text
    assert page.count("Terminer la session") == 2

    answer = visitor.post("/compte/sessions/terminer-les-autres")

    assert answer.status_code == 303
    assert other.get("/compte").status_code == 302
    assert visitor.get("/compte").text.count("Terminer la session") == 1


def test_nobody_ends_the_session_of_another_account(
    app: Flask, visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    mine = session.scalars(select(UserSession.id)).one()
    open_account(session(), email="other@exemple.test")
    other = app.test_client()
    log_in(other, email="other@exemple.test")

    assert other.post(f"/compte/sessions/{mine}/terminer").status_code == 404
    assert other.post("/compte/sessions/terminer-les-autres").status_code == 303
    assert visitor.get("/compte").status_code == 200
    assert visitor.post(f"/compte/sessions/{mine}/terminer").status_code == 303
    assert visitor.get("/compte").status_code == 302


def change(client: FlaskClient, **typed: str) -> int:
    form = {"current": PASSWORD, "password": NEW, "again": NEW, **typed}
    return client.post("/compte/mot-de-passe", data=form).status_code


def test_a_new_password_ends_every_other_session(app: Flask, visitor: FlaskClient) -> None:
    other = app.test_client()
    log_in(other)
    before = token(visitor)

    assert change(visitor) == 303

    assert visitor.get("/compte").status_code == 200
    assert token(visitor) != before
    assert other.get("/compte").status_code == 302
    assert log_in(other).status_code == 422
    assert log_in(other, password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"current": "wrong-password-here"}, "pas votre mot de passe actuel"),
        ({"password": "motdepasse2025", "again": "motdepasse2025"}, "premiers que l"),
        ({"password": "trop court", "again": "trop court"}, "attendu de 12 à 128"),
        ({"again": "another one, mistyped"}, "Les deux saisies diffèrent"),
        ({"password": PASSWORD, "again": PASSWORD}, "déjà votre mot de passe"),
        ({"password": "x" * 129, "again": "x" * 129}, "128 caractères au plus"),
    ],
)
def test_a_password_that_cannot_be_is_refused_with_the_reason(
    visitor: FlaskClient, typed: dict[str, str], told: str
) -> None:
    form = {"current": PASSWORD, "password": NEW, "again": NEW, **typed}

    answer = visitor.post("/compte/mot-de-passe", data=form)

    assert answer.status_code == 422
    assert told in answer.text.replace("&#39;", "'")
    assert NEW not in answer.text


def test_the_current_password_cannot_be_guessed_from_an_open_session(visitor: FlaskClient) -> None:
    for _ in range(5):
        change(visitor, current="wrong-password-here")

    assert change(visitor) == 429


def test_more_fields_than_the_form_has_change_nothing(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    assert change(visitor, email="evil@exemple.test", user_id="2", is_active="0") == 303

    assert EMAIL in visitor.get("/compte").text


def test_closing_and_reopening_an_account_leaves_no_session(
    cli: Terminal, visitor: FlaskClient
) -> None:
    cli("user", "disable", EMAIL)
    cli("user", "enable", EMAIL)

    assert visitor.get("/compte").status_code == 302
    assert log_in(visitor).status_code == 303


def test_sessions_are_ended_from_the_terminal(cli: Terminal, visitor: FlaskClient) -> None:
    answer = cli("user", "revoke-sessions", EMAIL)

    assert "1 session" in answer.stdout
    assert visitor.get("/compte").status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())

    cookies = log_in(client).headers.getlist("Set-Cookie")

    (cookie,) = [text for text in cookies if text.startswith("grants_session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
