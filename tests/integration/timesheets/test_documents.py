"""A signature fixes a document: what comes later changes no byte of it, and is told by name."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from grants.enums import OrganisationFileKind
from grants.errors import TransitionRefused
from grants.models.audit import AuditEvent
from grants.models.organisations import Organisation
from grants.models.timesheets import SheetDocument, TimeSheet
from grants.rules.timesheets.content import content_hash
from grants.rules.timesheets.document import DocumentState
from grants.rules.timesheets.sheet import Sheet
from grants.services.imports import import_file
from grants.services.organisations.files import put_file
from grants.services.platform.storage import FileStorage
from grants.services.timesheets import steps
from grants.services.timesheets.documents import get_signed_sheet, list_documents
from grants.services.timesheets.hold import SheetHold
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.prints import write_sheets_pdf
from grants.services.timesheets.steps import approve_sheet, reopen_sheet, sign_sheet
from grants.services.timesheets.typing import save_cells
from tests.factories.deeds import program_deed
from tests.factories.timesheets.sheets import (
    AS_OF,
    AT,
    JANUARY,
    MANAGER,
    Desk,
    add_desk,
    add_hours,
    deed,
    fill_month,
)
from tests.factories.timesheets.signing import CHANGES, WAYS, by_agent, by_manager
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases

LATER = AS_OF + timedelta(days=200)
REASON = "heures du 7 oubliées"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>'


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    made = add_desk(session())
    fill_month(session(), made)
    return made


@pytest.fixture
def storage(tmp_path: Path) -> FileStorage:
    return FileStorage(tmp_path / "kept")


@pytest.fixture
def printed(
    session: scoped_session[Session], desk: Desk, storage: FileStorage
) -> Callable[..., bytes]:
    """The month's PDF, printed on some day."""

    def pdf(as_of: date = AS_OF) -> bytes:
        session.expire_all()
        return write_sheets_pdf(
            session(), sheets=[sheet(session, desk)], storage=storage, as_of=as_of
        )

    return pdf


def sheet(session: scoped_session[Session], desk: Desk, as_of: date = LATER) -> Sheet:
    session.expire_all()
    return load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=as_of)


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("way", WAYS)
def test_no_later_fact_changes_a_byte_of_a_signed_sheet(
    session: scoped_session[Session], desk: Desk, printed: Callable[..., bytes], way: str
) -> None:
    WAYS[way](session(), desk)
    session.commit()
    before = printed()

    for change in CHANGES.values():
        change(session(), desk)
    session.commit()

    assert printed(LATER) == before
    assert "AUBRAC Inès" in text_of(before)
    assert "AUBRAC-NOUVEAU" not in text_of(before)


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("way", ["agent", "paper"])
def test_a_fact_that_changed_since_is_named_and_is_no_tampering(
    cli: Terminal, session: scoped_session[Session], desk: Desk, way: str, what: str
) -> None:
    WAYS[way](session(), desk)
    session.commit()
    assert "0 changée" in cli("sheets", "verify").output

    CHANGES[what](session(), desk)
    session.commit()
    told = cli("sheets", "verify", exit_code=1).output

    changes = sheet(session, desk).changes
    assert any(what in one.what for one in changes)
    assert all(str(one) in told for one in changes)
    assert "altér" not in told


def test_the_change_says_what_was_signed_and_what_stands_there_today(
    session: scoped_session[Session], desk: Desk
) -> None:
    by_manager(session(), desk)
    CHANGES["Nom"](session(), desk)
    session.commit()

    (change,) = sheet(session, desk).changes

    assert str(change) == (
        "Nom : « AUBRAC Inès » à la signature, « AUBRAC-NOUVEAU Inès » aujourd'hui"
    )


def test_an_imported_surname_and_function_leave_the_signed_pdf_as_it_was(
    session: scoped_session[Session],
    desk: Desk,
    printed: Callable[..., bytes],
    storage: FileStorage,
    tmp_path: Path,
) -> None:
    by_manager(session(), desk)
    session.commit()
    before = printed()
    book = openpyxl.Workbook()
    people = book.worksheets[0]
    people.title = "agents"
    owner = session.get_one(Organisation, desk.organisation_id).code
    people.append(["matricule", "structure", "nom", "prenom", "fonction"])
    people.append(["A001", owner, "MARTINEAU", "Inès", "Chargée de mission"])
    path = tmp_path / "agents.xlsx"
    book.save(path)

    import_file(session=session, path=path, deed=program_deed(AT), storage=storage)
    session.commit()

    assert {one.what for one in sheet(session, desk).changes} == {"Nom", "Fonction"}
    assert printed(LATER) == before


def test_another_emblem_is_not_on_a_sheet_that_was_signed_with_the_first(
    session: scoped_session[Session],
    desk: Desk,
    printed: Callable[..., bytes],
    storage: FileStorage,
) -> None:
    def give(content: bytes) -> None:
        put_file(
            session(), organisation_id=desk.organisation_id, kind=OrganisationFileKind.LOGO,
            content=content, storage=storage, deed=deed(),
        )  # fmt: skip
        session.commit()

    give(LOGO)
    by_agent(session(), desk)
    session.commit()
    before = printed()

    give(LOGO.replace(b'"4"', b'"8"'))

    assert printed(LATER) == before


def test_both_sign_one_document_and_the_trail_names_its_hash(
    session: scoped_session[Session], desk: Desk
) -> None:
    by_manager(session(), desk)
    session.commit()

    (kept,) = session.scalars(select(SheetDocument)).all()
    told = session.scalars(select(AuditEvent.after).where(AuditEvent.after.contains("sha256")))
    assert hashlib.sha256(kept.document.encode()).hexdigest() == kept.sha256
    assert all(kept.sha256 in str(after) for after in told)
    assert sheet(session, desk).content_sha256 == kept.sha256


def test_signing_again_makes_another_document_and_the_first_stays_as_it_was_printed(
    session: scoped_session[Session],
    desk: Desk,
    printed: Callable[..., bytes],
    storage: FileStorage,
) -> None:
    of = {"person_id": desk.person_id, "month": JANUARY}
    by_manager(session(), desk)
    session.commit()
    first = printed()
    reopen_sheet(session(), **of, deed=deed(actor=MANAGER, reason=REASON))
    cells = {(desk.on_operation, date(2025, 1, 7)): "6"}
    save_cells(session(), version=None, changes=cells, **of, deed=deed())
    at = AT + timedelta(hours=1)
    sign_sheet(session(), **of, deed=deed(at=at))
    approve_sheet(session(), **of, deed=deed(actor=MANAGER, at=at))
    CHANGES["Nom"](session(), desk)
    session.commit()

    now = sheet(session, desk)
    last, earlier = list_documents(session(), now)

    assert (last.is_last, earlier.is_last) == (True, False)
    assert now.total_minutes == 22 * 420 - 60
    old = get_signed_sheet(now, earlier)
    assert write_sheets_pdf(session(), sheets=[old], storage=storage, as_of=LATER) == first
    assert printed() != first


def test_a_document_changed_behind_the_program_is_told_apart_from_facts_that_changed(
    cli: Terminal, session: scoped_session[Session], desk: Desk, printed: Callable[..., bytes]
) -> None:
    by_agent(session(), desk)
    session.commit()
    kept = session.scalars(select(SheetDocument)).one()
    kept.document = kept.document.replace("AUBRAC", "AUBRAK")
    session.commit()

    told = cli("sheets", "verify", exit_code=1).output

    assert "A001, 01/2025 : altération" in told
    assert "1 feuille altérée." in told
    assert "0 changée" in told
    assert sheet(session, desk).document_state is DocumentState.ALTERED
    assert "DOCUMENT SIGNÉ ALTÉRÉ" in text_of(printed())
    of = {"person_id": desk.person_id, "month": JANUARY}
    with pytest.raises(TransitionRefused, match="modifié hors du"):
        approve_sheet(session(), **of, deed=deed(actor=MANAGER))


@pytest.mark.parametrize(
    "forged",
    [
        {"manager": "Quelqu'un d'autre"},
        {"signed_by_manager_on": date(2025, 1, 31)},
        {"signer": "AUBRAC Ines"},
        {"hours_sha256": "0" * 64},
        {"content_sha256": "0" * 64},
    ],
)
def test_a_signature_changed_behind_the_program_is_tampering(
    cli: Terminal, session: scoped_session[Session], desk: Desk, forged: dict[str, object]
) -> None:
    by_manager(session(), desk)
    session.commit()
    session.execute(update(TimeSheet).values(forged))
    session.commit()

    assert "A001, 01/2025 : altération" in cli("sheets", "verify", exit_code=1).output


def test_an_earlier_document_is_proved_too(
    cli: Terminal, session: scoped_session[Session], desk: Desk
) -> None:
    by_agent(session(), desk)
    reopen_sheet(
        session(), person_id=desk.person_id, month=JANUARY,
        deed=deed(actor=MANAGER, reason=REASON),
    )  # fmt: skip
    session.commit()
    session.execute(update(SheetDocument).values(document="{}"))
    session.commit()

    assert "A001, 01/2025 : altération" in cli("sheets", "verify", exit_code=1).output


@pytest.fixture
def signed_before(
    session: scoped_session[Session], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent's signature as it was when hours and leave alone were hashed."""

    def hash_hours(held: SheetHold, _signature: object) -> None:
        held.row.content_sha256 = held.row.hours_sha256 = content_hash(held.sheet)

    with monkeypatch.context() as patch:
        patch.setattr(steps, "keep_document", hash_hours)
        by_agent(session(), desk)
    session.commit()


def test_a_sheet_signed_before_keeps_its_hash_and_says_that_its_document_is_not_kept(
    cli: Terminal,
    session: scoped_session[Session],
    desk: Desk,
    printed: Callable[..., bytes],
    signed_before: None,
) -> None:
    told = cli("sheets", "verify").output

    now = sheet(session, desk)

    assert "1 document non conservé" in told
    assert "0 changée" in told
    assert now.document_state is DocumentState.MISSING
    assert not now.has_changed_since_signed
    assert "Document non conservé" in text_of(printed())
    CHANGES["Heures du 07/01/2025"](session(), desk)
    session.commit()
    assert sheet(session, desk).has_changed_since_signed


def test_the_managers_signature_keeps_the_document_that_the_agents_did_not(
    cli: Terminal, session: scoped_session[Session], desk: Desk, signed_before: None
) -> None:
    of = {"person_id": desk.person_id, "month": JANUARY}
    approved = approve_sheet(session(), **of, deed=deed(actor=MANAGER))
    session.commit()

    assert approved.document_state is DocumentState.KEPT
    assert "0 changée" in cli("sheets", "verify").output
    CHANGES["Fonction"](session(), desk)
    session.commit()
    assert sheet(session, desk).person.job_title == "Facilitatrice"


def test_the_manager_signs_what_the_agent_signed_whatever_was_imported_between(
    session: scoped_session[Session], desk: Desk
) -> None:
    by_agent(session(), desk)
    CHANGES["Nom"](session(), desk)
    session.commit()

    of = {"person_id": desk.person_id, "month": JANUARY}
    approved = approve_sheet(session(), **of, deed=deed(actor=MANAGER))

    assert approved.person.name == "AUBRAC Inès"
    assert [one.what for one in approved.changes] == ["Nom"]


def test_hours_of_the_next_month_change_nothing_of_this_one(
    session: scoped_session[Session], desk: Desk
) -> None:
    by_manager(session(), desk)
    add_hours(session(), desk, date(2025, 2, 3))

    assert sheet(session, desk).changes == ()
