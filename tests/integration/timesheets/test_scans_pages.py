"""The paper route on screen: a sheet signed by hand is deposited, and read again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfWriter
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from grants.clock import FixedClock
from grants.enums import PieceKind, Role, SheetState, SheetStepKind
from grants.models.evidence import Piece
from grants.services.platform.storage import piece_storage
from grants.services.timesheets.loading import load_sheet
from tests.factories.timesheets.sheets import AS_OF, AT, JANUARY, Desk, add_desk, fill_month
from tests.integration.timesheets.test_files import address, log_in_as, pdf_text

PAPER = {
    "signed_by_person_on": "2025-01-31",
    "signed_by_manager_on": "2025-02-03",
    "manager": "BELLEGARDE Thomas",
}


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


def a_pdf() -> bytes:
    """A page that somebody scanned."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def deposit(client: FlaskClient, desk: Desk, content: bytes, **changes: str) -> TestResponse:
    data = PAPER | changes | {"scan": (io.BytesIO(content), "scan.bin")}
    return client.post(address(desk, "exemplaire"), data=data)


def test_a_scan_approves_the_month_and_is_kept_as_its_piece(
    finance: FlaskClient, session: scoped_session[Session], desk: Desk, app: Flask
) -> None:
    content = a_pdf()

    answer = deposit(finance, desk, content)

    assert answer.status_code == 303
    sheet = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    assert sheet.state is SheetState.APPROVED
    assert sheet.piece == "FT-A001-2025-01"
    assert [step.kind for step in sheet.steps] == [SheetStepKind.SCANNED]
    piece = session.scalars(select(Piece).filter_by(reference=sheet.piece)).one()
    assert piece.kind == PieceKind.TIME_SHEET
    assert piece.file_name == "FT-A001-2025-01.pdf"
    assert piece_storage(Path(app.config["DATA_DIR"])).exists(piece.sha256)
    assert finance.get(address(desk, "exemplaire/fichier")).data == content
    printed = pdf_text(finance.get(address(desk, "feuille.pdf")).data)
    assert "Signé sur papier le 31/01/2025, exemplaire déposé : FT-A001-2025-01" in printed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Le fichier est vide"),
        (b"MZ\x90", "un PDF, une image JPEG ou PNG est attendu"),
        (b"%PDF-1.7 coupe", "Le PDF est abîmé"),
        (b"\xff\xd8\xff" + b"0" * 2000, "image est coupée"),
    ],
)
def test_what_is_no_scan_is_refused_at_its_field_and_keeps_what_was_typed(
    finance: FlaskClient, session: scoped_session[Session], desk: Desk, content: bytes, said: str
) -> None:
    answer = deposit(finance, desk, content)

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert 'href="#scan"' in text
    assert 'value="BELLEGARDE Thomas"' in text
    assert session.scalars(select(Piece)).all() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"signed_by_person_on": "2025-01-15"}, "signe à partir du 31/01/2025"),
        ({"signed_by_manager_on": "2025-01-30"}, "signe après l&#39;agent"),
        ({"signed_by_manager_on": "2025-02-20"}, "à venir"),
        ({"manager": ""}, "Donnez le nom"),
        ({"signed_by_person_on": "31/13/2025"}, "attendu une date comme"),
    ],
)
def test_days_and_names_that_cannot_be_are_refused(
    finance: FlaskClient,
    session: scoped_session[Session],
    desk: Desk,
    changes: dict[str, str],
    said: str,
) -> None:
    answer = deposit(finance, desk, a_pdf(), **changes)

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    sheet = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    assert sheet.state is SheetState.DRAFT


def test_a_month_without_hours_takes_no_scan(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    empty = add_desk(session())
    log_in_as(client, session, empty, Role.FINANCE)

    answer = deposit(client, empty, a_pdf())

    assert answer.status_code == 422
    assert "aucune heure" in answer.get_data(as_text=True)


def test_a_scan_is_replaced_with_a_reason_only_and_the_old_one_stays(
    finance: FlaskClient, session: scoped_session[Session], desk: Desk
) -> None:
    deposit(finance, desk, a_pdf())

    refused = deposit(finance, desk, a_pdf())
    taken = deposit(finance, desk, a_pdf(), reason="La page était illisible.")

    assert refused.status_code == 422
    assert "Le motif compte 0 caractères" in refused.get_data(as_text=True)
    assert taken.status_code == 303
    kept = session.scalars(select(Piece.reference).order_by(Piece.reference)).all()
    assert kept == ["FT-A001-2025-01", "FT-A001-2025-01-2"]
    sheet = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    assert sheet.piece == "FT-A001-2025-01-2"


def test_only_the_finance_officer_deposits_paper(agent: FlaskClient, desk: Desk) -> None:
    assert agent.get(address(desk, "exemplaire")).status_code in {403, 404}
    assert deposit(agent, desk, a_pdf()).status_code in {403, 404}
