"""Attacks on an open screen: what wants the password once more, and that nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.enums import Role
from grants.models.accounts import LoginFailure
from grants.models.roles import Invitation
from grants.views.edge.step_up import ENDPOINTS, FIELD
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.visitors import PASSWORD, log_in, open_account

ADMIN = "admin@exemple.test"
GUEST = {"email": "neuf@exemple.test", "name": "Nina « Neuf » d'Été"}


@pytest.fixture
def own(session: scoped_session[Session]) -> int:
    return add_convention(session(), "2024-1").organisation_id


@pytest.fixture
def admin(client: FlaskClient, session: scoped_session[Session], own: int) -> FlaskClient:
    open_account(session(), ADMIN, "Ada", Role.ADMINISTRATOR, organisation_id=own)
    log_in(client, ADMIN)
    return client


def later(app: Flask, monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(minutes=minutes)))


def invited(session: scoped_session[Session]) -> list[tuple[str, str]]:
    return [(row.email, row.name) for row in session.scalars(select(Invitation))]


def hidden(page: str) -> dict[str, str]:
    from html import unescape

    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def test_whoever_logged_in_a_moment_ago_is_not_asked(
    app: Flask, admin: FlaskClient, session: scoped_session[Session], own: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    later(app, monkeypatch, 14)
    address = f"/invitations/nouvelle?role=finance&organisation={own}"

    assert admin.get(address).status_code == 200
    assert admin.post(address, data=GUEST).status_code == 303
    assert len(invited(session)) == 1


def test_an_old_screen_gives_no_role_without_the_password(
    app: Flask, admin: FlaskClient, session: scoped_session[Session], own: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    later(app, monkeypatch, 31)
    address = f"/invitations/nouvelle?role=finance&organisation={own}"

    asked = admin.post(address, data=GUEST)
    wrong = admin.post(address, data={**hidden(asked.text), FIELD: "wrong-password-here"})

    assert (asked.status_code, wrong.status_code) == (403, 422)
    assert invited(session) == []
    assert session.scalars(select(LoginFailure)).all(), "a wrong password counts"


def test_a_form_that_waited_goes_on_with_all_that_was_typed(
    app: Flask, admin: FlaskClient, session: scoped_session[Session], own: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    later(app, monkeypatch, 31)
    address = f"/invitations/nouvelle?role=finance&organisation={own}"

    asked = admin.post(address, data=GUEST)
    done = admin.post(address, data={**hidden(asked.text), FIELD: PASSWORD})

    assert done.status_code == 303
    assert invited(session) == [(GUEST["email"], GUEST["name"])]


def test_a_page_that_wants_a_proof_is_reached_by_it_and_nothing_elsewhere(
    app: Flask, admin: FlaskClient, own: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(app, monkeypatch, 16)
    address = f"/invitations/nouvelle?role=finance&organisation={own}"

    asked = admin.get(address)
    target = hidden(asked.text)["next"]
    led = admin.post("/compte/confirmer", data={"next": target, FIELD: PASSWORD})
    away = admin.post("/compte/confirmer", data={"next": "//evil.example", FIELD: PASSWORD})

    assert asked.status_code == 403
    assert led.location == address
    assert "evil" not in away.location
    assert admin.get(address).status_code == 200


def test_a_wrong_password_at_the_question_is_refused_and_a_flood_is_stopped(
    app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(app, monkeypatch, 16)
    statuses = [
        admin.post("/compte/confirmer", data={"next": "/", FIELD: "wrong-password"}).status_code
        for _ in range(6)
    ]

    assert statuses == [422] * 5 + [429]


def test_no_pack_and_no_export_leaves_an_old_screen(
    app: Flask, client: FlaskClient, session: scoped_session[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    convention = add_convention(session(), "2024-1")
    open_account(session())
    log_in(client)
    later(app, monkeypatch, 31)

    pack = client.get(f"/conventions/{convention.id}/bilan/fichiers/dossier.zip")
    export = client.post(f"/structures/{convention.organisation_id}/comptes/1/exporter")
    purge = client.post(f"/structures/{convention.organisation_id}/purge", data={"seen": "x"})
    trail = client.get("/piste-audit.csv")

    assert {one.status_code for one in (pack, export, purge, trail)} == {403}
    assert all("Confirmer votre identité" in one.text for one in (pack, export, purge, trail))


def test_every_guarded_page_exists(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= ENDPOINTS
