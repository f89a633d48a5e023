"""What the database itself refuses of time sheets, whoever writes to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from grants.enums import SheetStepKind
from grants.models.timesheets import SheetDay, SheetStep, TimeEntry, TimeSheet
from tests.factories.timesheets.sheets import AT, Desk, add_desk

pytestmark = pytest.mark.both_databases

JANUARY = 2025 * 12
TUESDAY = date(2025, 1, 7)


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    return add_desk(session())


def add(session: scoped_session[Session], desk: Desk, table: type[Any], **values: Any) -> None:
    owner = {"organisation_id": desk.organisation_id, "person_id": desk.person_id}
    session.add(table(**owner, **values))
    session.flush()


def test_a_person_has_one_sheet_a_month(session: scoped_session[Session], desk: Desk) -> None:
    add(session, desk, TimeSheet, month=JANUARY)

    with pytest.raises(IntegrityError):
        add(session, desk, TimeSheet, month=JANUARY)
    session.rollback()


def test_a_person_has_one_row_a_day(session: scoped_session[Session], desk: Desk) -> None:
    add(session, desk, SheetDay, work_on=TUESDAY)

    with pytest.raises(IntegrityError):
        add(session, desk, SheetDay, work_on=TUESDAY)
    session.rollback()


@pytest.mark.parametrize(("minutes", "is_refused"), [(0, False), (-1, True)])
def test_a_step_has_no_minutes_below_zero(
    session: scoped_session[Session], desk: Desk, minutes: int, is_refused: bool
) -> None:
    step = {"month": JANUARY, "step": SheetStepKind.SIGNED.value, "happened_at": AT}

    if not is_refused:
        add(session, desk, SheetStep, minutes=minutes, **step)
        return
    with pytest.raises(IntegrityError):
        add(session, desk, SheetStep, minutes=minutes, **step)
    session.rollback()


@pytest.mark.parametrize(
    ("minutes", "is_refused"), [(1, False), (1440, False), (0, True), (1441, True)]
)
def test_an_entry_holds_minutes_of_a_day(
    session: scoped_session[Session], desk: Desk, minutes: int, is_refused: bool
) -> None:
    entry = {"work_on": TUESDAY, "activity": "other", "minutes": minutes}

    if not is_refused:
        add(session, desk, TimeEntry, **entry)
        return
    with pytest.raises(IntegrityError):
        add(session, desk, TimeEntry, **entry)
    session.rollback()
