"""A sheet's way: signed, approved, sent back, reopened; who is told what when it may not be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import SheetState, SheetStepKind
from grants.errors import Conflict, Forbidden, TransitionRefused
from grants.models.organisations import Organisation
from grants.models.timesheets import TimeEntry
from grants.services.timesheets.loading import load_sheet, load_team
from grants.services.timesheets.steps import (
    SheetChoice,
    approve_sheet,
    approve_sheets,
    attach_scan,
    lock_sheets,
    reopen_sheet,
    return_sheet,
    sign_sheet,
    take_back,
    unlock_sheets,
)
from grants.services.timesheets.typing import save_cells
from tests.factories.timesheets.sheets import (
    AS_OF,
    JANUARY,
    MANAGER,
    Desk,
    add_desk,
    add_hours,
    deed,
    fill_month,
)

TUESDAY = date(2025, 1, 7)
REASON = "heures du 7 oubliées"


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    made = add_desk(session())
    fill_month(session(), made)
    return made


def of(desk: Desk, **changes: Any) -> dict[str, Any]:
    """The sheet of January and who acts."""
    return {"person_id": desk.person_id, "month": JANUARY} | {"deed": deed(**changes)}


def test_a_month_is_signed_by_both_and_closed(session: scoped_session[Session], desk: Desk) -> None:
    signed = sign_sheet(session, **of(desk))
    approved = approve_sheet(session, **of(desk, actor=MANAGER))

    assert signed.state is SheetState.FINISHED
    assert approved.state is SheetState.APPROVED
    assert not any(day.is_editable for day in approved.days)
    assert [step.kind for step in approved.steps] == [SheetStepKind.SIGNED, SheetStepKind.APPROVED]
    assert {step.minutes for step in approved.steps} == {22 * 420}
    assert len({step.content_sha256 for step in approved.steps}) == 1
    assert not approved.has_changed_since_signed


def test_a_signed_sheet_takes_no_hours_until_the_signature_is_taken_back(
    session: scoped_session[Session], desk: Desk
) -> None:
    sign_sheet(session, **of(desk))
    cells = {(desk.on_operation, TUESDAY): "6"}

    refused = save_cells(session, version=None, changes=cells, **of(desk))
    take_back(session, **of(desk, reason=REASON))
    saved = save_cells(session, version=None, changes=cells, **of(desk))

    assert "reprenez votre signature" in refused.problems[0].message
    assert saved.problems == ()
    assert saved.sheet.state is SheetState.DRAFT
    assert [step.kind for step in saved.sheet.steps] == [
        SheetStepKind.SIGNED,
        SheetStepKind.REOPENED,
    ]


def test_nobody_approves_what_they_signed(session: scoped_session[Session], desk: Desk) -> None:
    sign_sheet(session, **of(desk))

    with pytest.raises(Forbidden, match="autre responsable"):
        approve_sheet(session, **of(desk, actor=MANAGER), own_person_ids=[desk.person_id])


def test_a_month_with_proposed_days_is_not_signed(session: scoped_session[Session]) -> None:
    desk = add_desk(session(), code="A002")
    add_hours(session(), desk, date(2024, 12, 17))

    with pytest.raises(TransitionRefused, match="22 jour"):
        sign_sheet(session, **of(desk))


def test_a_month_is_signed_from_its_last_working_day_on(
    session: scoped_session[Session], desk: Desk
) -> None:
    with pytest.raises(TransitionRefused, match="à partir du 31/01/2025"):
        sign_sheet(session, **of(desk, as_of=date(2025, 1, 30)))

    signed = sign_sheet(session, **of(desk, as_of=date(2025, 1, 31)))

    assert signed.state is SheetState.FINISHED


def test_a_returned_sheet_says_why_and_is_signed_anew(
    session: scoped_session[Session], desk: Desk
) -> None:
    sign_sheet(session, **of(desk))

    returned = return_sheet(session, **of(desk, actor=MANAGER, reason=REASON))
    signed = sign_sheet(session, **of(desk))

    assert returned.state is SheetState.DRAFT
    assert returned.returned_because == REASON
    assert signed.returned_because == ""


@pytest.mark.parametrize(("reason", "is_taken"), [("123456789", False), ("1234567890", True)])
def test_a_reason_has_ten_characters(
    session: scoped_session[Session], desk: Desk, reason: str, is_taken: bool
) -> None:
    sign_sheet(session, **of(desk))

    if is_taken:
        reopened = reopen_sheet(session, **of(desk, actor=MANAGER, reason=reason))
        assert reopened.state is SheetState.DRAFT
    else:
        with pytest.raises(Conflict, match="9 caractères") as refused:
            reopen_sheet(session, **of(desk, actor=MANAGER, reason=reason))
        assert refused.value.field == "reason"


def test_a_day_that_is_reopened_is_the_only_one_to_correct(
    session: scoped_session[Session], desk: Desk
) -> None:
    sign_sheet(session, **of(desk))
    approve_sheet(session, **of(desk, actor=MANAGER))

    opened = reopen_sheet(session, day=TUESDAY, **of(desk, actor=MANAGER, reason=REASON))
    cells = {(desk.on_operation, TUESDAY): "6", (desk.on_operation, date(2025, 1, 8)): "6"}
    saved = save_cells(session, version=None, changes=cells, **of(desk))
    signed = sign_sheet(session, **of(desk))

    assert [day.day for day in opened.days if day.is_editable] == [TUESDAY]
    assert [problem.place[1] for problem in saved.problems] == [date(2025, 1, 8)]
    assert signed.total_minutes == 22 * 420 - 60
    assert [step.kind.value for step in signed.steps] == [
        "signed",
        "approved",
        "reopened",
        "signed",
    ]
    assert signed.steps[0].content_sha256 != signed.steps[3].content_sha256


def test_another_day_may_be_opened_before_the_first_is_signed_again(
    session: scoped_session[Session], desk: Desk
) -> None:
    wednesday = date(2025, 1, 8)
    sign_sheet(session, **of(desk))
    reopen_sheet(session, day=TUESDAY, **of(desk, actor=MANAGER, reason=REASON))

    both = reopen_sheet(session, day=wednesday, **of(desk, actor=MANAGER, reason=REASON))
    sign_sheet(session, **of(desk))
    later = reopen_sheet(session, day=wednesday, **of(desk, actor=MANAGER, reason=REASON))
    whole = reopen_sheet(session, **of(desk, actor=MANAGER, reason=REASON))

    assert [day.day for day in both.days if day.is_editable] == [TUESDAY, wednesday]
    assert [day.day for day in later.days if day.is_editable] == [wednesday]
    assert all(day.is_editable for day in whole.days)


def test_a_claim_locks_its_sheets_and_gives_them_back(
    session: scoped_session[Session], desk: Desk
) -> None:
    months = [(desk.person_id, JANUARY)]
    locking = deed(actor=MANAGER)

    locked = lock_sheets(session, person_months=months, locked_for="bilan FSE-1 2025", deed=locking)
    again = lock_sheets(session, person_months=months, locked_for="autre", deed=locking)
    sheet = load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    with pytest.raises(TransitionRefused, match="bilan FSE-1 2025"):
        sign_sheet(session, **of(desk))
    unlocked = unlock_sheets(session, person_months=months, deed=deed(actor=MANAGER, reason=REASON))

    assert (locked, again, unlocked) == (1, 0, 1)
    assert sheet.state is SheetState.LOCKED
    assert sheet.locked_for == "bilan FSE-1 2025"
    assert sign_sheet(session, **of(desk)).state is SheetState.FINISHED


def test_sound_sheets_are_approved_and_the_others_told(
    session: scoped_session[Session], desk: Desk
) -> None:
    unsigned = add_desk(session(), code="A002", name="DELORME")
    signed = sign_sheet(session, **of(desk))
    choices = [
        SheetChoice(desk.person_id, JANUARY, signed.version),
        SheetChoice(unsigned.person_id, JANUARY, 0),
    ]

    refusals = approve_sheets(session, sheets=choices, deed=deed(actor=MANAGER), name="Y, pour X")

    assert [one.person for one in refusals] == ["DELORME Inès"]
    assert "pas encore signée" in refusals[0].message
    states = {one.person.code: one for one in load_team(session, month=JANUARY, as_of=AS_OF)}
    assert states["A001"].state is SheetState.APPROVED
    assert states["A001"].signed_by_manager is not None
    assert states["A001"].signed_by_manager.name == "Y, pour X"
    assert states["A002"].state is SheetState.DRAFT


def test_a_sheet_that_changed_since_it_was_shown_is_not_approved(
    session: scoped_session[Session], desk: Desk
) -> None:
    shown = sign_sheet(session, **of(desk))
    take_back(session, **of(desk, reason=REASON))
    sign_sheet(session, **of(desk))

    with pytest.raises(Conflict) as refused:
        approve_sheet(session, version=shown.version, **of(desk, actor=MANAGER))
    assert refused.value.field == "version"


def test_hours_changed_behind_a_signature_are_noticed(
    session: scoped_session[Session], desk: Desk
) -> None:
    sign_sheet(session, **of(desk))
    row = session.scalars(select(TimeEntry).where(TimeEntry.work_on == TUESDAY)).one()
    row.minutes = 60
    session.commit()

    sheet = load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)

    assert sheet.has_changed_since_signed
    with pytest.raises(TransitionRefused, match="a changé depuis la signature"):
        approve_sheet(session, **of(desk, actor=MANAGER))


def test_paper_signatures_approve_a_month(session: scoped_session[Session], desk: Desk) -> None:
    days = {"signed_by_person_on": date(2025, 2, 1), "signed_by_manager_on": AS_OF}

    scanned = attach_scan(
        session, piece="FT-A001-2025-01", manager="DURAND Paul", **days, **of(desk, actor=MANAGER)
    )

    assert scanned.state is SheetState.APPROVED
    assert scanned.piece == "FT-A001-2025-01"
    assert scanned.steps[-1].kind is SheetStepKind.SCANNED


def test_a_week_that_its_date_closed_is_opened_until_the_day_that_was_said(
    session: scoped_session[Session], desk: Desk
) -> None:
    session.get_one(
        Organisation, desk.organisation_id
    ).sheet_lock = "chaque semaine, 3 jours après sa fin"
    session.commit()
    today, until = date(2025, 1, 22), date(2025, 1, 24)
    cells = {(desk.on_operation, TUESDAY): "6"}

    closed = save_cells(session, version=None, changes=cells, **of(desk, as_of=today))
    opened = unlock_sheets(
        session,
        person_months=[(desk.person_id, JANUARY)],
        until=until,
        deed=deed(today, actor=MANAGER, reason=REASON),
    )
    saved = save_cells(session, version=None, changes=cells, **of(desk, as_of=until))
    after = load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=date(2025, 1, 25))

    assert "la semaine du 06/01/2025" in closed.problems[0].message.lower()
    assert opened == 1
    assert saved.problems == ()
    assert not next(day for day in after.days if day.day == TUESDAY).is_editable
