"""A signed month on screen: what was signed, a calm word on what changed since, every document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.enums import Role
from grants.models.timesheets import SheetDocument
from tests.factories.timesheets.sheets import AT, Desk, add_desk, fill_month
from tests.factories.timesheets.signing import CHANGES, by_agent, by_manager
from tests.support.sheet_pages import address, log_in_as, page

NOTICE = "Cette feuille montre ce qui a été signé le 03/02/2025"


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(AT))
    return app


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    made = add_desk(session())
    fill_month(session(), made)
    return made


def test_the_page_shows_what_was_signed_and_leads_to_what_changed(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    by_manager(session(), desk)
    session.commit()
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)
    assert NOTICE not in page(client, desk)
    CHANGES["Nom"](session(), desk)
    CHANGES["Fonction"](session(), desk)
    session.commit()

    shown = page(client, desk)
    compared = client.get(address(desk, more="/documents")).get_data(as_text=True)

    assert NOTICE in shown
    assert "2 données ont changé depuis : Nom, Fonction." in shown
    assert "AUBRAC-NOUVEAU" not in shown
    assert f'href="{address(desk, more="/documents")}"' in shown
    assert "AUBRAC-NOUVEAU Inès" in compared
    assert "AUBRAC Inès" in compared


def test_a_document_is_handed_out_letter_by_letter_and_as_pdf(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    by_manager(session(), desk)
    session.commit()
    log_in_as(client, session, desk, Role.FINANCE)
    sha256 = session.query(SheetDocument).one().sha256

    data = client.get(address(desk, more=f"/documents/{sha256}.json"))
    pdf = client.get(address(desk, more=f"/documents/{sha256}.pdf"))
    now = client.get(address(desk, more="/feuille.pdf"))
    unknown = client.get(address(desk, more=f"/documents/{'0' * 64}.pdf"))

    assert hashlib.sha256(data.data).hexdigest() == sha256
    assert pdf.data == now.data
    assert unknown.status_code == 404


def test_a_document_changed_behind_the_program_is_told_on_its_page(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    by_agent(session(), desk)
    session.commit()
    session.execute(update(SheetDocument).values(document="{}"))
    session.commit()
    log_in_as(client, session, desk, Role.FINANCE)
    sha256 = session.query(SheetDocument).one().sha256

    shown = page(client, desk)
    listed = client.get(address(desk, more="/documents"))
    pdf = client.get(address(desk, more=f"/documents/{sha256}.pdf"))

    assert "ne répond plus à son empreinte" in shown
    assert "altéré" in listed.get_data(as_text=True)
    assert pdf.status_code == 404


def test_who_reads_before_anybody_signed_is_told_that_nothing_is_kept(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    log_in_as(client, session, desk, Role.FINANCE)

    listed = client.get(address(desk, more="/documents")).get_data(as_text=True)

    assert "Aucun document" in listed
    assert "rien n'est à comparer" in listed


def test_the_manager_sees_before_signing_what_changed_since_the_agent_signed(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    by_agent(session(), desk)
    CHANGES["Fonction"](session(), desk)
    session.commit()
    log_in_as(client, session, desk, Role.MANAGER)

    asked = client.get("/equipe/2025-01/valider").get_data(as_text=True)
    team = client.get("/equipe/2025-01").get_data(as_text=True)

    assert "reste ce que vous signez : Fonction." in asked
    assert "Changé depuis la signature : Fonction" in team
