"""A forgotten password: a link once, within the hour, and no word on who has an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.models import AccountToken, OutgoingMail
from grants.services.accounts.users import disable_user
from tests.support.database import NOW
from tests.support.visitors import EMAIL, log_in, open_account

NEW = "girafe patient 8 nuages"
CHOSEN = {"password": NEW, "again": NEW}


def ask(client: FlaskClient, email: str = EMAIL, **more: str) -> tuple[int, str]:
    answer = client.post("/mot-de-passe-oublie", data={"email": email}, headers=more)
    return answer.status_code, client.get("/connexion").text


def link(session: scoped_session[Session]) -> str:
    """Path of the link in the last mail."""
    body = session.scalars(select(OutgoingMail.body).order_by(OutgoingMail.id.desc())).first()
    found = re.search(r"http://127\.0\.0\.1:\d+(/nouveau-mot-de-passe/\S+)", body or "")
    assert found, body
    return found[1]


def test_the_link_opens_the_account_once_and_ends_its_sessions(
    app: Flask, visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    person = app.test_client()
    assert ask(person)[0] == 303

    assert person.get(link(session)).status_code == 200
    assert person.post(link(session), data=CHOSEN).status_code == 303

    assert visitor.get("/compte").status_code == 302
    assert log_in(person).status_code == 422
    assert log_in(person, password=NEW).status_code == 303
    assert app.test_client().post(link(session), data=CHOSEN).status_code == 404


def test_known_unknown_and_disabled_accounts_get_the_same_answer(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    open_account(session(), email="closed@exemple.test")
    disable_user(session(), email="closed@exemple.test")
    session.commit()

    answers = {
        ask(client, email) for email in (EMAIL, "nobody@exemple.test", "closed@exemple.test")
    }

    assert len(answers) == 1
    assert session.scalars(select(OutgoingMail.recipient)).all() == [EMAIL]


def test_the_link_is_over_after_an_hour(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_account(session())
    ask(client)
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(hours=1)))

    assert client.get(link(session)).status_code == 404
    assert client.post(link(session), data=CHOSEN).status_code == 404


def test_a_second_link_ends_the_first(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    ask(client)
    first = link(session)
    ask(client)

    assert client.get(first).status_code == 404
    assert client.get(link(session)).status_code == 200


def test_the_link_leads_to_this_site_whatever_host_the_request_names(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())

    ask(client, Host="evil.example")

    assert "evil" not in session.scalars(select(OutgoingMail.body)).one()
    assert link(session)


def test_the_database_holds_no_token_and_the_page_hands_none_on(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    ask(client)

    assert session.scalars(select(AccountToken.token_hash)).one() not in link(session)
    assert client.get(link(session)).headers["Referrer-Policy"] == "no-referrer"


def test_a_mailbox_cannot_be_flooded(client: FlaskClient, session: scoped_session[Session]) -> None:
    open_account(session())
    codes = [ask(client)[0] for _ in range(7)]

    assert codes == [303] * 5 + [429] * 2
    assert log_in(client).status_code == 303


@pytest.mark.parametrize("password", ["motdepasse2025", "trop court"])
def test_a_poor_password_is_refused_and_the_link_stays_good(
    client: FlaskClient, session: scoped_session[Session], password: str
) -> None:
    open_account(session())
    ask(client)

    refused = client.post(link(session), data={"password": password, "again": password})

    assert refused.status_code == 422
    assert client.post(link(session), data=CHOSEN).status_code == 303


@pytest.mark.parametrize("email", ["a@b.example\r\nBcc: x@y.example", "x" * 300, "@", " "])
def test_what_is_no_address_makes_no_mail(
    client: FlaskClient, session: scoped_session[Session], email: str
) -> None:
    ask(client, email)

    assert session.scalars(select(OutgoingMail)).all() == []
