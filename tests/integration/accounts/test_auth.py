"""The door: who gets in, who does not, and what an answer gives away."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.models.accounts import LoginFailure
from grants.services.accounts import users
from grants.version import program
from grants.views.edge.permissions import ENDPOINTS, Opening
from tests.support.database import NOW
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, PASSWORD, log_in, open_account

PUBLIC = {name for name, rule in ENDPOINTS.items() if rule is Opening.PUBLIC}
VALUES = {
    "path": "staff",
    "name": "pieces",
    "kind": "xlsx",
    "file_kind": "embleme",
    "year": "2024",
    "month": "2024-10",
    "day": "2024-10-15",
}  # of each part of an address; any other is a number


def test_every_page_but_login_and_health_sends_a_stranger_to_the_login_page(
    app: Flask, client: FlaskClient
) -> None:
    walked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC or rule.endpoint.endswith("static"):
            continue
        with app.test_request_context():
            from flask import url_for

            known = {name: VALUES.get(name, "1") for name in rule.arguments}
            address = url_for(rule.endpoint, **known)
        method = "POST" if "GET" not in (rule.methods or ()) else "GET"
        answer = client.open(address, method=method)
        walked += 1
        assert answer.status_code == 302, rule
        assert answer.location.startswith("/connexion"), rule
    assert walked >= 8


def test_each_page_says_at_its_foot_which_program_made_it(visitor: FlaskClient) -> None:
    for page in ("/", "/compte"):
        foot = visitor.get(page).text.partition("<footer")[2]
        assert program() in foot


def test_health_answers_without_login(client: FlaskClient) -> None:
    answer = client.get("/health")

    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_login_leads_to_the_page_that_was_asked_for(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())

    asked = client.get("/couverture?from=2024-01-01")
    page = client.get(asked.location)
    target = re.search(r'name="next"[^>]*value="([^"]+)"', page.text)
    assert target
    answer = log_in(client, next=target[1])

    assert answer.status_code == 303
    assert answer.location == "/couverture?from=2024-01-01"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http:evil.example",
        "",
    ],
)
def test_login_never_leads_to_another_site(
    client: FlaskClient, session: scoped_session[Session], target: str
) -> None:
    open_account(session())

    assert log_in(client, next=target).location == "/"
    assert client.get("/connexion", query_string={"next": target}).location == "/"


def test_an_unknown_email_and_a_wrong_password_get_the_same_answer(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())

    unknown = log_in(client, email="nobody@exemple.test")
    wrong = log_in(client, password="wrong-password-here")

    assert unknown.status_code == wrong.status_code == 422
    assert "incorrect" in wrong.text
    assert unknown.text.replace("nobody@exemple.test", EMAIL) == wrong.text


def test_an_unknown_email_costs_the_same_hashing_as_a_known_one(
    client: FlaskClient, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_account(session())
    checked: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, known: str, given: str) -> bool:
        checked.append(known)
        return verify(hasher, known, given)

    monkeypatch.setattr(PasswordHasher, "verify", counted)

    log_in(client, email="nobody@exemple.test")
    log_in(client, password="wrong-password-here")

    assert [known.split("$")[1:4] for known in checked] == [checked[1].split("$")[1:4]] * 2


def test_the_password_is_never_sent_back(client: FlaskClient) -> None:
    assert "wrong-password-here" not in log_in(client, password="wrong-password-here").text


def test_five_refusals_close_the_door_for_a_quarter_of_an_hour(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_account(session())
    for _ in range(5):
        log_in(client, password="wrong-password-here")

    refused = log_in(client)
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(minutes=16)))
    later = log_in(client)

    assert refused.status_code == 429
    assert "attendez 15 minutes" in refused.text
    assert later.status_code == 303


def test_refusals_of_one_account_do_not_close_another(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    for _ in range(6):
        log_in(client, email="other@exemple.test", password="wrong-password-here")

    assert log_in(client).status_code == 303


def test_refusals_stay_recorded_and_what_was_typed_is_not(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    log_in(client, email="my-password-typed-here", password="x" * 12)

    rows = session.scalars(select(LoginFailure)).all()

    assert len(rows) == 1
    assert "password" not in rows[0].email_hash


def test_old_refusals_are_forgotten(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log_in(client)
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(days=2)))
    log_in(client)

    assert session.scalar(select(func.count()).select_from(LoginFailure)) == 1


def test_a_disabled_account_is_out_at_its_next_page(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    assert visitor.get("/").status_code == 200

    users.disable_user(session(), email=EMAIL)
    session.commit()

    assert visitor.get("/").status_code == 302
    assert log_in(visitor).status_code == 422


def test_logout_needs_a_post_and_ends_the_session(visitor: FlaskClient) -> None:
    assert visitor.get("/deconnexion").status_code == 405
    assert visitor.get("/").status_code == 200

    visitor.post("/deconnexion")

    assert visitor.get("/").status_code == 302


def test_what_stood_in_the_session_before_login_is_gone(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"

    log_in(client)

    with client.session_transaction() as after:
        assert "planted" not in after


def test_a_form_without_token_is_shown_again_with_what_was_typed(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    answer = log_in(client, password="typed-by-the-user")

    assert answer.status_code == 400
    assert f'value="{EMAIL}"' in answer.text
    assert "expiré" in answer.text
    assert "typed-by-the-user" not in answer.text


def test_logout_without_token_is_refused(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    assert visitor.post("/deconnexion").status_code == 400
    assert visitor.get("/").status_code == 200


def test_an_empty_form_names_each_missing_field(client: FlaskClient) -> None:
    answer = log_in(client, email="", password="")

    assert answer.status_code == 422
    assert "Donnez votre adresse e-mail." in answer.text
    assert "Donnez votre mot de passe." in answer.text


def test_accounts_are_opened_listed_and_closed_from_the_terminal(
    cli: Terminal, client: FlaskClient
) -> None:
    cli(
        "user", "add", "New@Exemple.test", "--name", "Nouvelle Personne", "--password-stdin",
        stdin="un mot de passe long\n",
    )  # fmt: skip

    assert log_in(client, "new@exemple.test", "un mot de passe long").status_code == 303
    assert "Nouvelle Personne\tactif" in cli("user", "list").stdout
    cli("user", "disable", "new@exemple.test")
    assert "désactivé" in cli("user", "list").stdout


@pytest.mark.parametrize(
    ("email", "name", "password", "told"),
    [
        ("no-at-sign", "N", PASSWORD, "n'est pas une adresse e-mail"),
        ("a@b.example", " ", PASSWORD, "le nom est vide"),
        ("a@b.example", "N", "short", "attendu de 12 à 128"),
        (EMAIL, "N", PASSWORD, "existe déjà"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_the_reason(
    cli: Terminal,
    session: scoped_session[Session],
    email: str,
    name: str,
    password: str,
    told: str,
) -> None:
    open_account(session())

    result = cli(
        "user", "add", email, "--name", name, "--password-stdin",
        stdin=f"{password}\n", exit_code=2,
    )  # fmt: skip

    assert told in result.stderr


def test_closing_an_unknown_account_says_where_they_are_listed(cli: Terminal) -> None:
    assert "grants user list" in cli("user", "disable", "x@y.example", exit_code=2).stderr


def test_no_form_of_the_site_is_taken_without_its_token(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]

    for rule in posts:
        built = rule.build({name: VALUES.get(name, "1") for name in rule.arguments})
        assert built is not None
        assert visitor.post(built[1]).status_code == 400, rule
    assert len(posts) >= 12
    assert visitor.get("/").status_code == 200


def test_a_body_beyond_the_limit_is_refused(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000)

    assert log_in(client, password="x" * 2_000).status_code == 413
