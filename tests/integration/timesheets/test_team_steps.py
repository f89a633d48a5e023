"""What a manager does with a team's month: signs, sends back, opens again; what finance locks."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from grants.enums import Role, SheetState, SheetStepKind
from grants.models.organisations import Organisation
from grants.rules.timesheets.sheet import Sheet
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import approve_sheet, lock_sheets
from tests.factories.timesheets.sheets import AS_OF, JANUARY, MANAGER, Desk, deed
from tests.factories.timesheets.teams import (
    TEAM_PAGE,
    add_team,
    log_in_manager,
    sign_month,
    stand_in_february,
)
from tests.support.visitors import log_in, open_account

REASON = "le 7 est à corriger"
SHEET = re.compile(r'name="sheet" value="([^"]+)"')
VERSION = re.compile(r'name="version"[^>]*value="([^"]*)"')


@pytest.fixture(autouse=True)
def _in_february(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_february(app, monkeypatch)


@pytest.fixture
def team(session: scoped_session[Session]) -> list[Desk]:
    """Three facilitators whose January is signed by themselves."""
    desks = add_team(session(), 3)
    for desk in desks:
        sign_month(session(), desk)
    return desks


def sheet_of(session: scoped_session[Session], desk: Desk) -> Sheet:
    """January as it stands in the database."""
    session.expire_all()
    return load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)


def step(client: FlaskClient, desk: Desk, name: str, **data: str) -> TestResponse:
    """Answer to a step's form, with the version that its page showed."""
    page = f"{TEAM_PAGE}/{desk.person_id}/{name}"
    found = VERSION.search(client.get(page).text)
    assert found is not None
    return client.post(page, data={"version": found[1], **data})


def test_a_sheet_goes_back_to_the_person_with_a_reason(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)

    answer = step(client, team[0], "renvoyer", reason=REASON)

    assert answer.status_code == 303
    sheet = sheet_of(session, team[0])
    assert sheet.state is SheetState.DRAFT
    assert sheet.returned_because == REASON
    page = client.get(TEAM_PAGE).text
    assert "Renvoyée" in page
    assert REASON in page


@pytest.mark.parametrize("reason", ["", "trop court"[:9], " " * 20, "x" * 501])
def test_a_reason_of_ten_characters_is_asked_for_and_what_was_typed_stays(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk], reason: str
) -> None:
    log_in_manager(client, session(), team)

    answer = step(client, team[0], "renvoyer", reason=reason)

    assert answer.status_code == 422
    assert "field-errors" in answer.text
    assert reason.strip() in answer.text
    assert sheet_of(session, team[0]).state is SheetState.FINISHED


def test_ten_characters_are_enough(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)

    assert step(client, team[0], "renvoyer", reason="trop court").status_code == 303


def test_an_approved_month_opens_again_and_keeps_its_signatures_readable(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)
    approve_sheet(session, person_id=team[0].person_id, month=JANUARY, deed=deed(actor=MANAGER))
    session.commit()

    assert step(client, team[0], "rouvrir", reason=REASON).status_code == 303

    sheet = sheet_of(session, team[0])
    assert sheet.state is SheetState.DRAFT
    kinds = [one.kind for one in sheet.steps]
    assert kinds == [SheetStepKind.SIGNED, SheetStepKind.APPROVED, SheetStepKind.REOPENED]
    assert all(day.is_editable for day in sheet.days if day.contract_minutes)


def test_one_day_opens_again_and_the_others_stay_closed(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)

    answer = step(client, team[0], "rouvrir", reason=REASON, day="2025-01-07")

    assert answer.status_code == 303
    sheet = sheet_of(session, team[0])
    assert [day.day.day for day in sheet.days if day.is_editable] == [7]


def test_the_day_of_the_address_stands_in_the_form(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)
    page = f"{TEAM_PAGE}/{team[0].person_id}/rouvrir"

    assert 'value="2025-01-07"' in client.get(f"{page}?jour=2025-01-07").text
    assert client.get(f"{page}?jour=hier").status_code == 200


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2025-02-01", "pas un jour de ce mois"),
        ("31/02/2025", "attendu une date comme"),
        ("abc", "date"),
    ],
)
def test_a_day_of_another_month_is_refused_beside_its_field(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk], day: str, message: str
) -> None:
    log_in_manager(client, session(), team)

    answer = step(client, team[0], "rouvrir", reason=REASON, day=day)

    assert answer.status_code == 422
    assert message in answer.text
    assert REASON in answer.text
    assert sheet_of(session, team[0]).state is SheetState.FINISHED


def test_who_acts_on_a_sheet_that_changed_is_told_and_keeps_the_reason(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)
    page = f"{TEAM_PAGE}/{team[0].person_id}/rouvrir"
    approve_sheet(session, person_id=team[0].person_id, month=JANUARY, deed=deed(actor=MANAGER))
    session.commit()

    answer = client.post(page, data={"version": "1", "reason": REASON})

    assert answer.status_code == 409
    assert "a changé pendant que vous la lisiez" in answer.text
    assert REASON in answer.text
    assert sheet_of(session, team[0]).state is SheetState.APPROVED


def test_a_sheet_locked_for_a_claim_is_not_opened_by_a_manager(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    lock_sheets(
        session, person_months=[(team[0].person_id, JANUARY)], locked_for="le bilan FSE-1",
        deed=deed(actor=MANAGER),
    )  # fmt: skip
    session.commit()
    log_in_manager(client, session(), team)

    answer = step(client, team[0], "rouvrir", reason=REASON)

    assert answer.status_code == 409
    assert "le bilan FSE-1" in answer.text
    assert f"{team[0].person_id}/rouvrir" not in client.get(TEAM_PAGE).text


def test_finance_locks_and_unlocks_a_sheet_with_its_reason(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    open_account(session(), role=Role.FINANCE, organisation_id=team[0].organisation_id)
    log_in(client)

    assert step(client, team[0], "verrouiller", reason="contrôle de la Région").status_code == 303
    locked = sheet_of(session, team[0])
    assert locked.state is SheetState.LOCKED
    assert locked.locked_for == "contrôle de la Région"
    assert "pour contrôle de la Région" in client.get(TEAM_PAGE).text
    assert step(client, team[0], "deverrouiller", reason="contrôle terminé").status_code == 303

    opened = sheet_of(session, team[0])
    assert opened.state is SheetState.FINISHED
    assert [one.kind for one in opened.steps][-2:] == [SheetStepKind.LOCKED, SheetStepKind.UNLOCKED]


def test_a_manager_opens_a_locked_month_during_the_days_of_grace_and_not_after(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    organisation = session.get_one(Organisation, team[0].organisation_id)
    organisation.sheet_lock = "le mois précédent, dès sa fin"
    organisation.sheet_grace_days = 2
    session.commit()
    log_in_manager(client, session(), team)

    refused = step(client, team[0], "rouvrir", reason=REASON)
    organisation.sheet_grace_days = 3
    session.commit()
    opened = step(client, team[0], "rouvrir", reason=REASON)

    assert refused.status_code == 409
    assert opened.status_code == 303
    assert sheet_of(session, team[0]).state is SheetState.DRAFT
