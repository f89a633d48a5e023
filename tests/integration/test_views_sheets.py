"""A person's month on screen: typed, refused, confirmed, signed, taken back; with plain forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from grants import models as m
from grants.clock import FixedClock
from grants.enums import AbsenceKind, LetterNature, Role
from grants.periods import Period
from grants.services.sheet_flow import approve_sheet, reopen_sheet, return_sheet, sign_sheet
from grants.services.sheets import load_sheet
from tests.factories.sheets import (
    AS_OF,
    AT,
    JANUARY,
    MANAGER,
    Desk,
    add_absence,
    add_desk,
    add_hours,
    deed,
    fill_month,
)
from tests.support.visitors import log_in, open_account

TUESDAY, WEDNESDAY = date(2025, 1, 7), date(2025, 1, 8)


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(AT))
    return app


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    return add_desk(session())


@pytest.fixture
def agent(client: FlaskClient, session: scoped_session[Session], desk: Desk) -> FlaskClient:
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)
    return client


def log_in_as(
    client: FlaskClient,
    session: scoped_session[Session],
    desk: Desk,
    role: Role,
    person_id: int | None = None,
    **scope: object,
) -> None:
    email = f"{role.value}@exemple.test"
    organisation = None if role is Role.OPERATOR else desk.organisation_id
    open_account(
        session(), email, role=role, organisation_id=organisation, person_id=person_id, **scope
    )
    log_in(client, email)


def address(desk: Desk, month: str = "2025-01", more: str = "") -> str:
    return f"/feuilles/{desk.person_id}/{month}{more}"


def page(client: FlaskClient, desk: Desk, month: str = "2025-01") -> str:
    return client.get(address(desk, month)).get_data(as_text=True)


def send(client: FlaskClient, desk: Desk, action: str = "save", **fields: str) -> TestResponse:
    """Send the page's form as a browser does: every field as it stands, but those named here."""
    shown = page(client, desk)
    sent = {
        name: value.replace("&#34;", '"')
        for name, value in re.findall(
            r'<input (?:type="hidden" )?name="([^"]+)" value="([^"]*)"', shown
        )
    }
    return client.post(address(desk), data=sent | {"action": action} | fields)


def cell(key: str, day: date = TUESDAY) -> str:
    return f"{key}@{day.isoformat()}"


def stored(session: scoped_session[Session], day: date = TUESDAY) -> dict[int | None, int]:
    session.expire_all()
    query = select(m.TimeEntry.convention_id, m.TimeEntry.minutes).where(m.TimeEntry.work_on == day)
    return {row.convention_id: row.minutes for row in session.execute(query)}


def test_log_in_leads_a_facilitator_to_the_running_month(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)

    answer = client.get("/", follow_redirects=True)

    assert answer.request.path == address(desk, "2025-02")
    assert "Feuille de temps, février" in answer.get_data(as_text=True)


def test_an_account_that_is_no_agents_is_told_so(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    log_in_as(client, session, desk, Role.FACILITATOR)

    assert "relié à aucun agent" in client.get("/feuilles").get_data(as_text=True)


@pytest.mark.parametrize("typed", ["7,5", "7.5", "7:30", "7h30", "7 h 30", "450 min"])
def test_hours_are_read_in_every_manner_and_shown_in_one(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk, typed: str
) -> None:
    answer = send(agent, desk, **{cell(desk.elsewhere): typed})

    assert answer.status_code == 303
    assert stored(session) == {None: 450}
    assert f'name="{cell(desk.elsewhere)}" value="7,50"' in page(agent, desk)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("25", "dépasse les 24"),
        ("-1", "négatif"),
        ("abc", "pas une durée"),
        ("7:75", "pas une durée"),
        ("9" * 500, "pas une durée"),
        ("<b>7</b>", "pas une durée"),
    ],
)
def test_what_is_no_duration_is_refused_at_its_cell_and_nothing_else_is_lost(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk, typed: str, says: str
) -> None:
    fields = {cell(desk.elsewhere): typed, cell(desk.elsewhere, WEDNESDAY): "6"}

    answer = send(agent, desk, **fields)

    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in shown
    assert f'id="c-{cell(desk.elsewhere)}" aria-invalid="true"' in shown
    assert f'href="#c-{cell(desk.elsewhere)}"' in shown
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in shown
    assert stored(session) == {}
    assert stored(session, WEDNESDAY) == {None: 360}


def test_a_day_of_another_month_is_refused_and_shown(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    march = date(2025, 3, 4)

    answer = send(agent, desk, **{cell(desk.elsewhere, march): "3,25"})

    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "mardi 4 mars" in shown
    assert "3,25" in shown
    assert stored(session, march) == {}


def test_closed_days_hold_no_field(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    add_absence(session(), desk, Period(TUESDAY, WEDNESDAY))

    shown = page(agent, desk)

    assert f'name="{cell(desk.elsewhere)}"' not in shown
    assert f'name="{cell(desk.elsewhere, WEDNESDAY)}"' in shown
    assert "mardi 7 janvier, Congés payés" in shown


def test_hours_on_a_day_of_leave_can_be_cleared_and_nothing_else(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    add_hours(session(), desk, TUESDAY, 60)
    add_absence(session(), desk, Period(TUESDAY, WEDNESDAY))
    assert f'value="clear:{cell(desk.on_operation)}"' in page(agent, desk)

    answer = send(agent, desk, f"clear:{cell(desk.on_operation)}")

    assert answer.status_code == 303
    assert stored(session) == {}


def test_two_people_at_once_lose_nothing(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    old = {"version": "0", "shown": ""}
    send(agent, desk, **{cell(desk.elsewhere): "3"})

    other = agent.post(address(desk), data=old | {cell(desk.elsewhere, WEDNESDAY): "4"})
    same = agent.post(address(desk), data=old | {cell(desk.elsewhere): "5"})

    assert other.status_code == 303
    assert same.status_code == 422
    shown = same.get_data(as_text=True)
    assert "3,00" in re.search(r'id="e-[^"]*">(.*?)</li>', shown, re.S)[1]  # type: ignore[index] # fails as a test does
    assert f'name="{cell(desk.elsewhere)}" value="5"' in shown
    assert stored(session) == {None: 180}
    assert stored(session, WEDNESDAY) == {None: 240}


def test_the_buttons_of_a_day_and_of_the_month_confirm_what_is_proposed(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk, date(2024, 12, 1))
    assert 'class="w2 d2 ask"' in page(agent, desk)

    send(agent, desk, f"confirm:{TUESDAY}")
    one = stored(session), stored(session, WEDNESDAY)
    send(agent, desk, "confirm")

    assert one == ({desk.operation_id: 420}, {})
    assert stored(session, WEDNESDAY) == {desk.operation_id: 420}
    assert " ask" not in page(agent, desk).partition("<tbody>")[2].partition("</table>")[0]


def test_one_button_saves_confirms_and_signs(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk, date(2024, 12, 1))

    answer = send(agent, desk, "sign", **{cell(desk.on_operation): "6,5"})

    assert answer.status_code == 303
    sheet = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    assert sheet.signed_by_person is not None
    assert sheet.minutes[desk.on_operation, TUESDAY] == 390
    shown = page(agent, desk)
    assert "<input name=" not in shown
    assert "Terminée" in shown


def test_nothing_is_signed_while_a_cell_is_refused(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk, date(2024, 12, 1))

    answer = send(agent, desk, "sign", **{cell(desk.on_operation): "abc"})

    assert answer.status_code == 422
    sheet = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    assert sheet.signed_by_person is None
    assert not sheet.minutes


def test_a_month_that_is_not_over_is_not_signed_and_keeps_what_was_typed(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    monday = date(2025, 2, 3)
    url = address(desk, "2025-02")
    data = {"shown": "", "version": "0", "action": "sign", cell(desk.elsewhere, monday): "7"}

    answer = agent.post(url, data=data)

    assert answer.status_code == 422
    assert "le mois n'est pas fini" in answer.get_data(as_text=True).replace("&#39;", "'")
    assert stored(session, monday) == {None: 420}


def test_a_signature_is_taken_back_with_a_reason_and_stays_in_the_history(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk)
    send(agent, desk, "sign")
    url = address(desk, more="/reprendre")

    short = agent.post(url, data={"reason": "oubli"})
    good = agent.post(url, data={"reason": "J'ai oublié la réunion du 14."})

    assert short.status_code == 422
    assert "oubli</textarea>" in short.get_data(as_text=True)
    assert good.status_code == 303
    shown = page(agent, desk)
    assert "Brouillon" in shown
    assert "Signée par l&#39;agent" in shown
    assert "J&#39;ai oublié la réunion du 14." in shown


def test_an_approved_sheet_is_not_taken_back_by_its_person(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    sign_and_approve(session, desk)

    answer = agent.post(address(desk, more="/reprendre"), data={"reason": "Je me suis trompée."})

    assert answer.status_code == 422
    assert "approuvée" in answer.get_data(as_text=True)
    assert "Reprendre ma signature" not in page(agent, desk)


def sign_and_approve(session: scoped_session[Session], desk: Desk) -> None:
    fill_month(session(), desk)
    given = {"person_id": desk.person_id, "month": JANUARY}
    sign_sheet(session(), **given, **deed())
    approve_sheet(session(), **given, **deed(actor=MANAGER))
    session.commit()


def test_a_reopened_day_alone_may_be_typed_in(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    sign_and_approve(session, desk)
    given = {"person_id": desk.person_id, "month": JANUARY, "day": TUESDAY}
    reopen_sheet(session(), **given, reason="La réunion manque ce jour-là.", **deed(actor=MANAGER))
    session.commit()

    shown = page(agent, desk)

    names = re.findall(r'<input name="([^"]+@[^"]+)"', shown)
    assert names
    assert {name.partition("@")[2] for name in names} == {TUESDAY.isoformat()}


def test_the_reason_of_a_return_stands_on_top(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk)
    given = {"person_id": desk.person_id, "month": JANUARY}
    sign_sheet(session(), **given, **deed())
    return_sheet(session(), **given, reason="Il manque le marché du 14.", **deed(actor=MANAGER))
    session.commit()

    assert "Il manque le marché du 14." in page(agent, desk)


def test_a_row_is_added_filled_and_an_empty_one_removed(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    wanted = {"convention": str(desk.operation_id), "activity": "evaluation", "market": "Collège"}

    added = send(agent, desk, "add", **wanted)

    shown = agent.get(added.location).get_data(as_text=True)
    key = re.search(r'name="(\d+-evaluation-[^@]+)@2025-01-07"', shown)[1]  # type: ignore[index] # fails as a test does
    assert "Collège" in shown
    again = agent.post(
        added.location, data={"action": "add", "version": "0", "shown": "", **wanted}
    )
    assert again.status_code == 422
    assert "déjà dans la feuille" in again.get_data(as_text=True)
    gone = agent.post(added.location, data={"action": f"remove:{key}", "version": "0", "shown": ""})
    assert "Collège" not in agent.get(gone.location).get_data(as_text=True)


@pytest.mark.parametrize("convention", ["987654", "abc", ""])
def test_a_row_of_an_operation_that_is_not_open_is_refused(
    agent: FlaskClient, desk: Desk, convention: str
) -> None:
    answer = send(agent, desk, "add", convention=convention, activity="evaluation")

    assert answer.status_code == (422 if convention else 303)


def test_a_day_is_copied_to_others(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    add_hours(session(), desk, TUESDAY, 300)
    days = {"copy_from": "2025-01-07", "copy_to": "2025-01-08", "copy_last": "2025-01-09"}

    answer = send(agent, desk, "copy-day", **days)

    assert answer.status_code == 303
    assert stored(session, WEDNESDAY) == {desk.operation_id: 300}
    assert stored(session, date(2025, 1, 9)) == {desk.operation_id: 300}
    assert send(agent, desk, "copy-day", copy_from="hier").status_code == 422


def test_comments_are_kept_by_day_and_too_long_ones_come_back(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    send(agent, desk, **{f"note@{TUESDAY}": "Réunion à Niort"})
    refused = send(agent, desk, **{f"note@{TUESDAY}": "x" * 501})

    assert refused.status_code == 422
    assert "x" * 501 in refused.get_data(as_text=True)
    assert "Réunion à Niort" in page(agent, desk)


def test_cells_that_save_by_themselves_are_told_what_stands_there(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    url = address(desk, more="/cellules")
    data = {
        "version": "0",
        "shown": "",
        cell(desk.elsewhere): "7h30",
        cell(desk.elsewhere, WEDNESDAY): "25",
    }

    news = agent.post(url, data=data, headers={"Accept": "application/json"}).get_json()

    assert news["version"] == 1
    assert news["cells"] == {cell(desk.elsewhere): 450}
    assert [problem["name"] for problem in news["problems"]] == [cell(desk.elsewhere, WEDNESDAY)]
    assert "7,50" in news["summary"]
    assert stored(session) == {None: 450}


def test_a_letter_that_fixes_the_whole_time_removes_the_page(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    desk = add_desk(session(), code="B2", name="PLEINTEMPS", nature=LetterNature.FULL_TIME)
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)

    shown = page(client, desk)

    assert "Pas de feuille à remplir" in shown
    assert "<input name=" not in shown


def test_the_year_shows_where_each_month_stands(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    sign_and_approve(session, desk)

    shown = agent.get(f"/feuilles/{desk.person_id}/2025").get_data(as_text=True)

    assert shown.count("/2025-") >= 12
    assert "Approuvée" in shown


@pytest.mark.parametrize("month", ["2025-13", "2025-0", "abc", "0000-01", "9999-01"])
def test_what_is_no_month_is_not_found(agent: FlaskClient, desk: Desk, month: str) -> None:
    assert agent.get(address(desk, month)).status_code == 404


def test_a_half_day_of_leave_halves_what_the_contract_wants(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    add_absence(session(), desk, Period(TUESDAY, WEDNESDAY), kind=AbsenceKind.RTT, minutes=210)

    shown = page(agent, desk)

    assert f'name="{cell(desk.elsewhere)}"' in shown
    assert shown.count("3,50") == 2


# Whose sheet is whose


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.DIRECTOR])
def test_a_colleagues_sheet_does_not_exist(
    client: FlaskClient, session: scoped_session[Session], desk: Desk, role: Role
) -> None:
    other = add_desk(session(), code="B2", name="COLLEGUE")
    log_in_as(client, session, desk, role, person_id=desk.person_id)
    field = {cell(desk.elsewhere): "7", "version": "0", "shown": ""}

    for url in (address(other), f"/feuilles/{other.person_id}/2025"):
        assert client.get(url).status_code == (403 if role is Role.DIRECTOR else 404)
    for more in ("", "/cellules", "/reprendre"):
        refused = 403 if role is Role.DIRECTOR else 404
        assert client.post(address(other, more=more), data=field).status_code == refused
    assert stored(session) == {}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE, Role.FACILITATOR])
def test_a_sheet_of_another_structure_does_not_exist(
    client: FlaskClient, session: scoped_session[Session], desk: Desk, role: Role
) -> None:
    foreign = add_desk(session(), organisation="Une autre structure")
    log_in_as(client, session, desk, role, person_id=desk.person_id)

    assert client.get(address(foreign)).status_code == 404
    status = client.post(address(foreign), data={"version": "0"}).status_code
    assert status == (403 if role is Role.MANAGER else 404)


def test_a_manager_reads_without_fields_and_a_finance_officer_corrects(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    log_in_as(client, session, desk, Role.MANAGER)
    read = page(client, desk)
    refused = client.post(address(desk), data={cell(desk.elsewhere): "7", "version": "0"})
    client.post("/logout")
    log_in_as(client, session, desk, Role.FINANCE)

    saved = send(client, desk, **{cell(desk.elsewhere): "7"})

    assert "<input name=" not in read
    assert refused.status_code == 403
    assert saved.status_code == 303
    assert "Confirmer et signer" not in page(client, desk)
    assert stored(session) == {None: 420}


def test_an_auditor_reads_signed_sheets_of_the_named_conventions_alone(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    scope = {"conventions": [desk.operation_id], "last_on": date(2025, 12, 31)}
    log_in_as(client, session, desk, Role.AUDITOR, **scope)
    unsigned = client.get(address(desk)).status_code
    sign_and_approve(session, desk)
    stranger = add_desk(session(), organisation="Une autre structure")

    assert unsigned == 404
    assert client.get(address(desk)).status_code == 200
    assert client.get(address(stranger)).status_code == 404
    assert client.post(address(desk), data={"version": "0"}).status_code == 403
