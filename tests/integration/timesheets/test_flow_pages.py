"""A person's month on screen: signed, taken back, returned; and whose month opens to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.enums import LetterNature, Role
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import reopen_sheet, return_sheet, sign_sheet
from tests.factories.timesheets.sheets import (
    AS_OF,
    AT,
    JANUARY,
    MANAGER,
    Desk,
    add_desk,
    deed,
    fill_month,
)
from tests.support.sheet_pages import (
    TUESDAY,
    address,
    cell,
    log_in_as,
    page,
    send,
    sign_and_approve,
    stored,
)


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
    shown = page(agent, desk, "2025-02")

    assert answer.status_code == 422
    assert "le mois n'est pas fini" in answer.get_data(as_text=True).replace("&#39;", "'")
    assert stored(session, monday) == {None: 420}
    assert "à partir du 28/02/2025" in shown
    assert 'value="sign"' not in shown


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
    assert "validée" in answer.get_data(as_text=True)
    assert "Reprendre ma signature" not in page(agent, desk)


def test_a_reopened_day_alone_may_be_typed_in(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    sign_and_approve(session, desk)
    given = {"person_id": desk.person_id, "month": JANUARY, "day": TUESDAY}
    reopen_sheet(
        session(), **given, deed=deed(actor=MANAGER, reason="La réunion manque ce jour-là.")
    )
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
    sign_sheet(session(), **given, deed=deed())
    return_sheet(session(), **given, deed=deed(actor=MANAGER, reason="Il manque le marché du 14."))
    session.commit()

    assert "Il manque le marché du 14." in page(agent, desk)


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
    assert "Validée" in shown


def test_a_month_that_begins_at_a_weekend_opens_on_its_first_working_week(
    agent: FlaskClient, desk: Desk
) -> None:
    shown = agent.get(address(desk, "2025-03")).get_data(as_text=True)

    assert re.search(r'value="2"[^>]*checked', shown)


@pytest.mark.parametrize("month", ["2025-13", "2025-0", "abc", "0000-01", "9999-01"])
def test_what_is_no_month_is_not_found(agent: FlaskClient, desk: Desk, month: str) -> None:
    assert agent.get(address(desk, month)).status_code == 404


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
    client.post("/deconnexion")
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


def test_a_manager_is_offered_what_the_state_allows(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    log_in_as(client, session, desk, Role.MANAGER)
    draft = page(client, desk)
    fill_month(session(), desk)
    sign_sheet(session(), person_id=desk.person_id, month=JANUARY, deed=deed())
    session.commit()

    signed = page(client, desk)

    at = f"/equipe/2025-01/{desk.person_id}"
    assert "/valider" not in draft
    assert f"/equipe/2025-01/valider?p={desk.person_id}" in signed
    assert f"{at}/renvoyer" in signed
    assert f"{at}/rouvrir" in signed


def test_the_month_before_is_recalled_until_it_is_signed(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    before = page(agent, desk, "2025-02")
    fill_month(session(), desk)
    sign_sheet(session(), person_id=desk.person_id, month=JANUARY, deed=deed())
    session.commit()

    after = page(agent, desk, "2025-02")

    assert "n'est pas encore signé" in before
    assert "n'est pas encore signé" not in after
