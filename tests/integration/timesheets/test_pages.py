"""A person's month on screen: hours typed, refused, confirmed, copied; with plain forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.enums import AbsenceKind, Role
from grants.periods import Period
from tests.factories.timesheets.sheets import AT, Desk, add_absence, add_desk, add_hours, fill_month
from tests.support.sheet_pages import (
    TUESDAY,
    WEDNESDAY,
    address,
    cell,
    log_in_as,
    page,
    send,
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
    assert "3\u00a0h" in re.search(r'id="e-[^"]*">(.*?)</li>', shown, re.S)[1]  # type: ignore[index] # fails as a test does
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


def test_a_half_day_of_leave_halves_what_the_contract_wants(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    add_absence(session(), desk, Period(TUESDAY, WEDNESDAY), kind=AbsenceKind.RTT, minutes=210)

    shown = page(agent, desk)

    assert f'name="{cell(desk.elsewhere)}"' in shown
    assert shown.count("3,50") == 2


def test_a_comment_that_somebody_else_wrote_meanwhile_is_shown_and_kept(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    send(agent, desk, **{f"note@{TUESDAY}": "Réunion à Niort"})

    data = {"version": "0", "shown": "", f"note@{TUESDAY}": "Formation"}
    answer = agent.post(address(desk), data=data)

    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "est devenu « Réunion à Niort »" in shown
    assert 'value="Formation"' in shown
    assert "Réunion à Niort" in page(agent, desk)
