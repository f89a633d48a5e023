"""What somebody tries with another's time sheet, or with their own, beyond what is theirs."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AbsenceKind, Activity, AuditObject, Role, SheetState
from grants.errors import Unreadable
from grants.models.accounts import User
from grants.models.audit import AuditEvent
from grants.models.roles import Delegation, Membership
from grants.models.timesheets import TimeSheet
from grants.periods import Period
from grants.rules.timesheets.content import signed_content
from grants.rules.timesheets.rows import row_key
from grants.rules.timesheets.sheet import Sheet
from grants.services.people.absences.files import read_absences
from grants.services.people.absences.reading import ReadFile
from grants.services.roles.memberships import give_role
from grants.services.timesheets.loading import load_sheet
from tests.factories.timesheets.sheets import (
    AS_OF,
    AT,
    JANUARY,
    Desk,
    add_absence,
    add_desk,
    fill_month,
)
from tests.factories.timesheets.teams import (
    MANAGER_EMAIL,
    TEAM_PAGE,
    delegate,
    open_manager,
    sign_month,
    stand_in_february,
)
from tests.support.sheet_pages import TUESDAY, address, cell, log_in_as, send, sign_and_approve
from tests.support.visitors import PASSWORD, log_in, open_account

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
    client.post("/deconnexion")
    team = [desk.person_id] if more else None
    log_in_as(client, session, desk, Role.MANAGER, team=team)
    account = session.scalars(
        select(User).where(User.email == f"{Role.MANAGER.value}@exemple.test")
    ).one()
    session.execute(update(Membership).values(user_id=account.id))
    session.commit()

    asked = client.get("/equipe/2025-01/valider").text
    sheet = sheet_of(session, desk)
    sent = client.post(
        "/equipe/2025-01/valider", data={"sheet": [f"{desk.person_id}:{sheet.version}"]}
    )

    assert 'name="sheet"' not in asked
    assert sent.status_code in {303, 404}
    assert sheet_of(session, desk).state is SheetState.FINISHED


def test_a_substitute_does_not_sign_the_absent_managers_own_month(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    other = add_desk(session(), code="A002", name="BRANTÔME")
    for one in (desk, other):
        sign_month(session(), one)
    absent = open_manager(session(), [desk])
    give_role(
        session(), user_id=absent.id, role=Role.FACILITATOR, start_on=JANUARY,
        organisation_id=desk.organisation_id, person_id=desk.person_id,
    )  # fmt: skip
    substitute = open_account(
        session(), "remplacant@exemple.test", role=Role.DIRECTOR,
        organisation_id=desk.organisation_id,
    )  # fmt: skip
    delegate(session(), absent, substitute, desk.organisation_id)
    log_in(client, "remplacant@exemple.test")

    offered = client.get(f"{TEAM_PAGE}/valider").text
    version = sheet_of(session, desk).version
    sent = client.post(f"{TEAM_PAGE}/valider", data={"sheet": [f"{desk.person_id}:{version}"]})

    assert offered.count('name="sheet"') == 1, "the colleague's alone"
    assert sent.status_code in {303, 404}
    assert sheet_of(session, desk).state is SheetState.FINISHED


@pytest.mark.parametrize("month", ["0001-01-01", "9999-12-01", "2025-13-01"])
def test_a_month_at_the_end_of_time_in_a_hidden_field_breaks_nothing(
    client: FlaskClient, session: scoped_session[Session], desk: Desk, month: str
) -> None:
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)
    kept = [{"month": month, "version": 0, "cells": [["0-other", month, 60]], "comments": []}]

    answer = client.post(
        address(desk, more="/classeur/enregistrer"), data={"accepted": json.dumps(kept)}
    )

    assert answer.status_code == 422
    assert "ien n'est enregistré" in answer.text.replace("&#39;", "'")
    assert session.scalars(select(TimeSheet)).all() == []


def test_an_address_to_go_on_to_that_is_no_address_leads_home(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    open_manager(session(), [desk])

    answer = client.post("/connexion?next=//[", data={"email": MANAGER_EMAIL, "password": PASSWORD})

    assert answer.status_code == 303
    assert "[" not in answer.headers["Location"]


def test_the_trail_keeps_the_hash_of_what_was_signed(
    session: scoped_session[Session], desk: Desk
) -> None:
    sign_and_approve(session, desk)

    told = session.scalars(
        select(AuditEvent.after).where(AuditEvent.object_kind == AuditObject.TIME_SHEET)
    ).all()

    kept = sheet_of(session, desk).content_sha256
    assert sum(kept in (text or "") for text in told) == 2, "by each of the two signatures"


def test_hours_moved_to_an_operation_with_a_likely_name_change_the_hash() -> None:
    day = {date(2025, 1, 7): 60}
    lines = (
        ("FSE", "support_buyers", "A evaluation B"),
        ("FSE support_buyers A", "evaluation", "B"),
    )
    found = {
        signed_content(
            person_code="A001", month=Period.month(JANUARY), lines={line: day}, absences=()
        )
        for line in lines
    }

    assert len(found) == 2


def test_a_director_of_one_structure_reads_no_letters_of_another_where_they_are_an_agent(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    own = add_desk(session(), code="B001", name="OLORON", organisation="Autre ville fictive")
    add_desk(session(), code="B002", name="PÉROUGES", organisation="Autre ville fictive")
    account = open_account(
        session(), "deux@exemple.test", role=Role.DIRECTOR, organisation_id=desk.organisation_id
    )
    give_role(
        session(), user_id=account.id, role=Role.FACILITATOR, start_on=JANUARY,
        organisation_id=own.organisation_id, person_id=own.person_id,
    )  # fmt: skip
    session.commit()
    log_in(client, "deux@exemple.test")

    shown = client.get("/lettres.csv").text

    assert "AUBRAC" in shown
    assert "OLORON" in shown
    assert "PÉROUGES" not in shown


def test_a_substitute_loses_the_team_at_the_very_next_click(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    sign_month(session(), desk)
    absent = open_manager(session(), [desk])
    substitute = open_account(
        session(), "remplacant@exemple.test", role=Role.DIRECTOR,
        organisation_id=desk.organisation_id,
    )  # fmt: skip
    delegate(session(), absent, substitute, desk.organisation_id)
    log_in(client, "remplacant@exemple.test")
    before = client.get(f"{TEAM_PAGE}/valider")
    session.execute(update(Delegation).values(cancelled_at=AT))
    session.commit()

    version = sheet_of(session, desk).version
    sent = client.post(f"{TEAM_PAGE}/valider", data={"sheet": [f"{desk.person_id}:{version}"]})
    files = [
        client.get(f"{address(desk)}/feuille.pdf"),
        client.get(f"{TEAM_PAGE}/feuilles.pdf"),
    ]

    assert before.status_code == 200
    assert sent.status_code == 403
    assert [one.status_code for one in files] == [403, 403]
    assert sheet_of(session, desk).state is SheetState.FINISHED


def test_words_that_are_markup_or_formulas_stay_words_everywhere(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    evil = "=HYPERLINK(1)<script>alert(1)</script>"
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)
    row = row_key(None, Activity.OTHER, evil)
    fields = {cell(row): "7", "note@2025-01-07": evil, "version": "0", "action": "save"}

    saved = client.post(address(desk), data=fields)
    cells = client.post(address(desk, more="/cellules"), data={cell(row): evil, "version": "1"})
    book = load_workbook(BytesIO(client.get(address(desk, more="/feuille.xlsx")).data))

    assert saved.status_code == 303
    assert "<script>alert" not in client.get(address(desk)).text
    assert "<script>alert" not in cells.get_json()["summary"]
    found = [one for sheet in book for line in sheet.iter_rows() for one in line]
    assert any(evil in str(one.value) for one in found)
    assert not any(one.data_type == "f" and "HYPERLINK" in str(one.value) for one in found)
    assert client.get(address(desk, more="/feuille.pdf")).data.startswith(b"%PDF")


def test_a_calendar_of_days_that_never_come_is_given_up_soon() -> None:
    event = (
        "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART;VALUE=DATE:20250101\r\nSUMMARY:Congés\r\n"
        "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30\r\nEND:VEVENT\r\n"
    )
    events = [event.format(number) for number in range(2_000)]

    def read(count: int) -> ReadFile:
        text = "".join(("BEGIN:VCALENDAR\r\n", *events[:count], "END:VCALENDAR\r\n"))
        return read_absences("a.ics", text.encode(), since=JANUARY, until=date(2026, 1, 1))

    assert [one.expected for one in read(1).problems] == [
        "une répétition sur laquelle tombe au moins un jour"
    ]
    with pytest.raises(Unreadable, match="n'est pas un calendrier lisible"):
        read(2_000)
