"""The calendar of due days: a secret address, and nothing of anybody else behind it."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.accounts import User
from grants.models.audit import AuditEvent
from grants.models.deadlines import CalendarFeed
from grants.models.organisations import Organisation
from grants.models.roles import Membership
from grants.models.timesheets import TimeSheet
from grants.periods import Period
from tests.factories.platform.rows import add_convention
from tests.factories.timesheets.sheets import Desk, add_desk, fill_month
from tests.support.visitors import log_in, open_account

DECEMBER = date(2024, 12, 1)


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    """Somebody whose December waits for a signature; the clock stands on 15 January 2025."""
    made = add_desk(session(), start_on=DECEMBER)
    fill_month(session(), made, DECEMBER)
    return made


def subscribe(client: FlaskClient) -> str:
    """Path of a new address, as the page shows it once."""
    page = client.post("/calendrier").get_data(as_text=True)
    assert "elle ne sera plus montrée" in page
    address = page.split('readonly value="')[1].split('"')[0]
    return urlsplit(address).path


def titles(client: FlaskClient, path: str) -> list[str]:
    """What a calendar program shows."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.data).walk("VEVENT")]


def enter(
    client: FlaskClient, session: scoped_session[Session], role: Role, desk: Desk, **more: int
) -> None:
    """Log in somebody of the desk's structure."""
    open_account(session(), role=role, organisation_id=desk.organisation_id, **more)
    log_in(client)


def test_a_facilitator_sees_the_month_to_sign_without_logging_in(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    enter(client, session, Role.FACILITATOR, desk, person_id=desk.person_id)
    path = subscribe(client)
    client.post("/deconnexion")

    assert titles(client, path) == ["Feuille de temps de décembre\u00a02024 à signer (en retard)"]


def test_a_manager_sees_how_many_wait_and_not_whose(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    session.add(
        TimeSheet(
            organisation_id=desk.organisation_id,
            person_id=desk.person_id,
            month=2024 * 12 + 11,
            signed_by_person_on=date(2025, 1, 2),
        )
    )
    session.commit()
    enter(client, session, Role.MANAGER, desk)

    path = subscribe(client)

    assert titles(client, path) == ["1 feuille de décembre\u00a02024 à valider"]
    assert b"AUBRAC" not in client.get(path).data


def test_a_finance_officer_sees_reports_and_ends_of_the_own_structure(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    own = session.get_one(Organisation, desk.organisation_id).name
    running = Period(date(2024, 3, 1), date(2025, 3, 1))
    add_convention(session(), "ÉTAT-2024", period=running, organisation=own)
    add_convention(session(), "ÉTAT-AUTRE", period=running, organisation="Une autre structure")
    session.commit()
    enter(client, session, Role.FINANCE, desk)

    found = titles(client, subscribe(client))

    assert "Fin de la convention ÉTAT-2024" in found
    assert "Bilan de ÉTAT-2024 attendu par DREETS fictive" in found
    assert not [title for title in found if "AUTRE" in title]


def test_a_new_address_ends_the_old_one_and_retiring_it_ends_all(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    enter(client, session, Role.FACILITATOR, desk, person_id=desk.person_id)
    old = subscribe(client)
    new = subscribe(client)

    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    assert client.post("/calendrier/retirer").status_code == 303
    assert client.get(new).status_code == 404


def test_the_address_is_kept_by_its_hash_and_told_without_it(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    enter(client, session, Role.FACILITATOR, desk, person_id=desk.person_id)

    token = subscribe(client).removeprefix("/calendrier/").removesuffix(".ics")

    kept = session.scalars(select(CalendarFeed)).one()
    assert token not in kept.token_hash
    events = session.scalars(select(AuditEvent.after)).all()
    assert not [text for text in events if text and token in text]


def test_a_closed_account_or_one_whose_role_ended_leaves_nothing_to_read(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    enter(client, session, Role.FACILITATOR, desk, person_id=desk.person_id)
    path = subscribe(client)
    role = session.scalars(select(Membership)).one()
    role.start_on, role.end_on = date(2024, 1, 1), date(2025, 1, 15)
    session.commit()
    assert titles(client, path) == []

    session.scalars(select(User)).one().is_active = False
    session.commit()
    assert client.get(path).status_code == 404


def test_a_program_that_knows_the_answer_is_not_sent_it_again(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    enter(client, session, Role.FACILITATOR, desk, person_id=desk.person_id)
    path = subscribe(client)
    etag = client.get(path).headers["ETag"]

    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("token", ["x", "%00", "a" * 5000])
def test_an_address_that_nobody_made_leads_nowhere(client: FlaskClient, token: str) -> None:
    assert client.get(f"/calendrier/{token}.ics").status_code == 404


def test_the_calendar_is_no_way_around_a_second_factor(
    client: FlaskClient,
    session: scoped_session[Session],
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = frozenset({Role.FACILITATOR})
    monkeypatch.setitem(client.application.config, "SECOND_FACTOR_ROLES", wanted)
    enter(client, session, Role.FACILITATOR, desk, person_id=desk.person_id)

    answer = client.post("/calendrier")

    assert answer.status_code == 303
    assert answer.location == "/compte/second-facteur"
    assert session.scalars(select(CalendarFeed)).all() == []


def test_each_event_has_a_number_of_its_own_that_stays(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    enter(client, session, Role.FACILITATOR, desk, person_id=desk.person_id)
    path = subscribe(client)

    events = Calendar.from_ical(client.get(path).data).walk("VEVENT")

    assert [str(event["UID"]) for event in events] == [f"sheet-{desk.person_id}-2024-12@grants"]
    (event,) = events
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
