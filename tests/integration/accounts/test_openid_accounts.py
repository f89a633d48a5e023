"""An account that a provider opens: its second factor, its log-out, its link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models import AuditEvent, UserIdentity, UserSession
from grants.services.accounts.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    find_enrolment,
)
from tests.support.database import NOW
from tests.support.identity_provider import IdentityProvider
from tests.support.provider_login import enter, is_in
from tests.support.visitors import EMAIL, log_in, open_account


def second_factor_of(session: Session, account: int, secret_key: str) -> str:
    """Put a second factor in use; gives a recovery code."""
    begin_second_factor(session, user_id=account, secret_key=secret_key, at=NOW)
    found = find_enrolment(session, user_id=account, email=EMAIL, secret_key=secret_key)
    assert found is not None
    code = pyotp.TOTP(found.secret.replace(" ", "")).at(NOW)
    codes = confirm_second_factor(
        session, user_id=account, code=code, secret_key=secret_key, at=NOW
    )
    session.commit()
    return codes[0]


def test_a_second_factor_is_asked_for_and_the_link_made_only_after_it(
    app: Flask,
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    session: scoped_session[Session],
) -> None:
    code = second_factor_of(session(), account, app.config["SECRET_KEY"])

    answer = enter(client, provider, "?next=/compte/mot-de-passe")

    assert answer.location == "/connexion/code?next=/compte/mot-de-passe"
    assert not is_in(client)
    assert session.scalars(select(UserIdentity)).all() == []
    assert client.post("/connexion/code", data={"code": "wrong-code-xx"}).status_code == 422
    assert session.scalars(select(UserIdentity)).all() == []
    client.post("/connexion/code", data={"code": code})
    assert is_in(client)
    assert len(session.scalars(select(UserIdentity)).all()) == 1
    assert session.scalars(select(UserSession)).one().id_token


@pytest.mark.parametrize(("acr", "amr"), [("eidas2", []), ("eidas1", ["pwd", "otp"])])
def test_a_second_factor_at_the_provider_stands_for_ours(
    app: Flask,
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    session: scoped_session[Session],
    acr: str,
    amr: list[str],
) -> None:
    second_factor_of(session(), account, app.config["SECRET_KEY"])
    provider.acr, provider.amr = acr, amr

    assert enter(client, provider).location == "/"
    assert is_in(client)


def test_a_role_that_wants_a_second_factor_is_content_with_the_providers(
    app: Flask,
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_ROLES", frozenset({Role.OPERATOR}))
    enter(client, provider)
    assert client.get("/").location == "/compte/second-facteur"
    client.post("/deconnexion")
    provider.acr = "eidas2"

    enter(client, provider)

    assert client.get("/").status_code == 200


def test_logging_out_ends_the_session_at_the_provider_too(
    client: FlaskClient, provider: IdentityProvider, account: int, session: scoped_session[Session]
) -> None:
    enter(client, provider)
    kept = session.scalars(select(UserSession)).one().id_token

    answer = client.post("/deconnexion")

    assert answer.status_code == 200
    delay, _, target = answer.headers["Refresh"].partition("; url=")
    asked = parse_qs(urlsplit(target).query)
    assert delay == "0"
    assert target.startswith(f"{provider.url}/logout?")
    assert asked["id_token_hint"] == [kept]
    assert asked["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/login"]
    assert len(asked["state"][0]) >= 32
    assert session.scalars(select(UserSession)).all() == []
    assert not is_in(client)


def test_after_a_password_the_log_out_asks_the_provider_nothing(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    log_in(client)

    assert client.post("/deconnexion").location == "/connexion"
    assert provider.asked == []


def test_its_owner_takes_a_link_away_and_nobody_else(
    client: FlaskClient, provider: IdentityProvider, account: int, session: scoped_session[Session]
) -> None:
    enter(client, provider)
    link = session.scalars(select(UserIdentity)).one()
    assert provider.url in client.get("/compte").text
    client.post("/deconnexion")
    open_account(session(), "autre@exemple.test", "Autre Personne")
    log_in(client, "autre@exemple.test")
    assert client.post(f"/compte/identites/{link.id}/retirer").status_code == 404
    client.post("/deconnexion")
    log_in(client)

    assert client.post(f"/compte/identites/{link.id}/retirer").status_code == 303

    assert provider.url not in client.get("/compte").text
    assert session.scalars(select(UserIdentity)).all() == []
    told = session.scalars(select(AuditEvent).where(AuditEvent.action == "changed")).all()
    assert provider.url in (told[-1].before or "")


@pytest.mark.parametrize(
    ("subject", "issuer", "name"),
    [
        ("subject-1", "https://id.example", "issuer_subject"),
        ("subject-2", "https://id.example", "user_id_issuer"),
    ],
)
def test_an_identity_opens_one_account_and_an_account_has_one_of_each_provider(
    account: int, session: scoped_session[Session], subject: str, issuer: str, name: str
) -> None:
    other = open_account(session(), "autre@exemple.test", "Autre Personne").id
    first = UserIdentity(
        user_id=account, issuer="https://id.example", subject="subject-1", linked_at=NOW
    )
    session.add(first)
    session.commit()
    whose = account if name == "user_id_issuer" else other
    session.add(UserIdentity(user_id=whose, issuer=issuer, subject=subject, linked_at=NOW))

    with pytest.raises(IntegrityError, match="user_identities"):
        session.flush()
