"""The time sheets that a claim rests on: told on its page, locked for it, opened with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AuditObject, Role, SheetState
from grants.models.audit import AuditEvent
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import approve_sheet
from tests.factories.timesheets.sheets import AS_OF, JANUARY, MANAGER, Desk, deed
from tests.factories.timesheets.teams import add_pay, add_team, sign_month, stand_in_february
from tests.support.visitors import log_in, open_account

NAME = "le bilan FSE-1-Métropole fictive du 01/01/2025 au 31/01/2025"
MONTH = "from=2025-01-01&to=2025-01-31"
REASON = "contrôle terminé, une heure à corriger"


@pytest.fixture(autouse=True)
def _in_february(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_february(app, monkeypatch)


@pytest.fixture
def team(session: scoped_session[Session]) -> list[Desk]:
    """Two people paid in January: one's sheet is signed by both, the other's by its person."""
    desks = add_team(session(), 2)
    for desk in desks:
        sign_month(session(), desk)
        add_pay(session(), desk)
    approve_sheet(session, person_id=desks[0].person_id, month=JANUARY, deed=deed(actor=MANAGER))
    session.commit()
    return desks


@pytest.fixture
def finance(client: FlaskClient, session: scoped_session[Session], team: list[Desk]) -> FlaskClient:
    """A finance officer, logged in."""
    open_account(session(), role=Role.FINANCE, organisation_id=team[0].organisation_id)
    log_in(client)
    return client


def page_of(team: list[Desk]) -> str:
    """Address of the operation's claim."""
    return f"/conventions/{team[0].operation_id}/bilan"


def state_of(session: scoped_session[Session], desk: Desk) -> tuple[SheetState, str]:
    """Where January stands, and what it is locked for."""
    session.expire_all()
    sheet = load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    return sheet.state, sheet.locked_for


def test_a_claim_says_how_many_of_its_sheets_are_signed_and_locked(
    finance: FlaskClient, team: list[Desk]
) -> None:
    page = finance.get(f"{page_of(team)}?{MONTH}").text

    assert "repose sur 2 feuilles de temps : 1 signée par les deux, 0 verrouillée." in page
    assert f"{page_of(team)}/feuilles?{MONTH.replace('&', '&amp;')}" in page


def test_the_signed_sheets_are_listed_then_locked_for_the_claim(
    finance: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    listed = finance.get(f"{page_of(team)}/feuilles?{MONTH}").text

    answer = finance.post(f"{page_of(team)}/feuilles/verrouiller?{MONTH}")

    assert "1 feuille signée sera verrouillée" in listed
    assert "1 autre attend une signature" in listed
    assert answer.status_code == 303
    assert answer.location.endswith(f"/feuilles?{MONTH}")
    assert state_of(session, team[0]) == (SheetState.LOCKED, NAME)
    assert state_of(session, team[1]) == (SheetState.FINISHED, "")
    after = finance.get(answer.location).text
    assert "1 feuille verrouillée." in after
    assert NAME in after


def test_locking_is_told_with_the_claim_and_with_each_sheet(
    finance: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    finance.post(f"{page_of(team)}/feuilles/verrouiller?{MONTH}")

    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(2)).all()

    assert {event.object_kind for event in events} == {
        AuditObject.CLAIM.value,
        AuditObject.TIME_SHEET.value,
    }
    claim = next(one for one in events if one.object_kind == AuditObject.CLAIM.value)
    assert claim.object_key == "FSE-1-Métropole fictive › 2025-01-01 – 2025-01-31"
    assert claim.after == '{"sheets_locked":1}'


def test_there_is_nothing_to_lock_twice(finance: FlaskClient, team: list[Desk]) -> None:
    finance.post(f"{page_of(team)}/feuilles/verrouiller?{MONTH}")

    again = finance.post(f"{page_of(team)}/feuilles/verrouiller?{MONTH}")

    assert again.status_code == 422
    assert "Aucune feuille signée n" in again.text


def test_the_claim_s_sheets_open_again_with_a_reason(
    finance: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    finance.post(f"{page_of(team)}/feuilles/verrouiller?{MONTH}")

    short = finance.post(
        f"{page_of(team)}/feuilles/deverrouiller?{MONTH}", data={"reason": "court"}
    )
    opened = finance.post(
        f"{page_of(team)}/feuilles/deverrouiller?{MONTH}", data={"reason": REASON}
    )

    assert short.status_code == 422
    assert "field-errors" in short.text
    assert ">court</textarea>" in short.text.replace("\r", "").replace("\n", "")
    assert opened.status_code == 303
    assert state_of(session, team[0]) == (SheetState.APPROVED, "")
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.reason == REASON


def test_what_is_not_locked_for_the_claim_is_not_opened_by_it(
    finance: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    finance.post(f"{page_of(team)}/feuilles/verrouiller?{MONTH}")

    other = finance.post(
        f"{page_of(team)}/feuilles/deverrouiller?from=2025-01-01&to=2025-02-28",
        data={"reason": REASON},
    )

    assert other.status_code == 422
    assert "rien n&#39;est à ouvrir" in other.text
    assert state_of(session, team[0])[0] is SheetState.LOCKED


def test_a_locked_hour_still_counts_in_the_claim(finance: FlaskClient, team: list[Desk]) -> None:
    address = f"{page_of(team)}/fichiers/claim.json?{MONTH}"
    before = finance.get(address).json

    finance.post(f"{page_of(team)}/feuilles/verrouiller?{MONTH}")

    after = finance.get(address).json
    assert before is not None
    assert after is not None
    assert before["lines"] == after["lines"]


def test_a_director_from_whom_lines_are_withheld_reads_of_no_sheet(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    open_account(session(), role=Role.DIRECTOR, organisation_id=team[0].organisation_id)
    log_in(client)

    page = client.get(f"{page_of(team)}?{MONTH}").text

    assert "Feuilles de temps" not in page
    assert client.get(f"{page_of(team)}/feuilles?{MONTH}").status_code == 403


def test_an_auditor_reads_the_list_and_locks_nothing(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    open_account(
        session(), role=Role.AUDITOR, organisation_id=team[0].organisation_id,
        last_on=date(2025, 12, 31), conventions=[team[0].operation_id],
    )  # fmt: skip
    log_in(client)

    page = client.get(f"{page_of(team)}/feuilles?{MONTH}")

    assert page.status_code == 200
    assert "AUBRAC" in page.text
    assert "Verrouiller" not in page.text
    assert client.post(f"{page_of(team)}/feuilles/verrouiller?{MONTH}").status_code == 403
