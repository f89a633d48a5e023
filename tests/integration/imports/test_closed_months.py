"""Time sheets that an import meets: locked days are refused, signatures are never lost unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import SheetState, SheetStepKind
from grants.errors import InputProblem, InvalidInput
from grants.models.audit import AuditEvent
from grants.models.conventions import Convention
from grants.models.organisations import Organisation
from grants.models.timesheets import TimeSheet
from grants.services.imports import ImportReport, import_file
from grants.services.platform.storage import FileStorage
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import approve_sheet, lock_sheets, sign_sheet
from tests.factories.deeds import program_deed
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

TUESDAY = date(2025, 1, 7)
HOURS = ["date", "agent", "operation", "heures", "activite", "marche"]
PHASE = "Accompagner les maîtres d'ouvrage"
Bring = Callable[..., ImportReport]


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    made = add_desk(session())
    fill_month(session(), made)
    return made


@pytest.fixture
def bring(session: scoped_session[Session], tmp_path: Path) -> Bring:
    """Import sheets given as lists of lines, on the day after the month."""

    def bring(**sheets: list[list[Any]]) -> ImportReport:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, lines in sheets.items():
            sheet = book.create_sheet(name)
            for line in lines:
                sheet.append(line)
        path = tmp_path / "classeur.xlsx"
        book.save(path)
        storage = FileStorage(tmp_path / "kept")
        return import_file(session=session, path=path, deed=program_deed(AT), storage=storage)

    return bring


def hours(session: scoped_session[Session], desk: Desk, *lines: tuple[Any, ...]) -> Any:
    """Sheet of hours on the operation: day, hours, market."""
    number = session.get_one(Convention, desk.operation_id).number
    return [HOURS, *([day, "A001", number, n, PHASE, market] for day, n, market in lines)]


def sheet_of(session: scoped_session[Session], desk: Desk, as_of: date = AS_OF) -> Any:
    return load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=as_of)


def faults(bring: Bring, **sheets: Any) -> tuple[InputProblem, ...]:
    with pytest.raises(InvalidInput) as refused:
        bring(**sheets)
    return tuple(refused.value.problems)


def sign(session: scoped_session[Session], desk: Desk) -> None:
    of = {"person_id": desk.person_id, "month": JANUARY}
    sign_sheet(session, **of, deed=deed())
    approve_sheet(session, **of, deed=deed(actor=MANAGER))


def test_a_day_locked_for_a_claim_is_refused_at_its_row(
    session: scoped_session[Session], desk: Desk, bring: Bring
) -> None:
    lock_sheets(
        session,
        person_months=[(desk.person_id, JANUARY)],
        locked_for="le bilan FSE-1 2025",
        deed=deed(),
    )
    told = hours(session, desk, (date(2025, 1, 8), 7, ""), (TUESDAY, 6, ""))

    (fault,) = faults(bring, feuilles_temps=told)

    assert (fault.place, fault.row, fault.column) == ("feuilles_temps", 3, "date")
    assert fault.found == "07/01/2025"
    assert "verrouillée pour le bilan FSE-1 2025" in fault.expected
    assert sheet_of(session, desk).total_minutes == 22 * 420


@pytest.mark.parametrize(("grace", "is_refused"), [(0, True), (30, False)])
def test_a_day_locked_by_its_date_is_refused_beyond_the_days_of_grace(
    session: scoped_session[Session], desk: Desk, bring: Bring, grace: int, is_refused: bool
) -> None:
    owner = session.get_one(Organisation, desk.organisation_id)
    owner.sheet_lock, owner.sheet_grace_days = "le mois précédent, 0 jours après sa fin", grace
    session.commit()
    told = hours(session, desk, (TUESDAY, 6, ""))

    if is_refused:
        (fault,) = faults(bring, feuilles_temps=told)
        assert "anvier 2025 est verrouillé depuis le 01/02/2025" in fault.expected
    else:
        assert bring(feuilles_temps=told).wrote


def test_what_a_locked_day_holds_already_may_be_imported_again(
    session: scoped_session[Session], desk: Desk, bring: Bring
) -> None:
    owner = session.get_one(Organisation, desk.organisation_id)
    owner.sheet_lock = "le mois précédent, 0 jours après sa fin"
    session.commit()

    report = bring(feuilles_temps=hours(session, desk, (TUESDAY, 7, "")))

    assert not report.wrote


def test_changing_hours_under_signatures_given_here_reopens_the_sheet_and_says_so(
    session: scoped_session[Session], desk: Desk, bring: Bring
) -> None:
    sign(session, desk)

    report = bring(feuilles_temps=hours(session, desk, (TUESDAY, 6, "")))

    (warning,) = report.warnings
    assert "AUBRAC Inès, 01/2025 : feuille signée dont les heures changent" in str(warning)
    sheet = sheet_of(session, desk)
    assert sheet.state is SheetState.DRAFT
    assert [step.kind for step in sheet.steps] == [
        SheetStepKind.SIGNED,
        SheetStepKind.APPROVED,
        SheetStepKind.REOPENED,
    ]
    assert sheet.steps[-1].reason == "Heures changées par l'import de classeur.xlsx"
    told = session.scalars(select(AuditEvent.reason)).all()
    assert sheet.steps[-1].reason in told


def test_importing_the_hours_that_were_signed_leaves_the_signatures(
    session: scoped_session[Session], desk: Desk, bring: Bring
) -> None:
    sign(session, desk)

    report = bring(feuilles_temps=hours(session, desk, (TUESDAY, 7, "")))

    assert report.warnings == ()
    assert sheet_of(session, desk).state is SheetState.APPROVED


def test_paper_signatures_stay_when_a_transcription_is_corrected(
    session: scoped_session[Session], desk: Desk, bring: Bring
) -> None:
    signed = [
        ["agent", "mois", "signee_agent_le", "signee_responsable_le", "responsable"],
        ["A001", "01/2025", date(2025, 2, 1), date(2025, 2, 3), "DURAND Paul"],
    ]

    bring(signatures=signed)
    bring(feuilles_temps=hours(session, desk, (TUESDAY, 6, "")), signatures=signed)

    sheet = sheet_of(session, desk)
    assert sheet.state is SheetState.APPROVED
    assert sheet.total_minutes == 22 * 420 - 60


def test_a_signature_given_here_is_not_overwritten_by_a_workbook(
    session: scoped_session[Session], desk: Desk, bring: Bring
) -> None:
    sign(session, desk)
    signed = [["agent", "mois", "signee_agent_le"], ["A001", "01/2025", date(2025, 2, 1)]]

    (fault,) = faults(bring, signatures=signed)

    assert (fault.place, fault.row, fault.column) == ("signatures", 2, "signee_agent_le")
    assert "rouvrez d'abord la feuille" in fault.expected


def test_hours_on_two_markets_of_one_phase_are_two_lines(
    session: scoped_session[Session], desk: Desk, bring: Bring
) -> None:
    told = hours(session, desk, (TUESDAY, 3, "Lot 1"), (TUESDAY, 4, "Lot 2"))

    bring(feuilles_temps=told)
    again = bring(feuilles_temps=told)

    assert not again.wrote
    sheet = sheet_of(session, desk)
    lines = {row.market: sheet.minutes.get((row.key, TUESDAY)) for row in sheet.rows}
    assert (lines["Lot 1"], lines["Lot 2"]) == (180, 240)
    assert sheet.day_totals[TUESDAY] == 420


def test_signatures_by_the_thousand_are_stored_as_one_is(
    session: scoped_session[Session], desk: Desk, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grants.services.imports.job.BATCH", 1)
    signed = [["agent", "mois", "signee_agent_le"], ["A001", "12/2024", date(2025, 1, 6)]]

    bring(signatures=signed)

    row = session.scalars(select(TimeSheet)).one()
    assert (row.version, row.signer, row.is_partly_open) == (0, "", False)
    assert row.signed_by_person_on == date(2025, 1, 6)
