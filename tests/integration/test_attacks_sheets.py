"""What somebody tries with another's time sheet, or with their own, beyond what is theirs."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from grants import models as m
from grants.enums import AbsenceKind, Role, SheetState
from grants.periods import Period
from grants.rules.sheet_facts import Sheet
from grants.services.sheets import load_sheet
from tests.factories.sheets import AS_OF, JANUARY, Desk, add_absence, add_desk, fill_month
from tests.factories.teams import stand_in_february
from tests.support.sheet_pages import TUESDAY, address, log_in_as, send, sign_and_approve

SCAN = b"\x89PNG\r\n\x1a\n" + b"0" * 64 + b"IEND\xaeB`\x82"


@pytest.fixture(autouse=True)
def _in_february(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_february(app, monkeypatch)


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    return add_desk(session())


def sheet_of(session: scoped_session[Session], desk: Desk) -> Sheet:
    """January as it stands in the database."""
    session.expire_all()
    return load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)


def test_a_finance_officer_signs_in_nobody_elses_name(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk)
    log_in_as(client, session, desk, Role.FINANCE)

    answers = [
        send(client, desk, "sign"),
        client.post(address(desk, more="/cellules"), data={"action": "sign", "version": "1"}),
    ]

    assert [a.status_code for a in answers] == [403, 403]
    assert sheet_of(session, desk).state is SheetState.DRAFT


def test_whoever_deposits_scans_never_deposits_their_own(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk)
    log_in_as(client, session, desk, Role.FINANCE, person_id=desk.person_id)

    asked = client.get(address(desk, more="/exemplaire"))
    sent = client.post(
        address(desk, more="/exemplaire"),
        data={
            "scan": (BytesIO(SCAN), "feuille.png"),
            "signed_by_person_on": "2025-01-31",
            "signed_by_manager_on": "2025-02-03",
            "manager": "Une personne inventée",
        },
    )

    assert (asked.status_code, sent.status_code) == (403, 403)
    assert sheet_of(session, desk).state is SheetState.DRAFT


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE])
def test_nobody_reopens_their_own_approved_month(
    client: FlaskClient, session: scoped_session[Session], desk: Desk, role: Role
) -> None:
    sign_and_approve(session, desk)
    log_in_as(client, session, desk, role, person_id=desk.person_id)

    fields = {"reason": "une heure de plus me va", "version": str(sheet_of(session, desk).version)}
    answer = client.post(f"/equipe/2025-01/{desk.person_id}/rouvrir", data=fields)

    assert answer.status_code == 403
    assert sheet_of(session, desk).state is SheetState.APPROVED


def test_an_address_tells_nothing_of_an_operation_that_is_not_the_persons(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    sign_and_approve(session, desk)
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)

    pages = [
        client.get(address(desk, "2025-02", more=f"?ligne={number}-other"))
        for number in (desk.other_operation_id, 987654)
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert "FSE-1" in pages[0].text
    assert "FSE-2" not in pages[0].text


def test_a_director_reads_nowhere_that_somebody_is_ill(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    add_absence(session(), desk, Period.inclusive(TUESDAY, TUESDAY), kind=AbsenceKind.SICKNESS)
    log_in_as(client, session, desk, Role.DIRECTOR)

    for url in ("/equipe/2025-01", "/equipe/2025", "/equipe/2025-01.csv", "/equipe/2025.csv"):
        assert "aladie" not in client.get(url).text
    assert client.get(address(desk)).status_code == 403


@pytest.mark.parametrize("more", [{}, {"team": "named"}])
def test_a_manager_who_is_an_agent_is_not_offered_their_own_sheet_to_sign(
    client: FlaskClient, session: scoped_session[Session], desk: Desk, more: dict[str, str]
) -> None:
    fill_month(session(), desk)
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)
    send(client, desk, "sign")
    client.post("/logout")
    team = [desk.person_id] if more else None
    log_in_as(client, session, desk, Role.MANAGER, team=team)
    account = session.scalars(
        select(m.User).where(m.User.email == f"{Role.MANAGER.value}@exemple.test")
    ).one()
    session.execute(update(m.Membership).values(user_id=account.id))
    session.commit()

    asked = client.get("/equipe/2025-01/valider").text
    sheet = sheet_of(session, desk)
    sent = client.post(
        "/equipe/2025-01/valider", data={"sheet": [f"{desk.person_id}:{sheet.version}"]}
    )

    assert 'name="sheet"' not in asked
    assert sent.status_code in {303, 404}
    assert sheet_of(session, desk).state is SheetState.FINISHED
