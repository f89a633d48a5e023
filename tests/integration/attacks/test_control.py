"""What a controller of one operation reads of sheets: its months, and no other operation."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Activity, Role
from grants.models.conventions import Convention
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.services.timesheets.steps import approve_sheet, sign_sheet
from tests.factories.timesheets.sheets import JANUARY, MANAGER, Desk, add_desk, deed, fill_month
from tests.factories.timesheets.teams import stand_in_february
from tests.support.sheet_pages import address, log_in_as

OTHER, REMARK, MARKET = "FSE-2", "réunion FSE-2 à la Région", "Lot secret 7"
LAST = date(2025, 12, 31)


@pytest.fixture(autouse=True)
def _in_february(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_february(app, monkeypatch)


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    """January of an agent, signed by both: days on FSE-1, a day on FSE-2."""
    found = add_desk(session())
    fill_month(session(), found)
    monday = date(2025, 1, 6)
    session.query(TimeEntry).filter_by(person_id=found.person_id, work_on=monday).delete()
    session.add(
        TimeEntry(
            organisation_id=found.organisation_id, person_id=found.person_id, work_on=monday,
            convention_id=found.other_operation_id, minutes=420, comment=REMARK, market=MARKET,
            activity=Activity.SUPPORT_BUYERS.value,
        )
    )  # fmt: skip
    session.commit()
    given = {"person_id": found.person_id, "month": JANUARY}
    sign_sheet(session(), **given, deed=deed())
    approve_sheet(session(), **given, deed=deed(actor=MANAGER))
    session.commit()
    return found


def enter(client: FlaskClient, session: scoped_session[Session], desk: Desk, number: int) -> None:
    log_in_as(client, session, desk, Role.AUDITOR, conventions=frozenset({number}), last_on=LAST)


def texts(client: FlaskClient, desk: Desk) -> dict[str, str]:
    """What each page and file of the month and of the year says."""
    found = {}
    added = f"2025-01?ligne={desk.other_operation_id}-evaluation"
    paths = (
        "2025-01", "2025-01/feuille.pdf", "2025-01/feuille.xlsx", "2025-01/classeur", "2025",
        "2025/feuilles.pdf", "2025/feuilles.xlsx", added,
    )  # fmt: skip
    for path in paths:
        answer = client.get(f"/feuilles/{desk.person_id}/{path}")
        assert answer.status_code == 200, path
        if answer.mimetype == "application/pdf":
            pages = PdfReader(BytesIO(answer.data)).pages
            found[path] = " ".join(" ".join(page.extract_text() for page in pages).split())
        elif "spreadsheet" in answer.mimetype:
            book = openpyxl.load_workbook(BytesIO(answer.data))
            cells = [one for sheet in book for row in sheet.iter_rows() for one in row]
            said = [f"{one.value} {one.comment.text if one.comment else ''}" for one in cells]
            found[path] = " ".join(said)
        else:
            found[path] = answer.text
    return found


def test_other_operations_stand_together_as_other_activity(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    enter(client, session, desk, desk.operation_id)

    said = texts(client, desk)

    for path, text in said.items():
        assert OTHER not in text, path
        assert REMARK not in text, path
        assert MARKET not in text, path
        assert f"{desk.other_operation_id}-" not in text, path
    for path in ("2025-01", "2025-01/feuille.pdf", "2025-01/feuille.xlsx"):
        assert "autre activité" in said[path].lower(), path
        assert "FSE-1" in said[path], path
        assert "Édition pour le contrôle" in said[path], path


def test_the_hours_of_the_month_stay_whole(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    enter(client, session, desk, desk.operation_id)
    book = openpyxl.load_workbook(
        BytesIO(client.get(address(desk, more="/feuille.xlsx")).data), data_only=True
    )

    rows = {row[1]: row[-1] for row in book.active.iter_rows(values_only=True) if row[1]}

    others = next(hours for name, hours in rows.items() if str(name).startswith("Autre activité"))
    assert others == 7
    assert rows["Total par jour"] == sum(
        hours for name, hours in rows.items() if isinstance(hours, float | int)
    ) - rows["Total par jour"]  # fmt: skip


def test_months_outside_the_named_conventions_days_are_not_there(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    row = session.get_one(Convention, desk.operation_id)
    row.start_on, row.end_on = date(2025, 2, 1), date(2025, 12, 1)
    session.commit()
    enter(client, session, desk, desk.operation_id)

    pages = ("2025-01", "2025-01/feuille.pdf", "2025-01/feuille.xlsx", "2025-01/exemplaire/fichier",
             "2025/feuilles.pdf", "2025/feuilles.xlsx")  # fmt: skip
    answers = [client.get(f"/feuilles/{desk.person_id}/{page}").status_code for page in pages]

    assert set(answers) == {404}
    assert "2025-01" not in client.get(f"/feuilles/{desk.person_id}/2025").text.split("<tbody>")[-1]


@pytest.mark.parametrize(("last", "status"), [(date(2024, 12, 31), 404), (date(2025, 1, 1), 200)])
def test_a_month_is_read_from_the_first_day_that_it_shares_with_the_convention(
    client: FlaskClient,
    session: scoped_session[Session],
    desk: Desk,
    last: date,
    status: int,
) -> None:
    days = Period.inclusive(date(2024, 1, 1), last)
    row = session.get_one(Convention, desk.operation_id)
    row.start_on, row.end_on = days.start, days.end
    session.commit()
    enter(client, session, desk, desk.operation_id)

    assert client.get(address(desk)).status_code == status
