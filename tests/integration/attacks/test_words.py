"""Words that would become headers or addresses, guesses at codes and links, flags of cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.extensions import db
from grants.models.platform import OutgoingMail
from grants.services.platform.tenancy import EVERY, set_scope
from grants.views.edge.permissions import ENDPOINTS, Opening
from tests.factories.platform.rows import add_convention
from tests.integration.accounts.test_second_factor import switch_on
from tests.support.census import Tenant, address, furnish
from tests.support.database import app_on, ready_database
from tests.support.visitors import EMAIL, PASSWORD, log_in, open_account

EVIL = "evil.example"
BROKEN = "A\r\nSet-Cookie: planted=1\r\n\r\n<script>"
TARGETS = [
    f"https://{EVIL}",
    f"//{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"/\t/{EVIL}",
    f" //{EVIL}",
    f"javascript:alert('{EVIL}')",
    f"///{EVIL}",
    f"/\r\nLocation: https://{EVIL}",
    f"https:{EVIL}",
    f"//{EVIL}@site.example",
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("place", ["query", "field"])
def test_no_address_given_from_outside_leads_off_the_site(
    client: FlaskClient, session: scoped_session[Session], target: str, place: str
) -> None:
    open_account(session())
    form = {"email": EMAIL, "password": PASSWORD}

    if place == "query":
        answer = client.post("/connexion", query_string={"next": target}, data=form)
    else:
        answer = client.post("/connexion", data=form | {"next": target})

    assert answer.status_code == 303
    assert answer.location == "/"
    assert EVIL not in str(answer.headers)
    again = client.get("/connexion", query_string={"next": target})
    assert again.location == "/", "the same for somebody who is logged in already"


def test_a_name_with_line_breaks_adds_no_header_to_a_download(
    app: Flask, visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), BROKEN)
    session.commit()
    with app.test_request_context():
        file = url_for("claims.claim_file", convention_id=row.id, name="claim.json")

    for url in (file, f"/conventions/{row.id}", "/conventions.csv"):
        answer = visitor.get(url)
        assert answer.status_code == 200, url
        assert "planted" not in answer.headers.get("Set-Cookie", ""), url
        assert all("\n" not in value and "\r" not in value for _, value in answer.headers), url


def test_no_public_page_repeats_the_host_that_a_visitor_names(
    app: Flask, client: FlaskClient
) -> None:
    for rule in app.url_map.iter_rules():
        is_public = ENDPOINTS[rule.endpoint] is Opening.PUBLIC
        if is_public and "GET" in (rule.methods or ()) and "static" not in rule.endpoint:
            answer = client.get(address(rule, Tenant({})), headers={"Host": EVIL})
            assert EVIL not in answer.get_data(as_text=True), rule
            assert EVIL not in answer.headers.get("Location", ""), rule
    assert EVIL not in client.get("/", headers={"Host": EVIL}).location


def test_mails_lead_to_the_configured_site_whatever_host_was_named(
    app: Flask, client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())

    for told in ({"Host": EVIL}, {"X-Forwarded-Host": EVIL}, {"Forwarded": f"host={EVIL}"}):
        client.post("/mot-de-passe-oublie", data={"email": EMAIL}, headers=told)

    bodies = session.scalars(select(OutgoingMail.body)).all()
    assert len(bodies) >= 1
    assert all(EVIL not in body and app.config["SITE_URL"] in body for body in bodies)


def test_an_address_with_line_breaks_makes_no_mail(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    for email in (f"{EMAIL}\r\nBcc: x@{EVIL}", f"{EMAIL}\nSubject: x", f"{EMAIL}%0d%0aBcc: x"):
        client.post("/mot-de-passe-oublie", data={"email": email})

    assert session.scalars(select(OutgoingMail)).all() == []


def test_guessing_recovery_codes_closes_the_door_for_the_right_one_too(
    visitor: FlaskClient,
) -> None:
    _, codes = switch_on(visitor)
    assert len(codes) == 10
    log_in(visitor)

    guesses = [f"{codes[0][:-2]}{n:02}" for n in range(6)]
    answers = [visitor.post("/connexion/code", data={"code": code}).status_code for code in guesses]

    assert answers[-1] == 429
    assert visitor.post("/connexion/code", data={"code": codes[1]}).status_code == 429


def test_guessing_links_hashes_no_password_and_tells_nothing(
    client: FlaskClient, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_account(session())
    client.post("/mot-de-passe-oublie", data={"email": EMAIL})
    body = session.scalars(select(OutgoingMail.body)).one()
    [token] = re.findall(r"/nouveau-mot-de-passe/(\S+)", body)
    hashed: list[str] = []
    monkeypatch.setattr("grants.services.accounts.reset.hash_password", hashed.append)
    new = {"password": "soixante-trois loutres", "again": "soixante-trois loutres"}

    guesses = [f"{token[:-1]}{last}" for last in "-_09" if last != token[-1]]
    answers = [client.post(f"/nouveau-mot-de-passe/{guess}", data=new) for guess in guesses]

    assert len(token) >= 43, "256 bits: no rate of guessing finds one in its hour"
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert hashed == []


@pytest.fixture
def over_https(tmp_path: Path, worker_id: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A site served to others."""
    monkeypatch.setenv("GRANTS_HTTPS", "1")
    with ready_database(tmp_path, f"https_{worker_id}") as url, app_on(url, tmp_path) as app:
        yield app


def test_over_https_the_cookie_never_travels_in_clear_and_browsers_are_told(
    over_https: Flask,
) -> None:
    with over_https.app_context():
        set_scope(db.session(), EVERY)
        open_account(db.session())

    answer = log_in(over_https.test_client())

    flags = {flag.strip() for flag in answer.headers["Set-Cookie"].split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    assert not any(flag.startswith("Domain") for flag in flags), "this host alone"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize("origin", [f"https://{EVIL}", "null"])
def test_no_other_site_may_read_an_answer(visitor: FlaskClient, origin: str) -> None:
    answer = visitor.get("/", headers={"Origin": origin})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_session_of_one_visitor_is_not_forged_with_another_key(
    app: Flask, visitor: FlaskClient
) -> None:
    cookie = visitor.get_cookie("grants_session")
    assert cookie is not None
    stranger = app.test_client()
    stranger.set_cookie("grants_session", cookie.value[:-2] + "xx")

    assert stranger.get("/").status_code == 302


def test_a_tenants_samples_are_made_twice_with_the_same_words(
    session: scoped_session[Session],
) -> None:
    first, second = furnish(session(), "Première"), furnish(session(), "Seconde")

    assert first.ids.keys() == second.ids.keys()
    assert all(first[name] != second[name] for name in first.ids)
