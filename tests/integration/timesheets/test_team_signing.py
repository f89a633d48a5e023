"""A manager signs a team's month: what is listed first, what is signed, what is left and told."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AuditObject, Role, SheetState, SheetStepKind
from grants.models.audit import AuditEvent
from grants.models.organisations import Organisation
from grants.periods import Period
from grants.rules.timesheets.sheet import Sheet
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import take_back
from tests.factories.timesheets.sheets import AS_OF, JANUARY, Desk, add_absence, deed
from tests.factories.timesheets.teams import (
    FINANCE_EMAIL,
    MANAGER_EMAIL,
    TEAM_PAGE,
    add_team,
    delegate,
    log_in_manager,
    open_manager,
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


def shown(client: FlaskClient, *desks: Desk) -> list[str]:
    """What the page of confirmation would sign: for these, or for all that are ready."""
    asked = "&".join(f"p={desk.person_id}" for desk in desks)
    return SHEET.findall(client.get(f"{TEAM_PAGE}/valider?{asked}").text)


def sign(client: FlaskClient, sheets: list[str]) -> str:
    """Page after signing what was shown."""
    answer = client.post(f"{TEAM_PAGE}/valider", data={"sheet": sheets})
    assert answer.status_code == 303
    return client.get(TEAM_PAGE).text


def test_all_that_is_ready_is_listed_before_it_is_signed(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)

    page = client.get(f"{TEAM_PAGE}/valider").text

    assert "Ce que vous signez" in page
    assert "J&#39;atteste" in page or "J'atteste" in page
    assert page.count("154\u00a0h") >= 3
    assert "462\u00a0h" in page, "the total of the three"
    assert "Signer les 3 feuilles" in page


def test_whoever_ticks_nothing_is_not_offered_all(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)

    answer = client.get(f"{TEAM_PAGE}/valider?cochees=1", follow_redirects=True)

    assert "Cochez au moins une feuille." in answer.text
    assert "Ce que vous signez" not in answer.text


def test_one_signature_signs_every_sheet_with_a_step_of_its_own(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    account = log_in_manager(client, session(), team)

    page = sign(client, shown(client))

    assert "3 feuilles de temps signées." in page
    sheets = [sheet_of(session, desk) for desk in team]
    assert {sheet.state for sheet in sheets} == {SheetState.APPROVED}
    steps = [sheet.steps[-1] for sheet in sheets]
    assert {one.kind for one in steps} == {SheetStepKind.APPROVED}
    assert len({one.at for one in steps}) == 1, "one moment"
    assert {one.name for one in steps} == {account.name}
    told = session.scalars(select(AuditEvent).where(AuditEvent.actor_id == account.id)).all()
    assert len([e for e in told if e.object_kind == AuditObject.TIME_SHEET.value]) == 3


def test_only_what_is_ticked_is_signed(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)

    sign(client, shown(client, team[1]))

    states = [sheet_of(session, desk).state for desk in team]
    assert states == [SheetState.FINISHED, SheetState.APPROVED, SheetState.FINISHED]


def test_a_sheet_that_leave_contradicts_is_not_offered_and_says_why(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    add_absence(session(), team[0], Period(date(2025, 1, 8), date(2025, 1, 9)))
    log_in_manager(client, session(), team)

    everybody = shown(client)
    asked = client.get(f"{TEAM_PAGE}/valider?p={team[0].person_id}").text

    assert len(everybody) == 2
    assert SHEET.findall(asked) == []
    assert "ne seront pas signées" in asked
    assert "08/01/2025" in asked


def test_a_sheet_that_changed_since_it_was_shown_is_left_and_told_the_others_pass(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)
    seen = shown(client)
    take_back(session, person_id=team[0].person_id, month=JANUARY, deed=deed(reason=REASON))
    session.commit()

    page = sign(client, seen)

    assert "2 feuilles de temps signées." in page
    assert "Non signée :" in page
    assert "AUBRAC" in page
    assert sheet_of(session, team[0]).state is SheetState.DRAFT
    assert sheet_of(session, team[1]).state is SheetState.APPROVED


def test_the_same_signature_sent_twice_signs_once(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)
    seen = shown(client)
    sign(client, seen)

    again = sign(client, seen)

    assert "Non signée :" in again
    steps = [one.kind for one in sheet_of(session, team[0]).steps]
    assert steps.count(SheetStepKind.APPROVED) == 1


@pytest.mark.parametrize("sheets", [[], ["abc"], ["1"], ["-1:2", "²:3"], ["1:"]])
def test_a_form_without_a_sheet_signs_nothing(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk], sheets: list[str]
) -> None:
    log_in_manager(client, session(), team)

    page = sign(client, sheets)

    assert "Aucune feuille n" in page
    assert sheet_of(session, team[0]).state is SheetState.FINISHED


def test_a_sheet_of_nobody_s_team_does_not_exist(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    open_manager(session(), team[:1], whole=False)
    log_in(client, MANAGER_EMAIL)

    answer = client.post(
        f"{TEAM_PAGE}/valider", data={"sheet": [f"{team[0].person_id}:1", f"{team[1].person_id}:1"]}
    )

    assert answer.status_code == 404
    assert sheet_of(session, team[0]).state is SheetState.FINISHED


def test_a_manager_never_signs_their_own_sheet(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    own = team[0]
    open_account(
        session(), email=MANAGER_EMAIL, name="Inès Aubrac", role=Role.MANAGER,
        organisation_id=own.organisation_id, person_id=own.person_id,
    )  # fmt: skip
    log_in(client, MANAGER_EMAIL)

    assert len(shown(client)) == 2
    answer = client.post(f"{TEAM_PAGE}/valider", data={"sheet": [f"{own.person_id}:1"]})
    assert answer.status_code == 404
    assert client.get(f"{TEAM_PAGE}/{own.person_id}/renvoyer").status_code == 403


def test_a_substitute_signs_for_the_absent_manager_and_the_sheet_says_so(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    absent = open_manager(session(), team)
    substitute = open_account(
        session(), email=FINANCE_EMAIL, name="Camille Exemple", role=Role.FINANCE,
        organisation_id=team[0].organisation_id,
    )  # fmt: skip
    delegate(session(), absent, substitute, team[0].organisation_id)
    log_in(client, FINANCE_EMAIL)

    page = client.get(f"{TEAM_PAGE}/valider").text
    sign(client, SHEET.findall(page))

    assert "Vous signez pour Thomas Bellegarde" in page
    signed = sheet_of(session, team[0])
    assert signed.signed_by_manager is not None
    assert signed.signed_by_manager.name == "Camille Exemple, pour Thomas Bellegarde"
    assert signed.steps[-1].name == "Camille Exemple, pour Thomas Bellegarde"
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.actor_label == "Camille Exemple pour Thomas Bellegarde"


def test_a_month_closed_by_its_date_is_still_signed(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    organisation = session.get_one(Organisation, team[0].organisation_id)
    organisation.sheet_lock = "le mois précédent, dès sa fin"
    session.commit()
    log_in_manager(client, session(), team)

    page = sign(client, shown(client))

    assert "3 feuilles de temps signées." in page
    assert sheet_of(session, team[0]).signed_by_manager is not None
