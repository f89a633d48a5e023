"""A month's page as tests open it, send it and read what it stored."""

from __future__ import annotations

import re
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from grants.enums import Role
from grants.models.timesheets import TimeEntry
from grants.services.timesheets.steps import approve_sheet, sign_sheet
from tests.factories.timesheets.sheets import JANUARY, MANAGER, Desk, deed, fill_month
from tests.support.visitors import log_in, open_account

TUESDAY, WEDNESDAY = date(2025, 1, 7), date(2025, 1, 8)


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
    query = select(TimeEntry.convention_id, TimeEntry.minutes).where(TimeEntry.work_on == day)
    return {row.convention_id: row.minutes for row in session.execute(query)}


def sign_and_approve(session: scoped_session[Session], desk: Desk) -> None:
    fill_month(session(), desk)
    given = {"person_id": desk.person_id, "month": JANUARY}
    sign_sheet(session(), **given, deed=deed())
    approve_sheet(session(), **given, deed=deed(actor=MANAGER))
    session.commit()
