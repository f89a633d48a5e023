"""The second factor: a code once, early or late by half a minute, and nothing told before it."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from grants.clock import FixedClock
from grants.config import ConfigurationRefused, second_factor_roles
from grants.enums import Role
from grants.models import AuditEvent, LoginStep, RecoveryCode, SecondFactor
from tests.support.database import NOW
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, PASSWORD, log_in, open_account

WRONG = "wrong-password-here"
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def secret(visitor: FlaskClient) -> str:
    """Secret of the visitor's second factor, in use since half a minute ago; logged out."""
    return switch_on(visitor)[0]


def switch_on(visitor: FlaskClient) -> tuple[str, list[str]]:
    """Secret and recovery codes."""
    visitor.post("/compte/second-facteur/commencer", data={"current": PASSWORD})
    shown = re.search(
        r"Clé : <code>([A-Z2-7 ]+)</code>", visitor.get("/compte/second-facteur").text
    )
    assert shown
    secret = shown[1].replace(" ", "")
    earlier = pyotp.TOTP(secret).at(NOW - HALF_A_MINUTE)
    page = visitor.post("/compte/second-facteur/confirmer", data={"code": earlier})
    assert page.status_code == 200
    visitor.post("/deconnexion")
    return secret, re.findall(r"<li><code>([a-z0-9-]{14})</code></li>", page.text)


def give(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/connexion/code", data={"code": code})


def enter(client: FlaskClient, code: str, password: str = PASSWORD) -> TestResponse:
    asked = log_in(client, password=password)
    assert asked.location.startswith("/connexion/code")
    return give(client, code)


def test_the_password_alone_opens_nothing_any_more(client: FlaskClient, secret: str) -> None:
    log_in(client)

    assert client.get("/compte").status_code == 302
    assert give(client, pyotp.TOTP(secret).at(NOW)).status_code == 303
    assert client.get("/compte").status_code == 200


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (0, True), (1, True), (2, False)])
def test_a_code_is_good_half_a_minute_early_or_late(
    client: FlaskClient, secret: str, steps: int, opens: bool
) -> None:
    answer = enter(client, pyotp.TOTP(secret).at(NOW + steps * HALF_A_MINUTE))

    assert (answer.status_code == 303) is opens


def test_a_code_opens_once(client: FlaskClient, secret: str) -> None:
    code = pyotp.TOTP(secret).at(NOW)
    assert enter(client, code).status_code == 303
    client.post("/deconnexion")

    assert enter(client, code).status_code == 422


def test_the_page_with_the_code_does_not_tell_whether_the_password_was_right(
    client: FlaskClient, secret: str
) -> None:
    asked, pages = [], []
    for password in (PASSWORD, WRONG):
        asked.append(log_in(client, password=password))
        pages.append(give(client, "000000"))
    right, wrong = asked

    assert (right.status_code, right.location) == (wrong.status_code, wrong.location)
    assert pages[0].status_code == pages[1].status_code == 422
    assert pages[0].text == pages[1].text


def test_a_right_code_after_a_wrong_password_is_refused_and_not_used_up(
    client: FlaskClient, secret: str
) -> None:
    code = pyotp.TOTP(secret).at(NOW)

    assert enter(client, code, password=WRONG).status_code == 422
    assert enter(client, code).status_code == 303


def test_as_many_passwords_are_hashed_for_an_unknown_address_as_for_a_known_one(
    client: FlaskClient, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher,
        "verify",
        lambda hasher, kept, given: counted.append(kept) or verify(hasher, kept, given),
    )
    costs = []
    for email in (EMAIL, address_that_is_asked_for_a_code(client)):
        counted.clear()
        log_in(client, email=email, password=WRONG)
        give(client, "ab-wrong-code1")
        costs.append([kept.split("$")[1:4] for kept in counted])

    assert costs[0] == costs[1]
    assert len(costs[0]) == 2


def address_that_is_asked_for_a_code(client: FlaskClient) -> str:
    for number in range(20):
        email = f"nobody{number}@exemple.test"
        if log_in(client, email=email).status_code == 303:
            return email
    raise AssertionError("no unknown address is asked for a code")


def test_unknown_addresses_look_like_accounts_of_both_kinds(client: FlaskClient) -> None:
    kinds = {log_in(client, email=f"x{n}@exemple.test").status_code for n in range(12)}
    again = {log_in(client, email="x1@exemple.test").status_code for _ in range(3)}

    assert kinds == {303, 422}
    assert len(again) == 1


def test_guessing_codes_closes_the_door(
    app: Flask, client: FlaskClient, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client)
    answers = [give(client, f"{n:06}").status_code for n in range(6)]

    right = give(client, pyotp.TOTP(secret).at(NOW))

    assert answers == [422] * 4 + [429] * 2
    assert right.status_code == 429
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(minutes=16)))
    assert enter(client, pyotp.TOTP(secret).at(NOW + timedelta(minutes=16))).status_code == 303


def test_trying_passwords_closes_the_door_even_when_nobody_asks_for_the_code(
    client: FlaskClient, secret: str
) -> None:
    answers = {log_in(client, password=password).status_code for password in [WRONG] * 5}

    assert answers == {303}
    assert log_in(client, password=WRONG).status_code == log_in(client).status_code == 429


def test_the_code_has_to_come_within_five_minutes(
    app: Flask, client: FlaskClient, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client)
    later = NOW + timedelta(minutes=6)
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(later))

    answer = give(client, pyotp.TOTP(secret).at(later))

    assert answer.location == "/connexion"
    assert "attendu trop longtemps" in client.get("/connexion").text


def test_a_recovery_code_opens_once_in_place_of_the_telephone(visitor: FlaskClient) -> None:
    _, codes = switch_on(visitor)
    assert len(set(codes)) == 10

    assert enter(visitor, codes[3].upper()).status_code == 303
    page = visitor.get("/compte/second-facteur").text
    visitor.post("/deconnexion")

    assert "restants : 9 sur 10" in page
    assert enter(visitor, codes[3]).status_code == 422
    assert enter(visitor, codes[4].replace("-", " ")).status_code == 303


def test_new_recovery_codes_end_the_old_ones(visitor: FlaskClient) -> None:
    secret, old = switch_on(visitor)
    enter(visitor, pyotp.TOTP(secret).at(NOW))

    page = visitor.post("/compte/second-facteur/codes", data={"current": PASSWORD})
    new = re.findall(r"<li><code>([a-z0-9-]{14})</code></li>", page.text)
    visitor.post("/deconnexion")

    assert len(new) == 10
    assert enter(visitor, old[0]).status_code == 422
    assert enter(visitor, new[0]).status_code == 303


def test_neither_secret_nor_codes_lie_open_in_the_database(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    secret, codes = switch_on(visitor)

    kept = session.scalars(select(SecondFactor.secret)).one()
    hashes = session.scalars(select(RecoveryCode.code_hash)).all()

    assert secret not in kept
    assert all(text.startswith("$argon2id$") for text in hashes)
    assert not any(code.replace("-", "") in "".join(hashes) for code in codes)


def test_a_secret_of_another_installation_or_account_opens_nothing(
    app: Flask, client: FlaskClient, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-key-0123456789-abcdefghijkl")

    assert enter(client, pyotp.TOTP(secret).at(NOW)).status_code == 422


@pytest.mark.parametrize("action", ["commencer", "codes", "retirer"])
def test_the_password_is_asked_for_before_anything_serious(
    visitor: FlaskClient, action: str
) -> None:
    wrong = visitor.post(f"/compte/second-facteur/{action}", data={"current": WRONG})
    empty = visitor.post(f"/compte/second-facteur/{action}", data={})

    assert (wrong.status_code, empty.status_code) == (422, 422)
    assert "pas votre mot de passe" in wrong.text.replace("&#39;", "'")


def test_a_wrong_first_code_activates_nothing(visitor: FlaskClient) -> None:
    visitor.post("/compte/second-facteur/commencer", data={"current": PASSWORD})

    answer = visitor.post("/compte/second-facteur/confirmer", data={"code": "000000"})

    assert answer.status_code == 422
    visitor.post("/deconnexion")
    assert log_in(visitor).location == "/"


def test_it_can_be_taken_away_and_another_one_begun(visitor: FlaskClient, secret: str) -> None:
    enter(visitor, pyotp.TOTP(secret).at(NOW))
    again = visitor.post("/compte/second-facteur/commencer", data={"current": PASSWORD})
    assert again.status_code == 409

    visitor.post("/compte/second-facteur/retirer", data={"current": PASSWORD})
    visitor.post("/deconnexion")

    assert log_in(visitor).location == "/"


def test_a_password_that_was_short_beside_a_code_must_grow_without_one(
    cli: Terminal, visitor: FlaskClient, secret: str
) -> None:
    short = {"password": "q7-gk2zv", "again": "q7-gk2zv", "current": PASSWORD}
    enter(visitor, pyotp.TOTP(secret).at(NOW))
    assert visitor.post("/compte/mot-de-passe", data=short).status_code == 303
    kept = visitor.post("/compte/second-facteur/retirer", data={"current": "q7-gk2zv"})
    assert kept.status_code == 409

    cli("user", "reset-second-factor", EMAIL)
    log_in(visitor, password="q7-gk2zv")

    assert visitor.get("/").location == "/compte/mot-de-passe"
    long = {"password": "girafe patient 8 nuages", "again": "girafe patient 8 nuages"}
    visitor.post("/compte/mot-de-passe", data={**long, "current": "q7-gk2zv"})
    assert visitor.get("/").status_code == 200


def test_half_a_login_leaves_no_trace_of_the_password_in_the_cookie(
    client: FlaskClient, session: scoped_session[Session], secret: str
) -> None:
    log_in(client)
    row = session.scalars(select(LoginStep)).one()

    with client.session_transaction() as cookie:
        assert set(cookie) == {"login_step", "_permanent"} - {"_permanent"}
        assert cookie["login_step"] not in {row.token_hash, str(row.id)}


def test_the_question_for_a_code_leads_on_to_this_site_only(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session(), email="second@exemple.test")
    log_in(client, email="second@exemple.test")
    secret, _ = switch_on(client)

    asked = log_in(client, email="second@exemple.test", next="https://evil.example/")
    answer = client.post(
        "/connexion/code",
        data={"code": pyotp.TOTP(secret).at(NOW), "next": "https://evil.example/"},
    )

    assert asked.location.startswith("/connexion/code")
    assert answer.location == "/"


def test_the_trail_tells_what_was_done_to_an_account_and_no_secret(
    cli: Terminal, visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    switch_on(visitor)
    cli("user", "reset-second-factor", EMAIL)
    cli("user", "revoke-sessions", EMAIL)

    told = session.scalars(
        select(AuditEvent.after).where(AuditEvent.action == "changed").order_by(AuditEvent.id)
    ).all()

    assert told == [
        '{"second_factor":"active"}', '{"second_factor":"inactive"}', '{"sessions_ended":0}',
    ]  # fmt: skip


def test_a_role_that_wants_a_second_factor_sees_nothing_without_one(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_ROLES", frozenset({Role.OPERATOR}))

    assert visitor.get("/").location == "/compte/second-facteur"
    assert "Votre rôle demande" in visitor.get("/compte/second-facteur").text
    secret, _ = switch_on(visitor)
    enter(visitor, pyotp.TOTP(secret).at(NOW))

    assert visitor.get("/").status_code == 200


def test_another_role_may_do_without(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_ROLES", frozenset({Role.FINANCE}))

    assert visitor.get("/").status_code == 200


def test_a_role_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(ConfigurationRefused, match="administrator"):
        second_factor_roles({"GRANTS_SECOND_FACTOR_ROLES": "boss"})
