"""Time sheets as files on screen: printed, filled in a spreadsheet, signed on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from zipfile import ZipFile

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from exports.timesheets import pdf as time_sheet
from grants.clock import FixedClock
from grants.enums import Role
from grants.french import FIXED, NARROW, minutes
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import approve_sheet, sign_sheet
from tests.factories.timesheets.sheets import (
    AS_OF,
    AT,
    DAY_MINUTES,
    JANUARY,
    MANAGER,
    Desk,
    add_desk,
    deed,
    fill_month,
)
from tests.support.visitors import log_in, open_account

SIXTH = date(2025, 1, 6)


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(AT))
    return app


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    desk = add_desk(session())
    fill_month(session, desk, JANUARY)
    return desk


@pytest.fixture
def agent(client: FlaskClient, session: scoped_session[Session], desk: Desk) -> FlaskClient:
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=desk.person_id)
    return client


@pytest.fixture
def finance(client: FlaskClient, session: scoped_session[Session], desk: Desk) -> FlaskClient:
    log_in_as(client, session, desk, Role.FINANCE)
    return client


def log_in_as(
    client: FlaskClient, session: scoped_session[Session], desk: Desk, role: Role, **scope: object
) -> None:
    email = f"{role.value}@exemple.test"
    open_account(session(), email, role=role, organisation_id=desk.organisation_id, **scope)
    log_in(client, email)


def address(desk: Desk, more: str, month: str = "2025-01") -> str:
    return f"/feuilles/{desk.person_id}/{month}/{more}"


def pdf_text(content: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return text.replace("\xa0", " ").replace(NARROW, " ")


def filled(content: bytes, cells: dict[str, object]) -> bytes:
    """The workbook as a spreadsheet saves it after cells were changed."""
    book, out = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    cell.value = None
    for place, value in cells.items():
        name, _, cell_name = place.partition("!")
        book[name][cell_name].value = value
    book.save(out)
    return out.getvalue()


def hand_in(
    client: FlaskClient, desk: Desk, content: bytes, name: str = "mois.xlsx"
) -> TestResponse:
    return client.post(address(desk, "classeur"), data={"file": (io.BytesIO(content), name)})


def accept(client: FlaskClient, desk: Desk, preview: TestResponse) -> TestResponse:
    """Press the preview's button."""
    found = re.search(r'name="accepted"[^>]*value="([^"]*)"', preview.get_data(as_text=True))
    assert found is not None
    text = found[1].replace("&#34;", '"').replace("&#39;", "'")
    return client.post(address(desk, "classeur/enregistrer"), data={"accepted": text})


def month_file(client: FlaskClient, desk: Desk) -> bytes:
    return client.get(address(desk, "feuille.xlsx")).data


def cell_of(session: scoped_session[Session], desk: Desk, day: date) -> str:
    """Address of the operation's cell of a day."""
    sheet = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    row = [one.key for one in sheet.rows].index(desk.on_operation) + 7
    return f"Janvier!{openpyxl.utils.get_column_letter(day.day + 2)}{row}"


def hours_on(session: scoped_session[Session], desk: Desk, day: date) -> int:
    sheet = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    return sheet.day_totals.get(day, 0)


def test_a_month_prints_unsigned_then_signed(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    before = agent.get(address(desk, "feuille.pdf"))
    sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed())
    approve_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed(actor=MANAGER))
    session.commit()
    after = agent.get(address(desk, "feuille.pdf"))

    assert before.mimetype == "application/pdf"
    assert "FT-A001-2025-01.pdf" in before.headers["Content-Disposition"]
    assert "EXEMPLAIRE NON SIGNÉ" in pdf_text(before.data)
    assert "BELLEGARDE Thomas" in pdf_text(after.data)
    assert "NON SIGNÉ" not in pdf_text(after.data)


def test_a_signed_month_prints_the_same_bytes_on_any_day(
    agent: FlaskClient,
    session: scoped_session[Session],
    desk: Desk,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed())
    approve_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed(actor=MANAGER))
    session.commit()
    first = agent.get(address(desk, "feuille.pdf")).data

    monkeypatch.setitem(app.config, "CLOCK", FixedClock(AT + timedelta(days=9)))
    log_in(agent, "facilitator@exemple.test")

    assert agent.get(address(desk, "feuille.pdf")).data == first


def test_screen_pdf_and_workbook_show_one_total(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    total = load_sheet(
        session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF
    ).total_minutes
    said = minutes(total).replace(FIXED, " ")

    screen = agent.get(f"/feuilles/{desk.person_id}/2025-01").get_data(as_text=True)
    printed = pdf_text(agent.get(address(desk, "feuille.pdf")).data)
    book = openpyxl.load_workbook(io.BytesIO(month_file(agent, desk)), data_only=True)

    assert total == 22 * DAY_MINUTES
    assert said in screen.replace("&nbsp;", " ").replace(NARROW, " ")
    assert f"Heures déclarées : {said}" in printed
    sheet = book["Janvier"]
    assert round(sheet.cell(sheet.max_row - 1, 34).value * 60) == total


def test_a_year_prints_and_downloads_month_by_month(agent: FlaskClient, desk: Desk) -> None:
    printed = agent.get(f"/feuilles/{desk.person_id}/2025/feuilles.pdf")
    book = agent.get(f"/feuilles/{desk.person_id}/2025/feuilles.xlsx")

    assert pdf_text(printed.data).count("page 1/1") == 12
    assert len(openpyxl.load_workbook(io.BytesIO(book.data)).sheetnames) == 12


def test_a_year_without_contract_has_no_files(agent: FlaskClient, desk: Desk) -> None:
    assert agent.get(f"/feuilles/{desk.person_id}/2010/feuilles.pdf").status_code == 404
    assert agent.get(f"/feuilles/{desk.person_id}/2010/feuilles.xlsx").status_code == 404


def test_a_team_prints_in_one_file_by_name(
    finance: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    second = add_desk(session(), code="A002", name="ZOLA")
    fill_month(session, second, JANUARY)

    with finance.get("/equipe/2025-01/feuilles.pdf") as answer:
        text = pdf_text(answer.data)

    assert answer.mimetype == "application/pdf"
    assert text.index("AUBRAC") < text.index("ZOLA")


def test_a_large_team_comes_as_an_archive_of_several_files(
    finance: FlaskClient,
    session: scoped_session[Session],
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time_sheet, "SHEETS_PER_FILE", 1)
    second = add_desk(session(), code="A002", name="ZOLA")
    fill_month(session, second, JANUARY)

    with finance.get("/equipe/2025-01/feuilles.pdf") as answer:
        content = io.BytesIO(answer.data)

    with ZipFile(content) as archive:
        assert archive.namelist() == ["feuilles-2025-01-01.pdf", "feuilles-2025-01-02.pdf"]
        assert "ZOLA" in pdf_text(archive.read("feuilles-2025-01-02.pdf"))


@pytest.mark.parametrize(
    "path",
    ["feuille.pdf", "feuille.xlsx", "classeur", "exemplaire/fichier"],
)
def test_another_persons_files_do_not_exist(
    client: FlaskClient, session: scoped_session[Session], desk: Desk, path: str
) -> None:
    second = add_desk(session(), code="A002", name="ZOLA")
    log_in_as(client, session, desk, Role.FACILITATOR, person_id=second.person_id)

    assert client.get(address(desk, path)).status_code == 404


def test_an_auditor_has_the_files_of_signed_sheets_only(
    client: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    named = frozenset({desk.operation_id})
    log_in_as(client, session, desk, Role.AUDITOR, conventions=named, last_on=date(2025, 12, 31))
    before = [client.get(address(desk, path)).status_code for path in ("feuille.pdf", "classeur")]
    sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed())
    approve_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed(actor=MANAGER))
    session.commit()

    assert before == [404, 404]
    assert client.get(address(desk, "feuille.pdf")).status_code == 200
    assert hand_in(client, desk, b"x").status_code == 403
    year = client.get(f"/feuilles/{desk.person_id}/2025/feuilles.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(year.data)).sheetnames == ["Janvier"]


def test_a_filled_workbook_is_shown_before_it_is_written(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    place = cell_of(session, desk, SIXTH)
    content = filled(month_file(agent, desk), {place: "5h30"})

    preview = hand_in(agent, desk, content)

    text = preview.get_data(as_text=True)
    assert preview.status_code == 200
    assert place in text
    assert "5,50" in text
    assert hours_on(session, desk, SIXTH) == DAY_MINUTES

    assert accept(agent, desk, preview).status_code == 303
    assert hours_on(session, desk, SIXTH) == 330


def test_an_untouched_workbook_changes_nothing(agent: FlaskClient, desk: Desk) -> None:
    text = hand_in(agent, desk, month_file(agent, desk)).get_data(as_text=True)

    assert "Le classeur ne change rien" in text
    assert "Enregistrer" not in text


def test_refused_cells_say_where_and_why_and_the_rest_is_written(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    wrong, right = cell_of(session, desk, SIXTH), cell_of(session, desk, date(2025, 1, 7))
    content = filled(month_file(agent, desk), {wrong: "abc", right: 3})

    preview = hand_in(agent, desk, content)
    accept(agent, desk, preview)

    text = preview.get_data(as_text=True)
    assert f"<strong>{wrong}</strong> : « abc » n" in text
    assert "pas une durée" in text
    assert hours_on(session, desk, SIXTH) == DAY_MINUTES
    assert hours_on(session, desk, date(2025, 1, 7)) == 180


def test_a_comment_in_the_workbook_becomes_the_days(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    sheet = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    content = filled(month_file(agent, desk), {f"Janvier!H{8 + len(sheet.rows)}": "Niort"})

    accept(agent, desk, hand_in(agent, desk, content))

    now = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    assert next(one.comment for one in now.days if one.day == SIXTH) == "Niort"


def test_a_workbook_taken_before_the_sheet_changed_overwrites_nothing(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    place = cell_of(session, desk, SIXTH)
    old = month_file(agent, desk)
    accept(agent, desk, hand_in(agent, desk, filled(old, {place: 4})))

    text = hand_in(agent, desk, filled(old, {place: 6})).get_data(as_text=True)

    assert "a modifié cette case entre-temps" in text
    assert hours_on(session, desk, SIXTH) == 240


def test_what_changed_between_preview_and_button_stops_all_of_it(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    first, other = cell_of(session, desk, SIXTH), cell_of(session, desk, date(2025, 1, 7))
    content = month_file(agent, desk)
    preview = hand_in(agent, desk, filled(content, {first: 4, other: 4}))
    accept(agent, desk, hand_in(agent, desk, filled(content, {first: 6})))

    answer = accept(agent, desk, preview)

    assert answer.status_code == 422
    assert "Rien n&#39;est enregistré" in answer.get_data(as_text=True)
    assert hours_on(session, desk, SIXTH) == 360
    assert hours_on(session, desk, date(2025, 1, 7)) == DAY_MINUTES


@pytest.mark.parametrize("text", ["", "[", "{}", '[{"month": "x"}]', "[[[[1]]]]", "null"])
def test_a_tampered_button_writes_nothing(agent: FlaskClient, desk: Desk, text: str) -> None:
    answer = agent.post(address(desk, "classeur/enregistrer"), data={"accepted": text})

    assert answer.status_code == 422


def test_another_persons_workbook_is_refused(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    content = month_file(agent, desk)

    answer = hand_in(agent, desk, filled(content, {"Janvier!B1": "A999"}))

    assert answer.status_code == 422
    assert "matricule A999" in answer.get_data(as_text=True)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"x" * 300_000, b"PK\x03\x04x"])
def test_junk_is_refused_in_french(agent: FlaskClient, desk: Desk, content: bytes) -> None:
    answer = hand_in(agent, desk, content, "../../É\u202e.xlsx")

    assert answer.status_code == 422
    assert "classeur" in answer.get_data(as_text=True)


def test_no_file_is_refused(agent: FlaskClient, desk: Desk) -> None:
    answer = agent.post(address(desk, "classeur"), data={})

    assert answer.status_code == 422
    assert "Choisissez le classeur" in answer.get_data(as_text=True)


def test_a_signed_month_comes_as_a_workbook_that_takes_nothing(
    agent: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    place = cell_of(session, desk, SIXTH)
    sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed())
    session.commit()
    content = month_file(agent, desk)

    text = hand_in(agent, desk, filled(content, {place: 4})).get_data(as_text=True)

    assert openpyxl.load_workbook(io.BytesIO(content))["Janvier"]["H7"].protection.locked
    assert f"<strong>{place}</strong>" in text
    assert "Le classeur ne change rien" in text


def test_the_pages_offer_what_they_are_for(finance: FlaskClient, desk: Desk) -> None:
    workbook = finance.get(address(desk, "classeur")).get_data(as_text=True)
    scan = finance.get(address(desk, "exemplaire")).get_data(as_text=True)

    assert "feuille.xlsx" in workbook
    assert "2025/feuilles.xlsx" in workbook
    assert "feuille.pdf" in scan
