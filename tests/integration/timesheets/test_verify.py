"""``grants sheets verify`` finds what was changed behind the signatures, and nothing else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.models.timesheets import TimeEntry, TimeSheet
from grants.rules.timesheets.content import content_hash
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import sign_sheet
from tests.factories.timesheets.sheets import AS_OF, JANUARY, add_desk, deed, fill_month
from tests.support.terminal import Terminal


def test_a_sheet_changed_behind_its_signature_is_named(
    cli: Terminal, session: scoped_session[Session]
) -> None:
    first, second = add_desk(session()), add_desk(session(), code="A002", name="DELORME")
    for desk in (first, second):
        fill_month(session(), desk)
        sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed())
    session.commit()

    sound = cli("sheets", "verify")
    row = session.scalars(
        select(TimeEntry).where(
            TimeEntry.person_id == second.person_id, TimeEntry.work_on == date(2025, 1, 7)
        )
    ).one()
    row.minutes = 60
    session.commit()
    changed = cli("sheets", "verify", "--month", "2025-01", exit_code=1)

    assert "2 feuilles signées dans le logiciel, 0 changée." in sound.output
    assert "A002, 01/2025 : les heures ou les absences" in changed.output
    assert "2 feuilles signées dans le logiciel, 1 changée." in changed.output
    assert "A001" not in changed.output


def test_a_month_without_signed_sheet_has_nothing_to_prove(
    cli: Terminal, session: scoped_session[Session]
) -> None:
    add_desk(session())

    assert "0 feuille signée" in cli("sheets", "verify", "--month", "01/2025").output


def test_hours_and_hash_that_were_both_rewritten_are_named_by_the_trail(
    cli: Terminal, session: scoped_session[Session]
) -> None:
    desk = add_desk(session())
    fill_month(session(), desk)
    sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed())
    session.commit()
    row = session.scalars(select(TimeEntry).where(TimeEntry.work_on == date(2025, 1, 7))).one()
    row.minutes = 60
    session.commit()
    now = load_sheet(session(), person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    session.scalars(select(TimeSheet)).one().content_sha256 = content_hash(now)
    session.commit()

    assert "A001, 01/2025" in cli("sheets", "verify", exit_code=1).output
