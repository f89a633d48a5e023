"""What a claim reads of time sheets: the hours declared, and what became of the signatures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Activity
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.rules.basis.facts.time import Signature
from grants.services.facts.ledger import load_ledger_facts
from grants.services.facts.signatures import load_signatures
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import approve_sheet, reopen_sheet, sign_sheet
from grants.services.timesheets.typing import confirm_days, save_cells
from tests.factories.timesheets.sheets import (
    AS_OF,
    JANUARY,
    MANAGER,
    Desk,
    add_absence,
    add_desk,
    add_hours,
    deed,
    fill_month,
)

TUESDAY = date(2025, 1, 7)
MONTH = Period.month(JANUARY)
REASON = "heures du 7 oubliées"


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    return add_desk(session())


def of(desk: Desk, **changes: Any) -> dict[str, Any]:
    return {"person_id": desk.person_id, "month": JANUARY} | {"deed": deed(**changes)}


def signature(session: scoped_session[Session]) -> Signature:
    (found,) = load_signatures(session, period=MONTH)
    return found


def test_a_claim_reads_exactly_the_hours_that_were_confirmed(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_hours(session(), desk, date(2024, 12, 17), 300)
    add_hours(session(), desk, date(2024, 12, 17), 120, convention_id=None, activity="other")
    confirm_days(session, days=[TUESDAY], **of(desk))
    save_cells(
        session, version=None, changes={(desk.on_operation, date(2025, 1, 8)): "4"}, **of(desk)
    )

    sheet = load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    facts = load_ledger_facts(session, period=MONTH, person_ids=[desk.person_id])

    read: dict[int | None, int] = {}
    for time in facts.times:
        read[time.convention_id] = read.get(time.convention_id, 0) + time.minutes
    shown: dict[int | None, int] = {}
    for row in sheet.rows:
        if row.key in sheet.row_totals:
            shown[row.convention_id] = shown.get(row.convention_id, 0) + sheet.row_totals[row.key]
    assert read == shown
    assert len(sheet.proposed_days) == 20


def test_signatures_under_unchanged_hours_are_sound(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_absence(session(), desk, Period(TUESDAY, date(2025, 1, 9)))
    fill_month(session(), desk)
    for day in (7, 8):
        row = session.scalars(
            select(TimeEntry).where(TimeEntry.work_on == date(2025, 1, day))
        ).one()
        session.delete(row)
    add_hours(session(), desk, date(2025, 1, 9), 15, activity=Activity.EVALUATION.value)
    sign_sheet(session, **of(desk))
    approve_sheet(session, **of(desk, actor=MANAGER))

    found = signature(session)

    assert (found.signed_by_person_on, found.signed_by_manager_on) == (AS_OF, AS_OF)
    assert not found.is_changed
    assert not found.is_reopened


@pytest.mark.parametrize("what", ["hours", "operation", "leave", "market"])
def test_whatever_changes_behind_a_signature_is_noticed(
    session: scoped_session[Session], desk: Desk, what: str
) -> None:
    fill_month(session(), desk)
    sign_sheet(session, **of(desk))
    session.commit()
    row = session.scalars(select(TimeEntry).where(TimeEntry.work_on == TUESDAY)).one()
    match what:
        case "hours":
            row.minutes -= 1
        case "operation":
            row.convention_id = desk.other_operation_id
        case "market":
            row.market = "Lot 3"
        case _:
            add_absence(session(), desk, Period(TUESDAY, date(2025, 1, 8)), minutes=60)
    session.commit()

    assert signature(session).is_changed


def test_a_reopened_sheet_stays_known_and_a_draft_is_none(
    session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk)
    save_cells(session, version=None, changes={(desk.on_operation, TUESDAY): "6"}, **of(desk))
    draft = load_signatures(session, period=MONTH, person_ids=[desk.person_id])
    sign_sheet(session, **of(desk))
    reopen_sheet(session, **of(desk, actor=MANAGER, reason=REASON))

    assert draft == ()
    found = signature(session)
    assert found.is_reopened
    assert found.signed_by_person_on is None
    assert found.was_edited is True
