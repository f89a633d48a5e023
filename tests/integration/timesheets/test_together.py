"""Two people in one sheet at the same moment, for real: threads, commits, both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select

from grants.errors import TransitionRefused
from grants.extensions import db
from grants.french import minutes
from grants.models.audit import AuditEvent
from grants.models.timesheets import SheetDay, SheetStep, TimeEntry, TimeSheet
from grants.services.audit.writing import verify_trail
from grants.services.platform.tenancy import EVERY, set_scope
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import sign_sheet
from grants.services.timesheets.typing import SaveResult, save_cells
from tests.factories.timesheets.sheets import AS_OF, JANUARY, Desk, add_desk, deed, fill_month

pytestmark = pytest.mark.both_databases

T = TypeVar("T")
TUESDAY, WEDNESDAY = date(2025, 1, 7), date(2025, 1, 8)


@pytest.fixture
def desk(fresh_database: Flask) -> Desk:
    with fresh_database.app_context():
        set_scope(db.session, EVERY)
        return add_desk(db.session())


def at_once(app: Flask, *deeds: Callable[[], T]) -> list[T]:
    """What each deed gives, all begun at the same moment in transactions of their own."""
    start = Barrier(len(deeds))

    def run(one: Callable[[], T]) -> T:
        with app.app_context():
            set_scope(db.session, EVERY)
            start.wait()
            found = one()
            db.session.commit()
            return found

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(run, one) for one in deeds]]


def saving(desk: Desk, day: date, hours: str) -> Callable[[], SaveResult]:
    """Save one cell on what the page showed when nobody had typed yet."""
    place = (desk.on_operation, day)
    return lambda: save_cells(
        db.session(),
        person_id=desk.person_id,
        month=JANUARY,
        version=0,
        changes={place: hours},
        before={place: ""},
        deed=deed(),
    )


def test_two_people_in_two_cells_of_a_new_sheet_both_keep_their_hours(
    fresh_database: Flask, desk: Desk
) -> None:
    results = at_once(fresh_database, saving(desk, TUESDAY, "7"), saving(desk, WEDNESDAY, "6"))

    assert [one.problems for one in results] == [(), ()]
    assert sorted(one.version for one in results) == [1, 2]
    with fresh_database.app_context():
        set_scope(db.session, EVERY)
        sheet = load_sheet(db.session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
        assert sheet.total_minutes == 13 * 60
        assert sheet.version == 2
        assert all(chain.report.broken is None for chain in verify_trail(db.session))


def test_of_many_people_in_one_cell_one_is_saved_and_all_others_are_told(
    fresh_database: Flask, desk: Desk
) -> None:
    deeds = [saving(desk, TUESDAY, str(hours)) for hours in range(1, 7)]

    results = at_once(fresh_database, *deeds)

    kept = [one for one in results if not one.problems]
    told = [one.problems[0].message for one in results if one.problems]
    assert len(kept) == 1
    assert len(told) == 5
    standing = kept[0].sheet.minutes[desk.on_operation, TUESDAY]
    assert all(f"contient maintenant {minutes(standing)}" in message for message in told)


def test_two_signatures_at_once_leave_one_and_refuse_the_other(
    fresh_database: Flask, desk: Desk
) -> None:
    with fresh_database.app_context():
        set_scope(db.session, EVERY)
        fill_month(db.session(), desk)

    def sign() -> str:
        try:
            sign_sheet(db.session(), person_id=desk.person_id, month=JANUARY, deed=deed())
        except TransitionRefused as refused:
            return str(refused)
        return ""

    results = at_once(fresh_database, sign, sign)

    assert sorted(map(bool, results)) == [False, True]
    with fresh_database.app_context():
        set_scope(db.session, EVERY)
        assert db.session.scalar(select(func.count()).select_from(SheetStep)) == 1


def test_a_save_that_breaks_off_leaves_nothing_half_written(
    fresh_database: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr("grants.services.timesheets.typing.tell", fail)

    with fresh_database.app_context():
        set_scope(db.session, EVERY)
        with pytest.raises(OSError, match="power"):
            saving(desk, TUESDAY, "7")()
        db.session.remove()
        set_scope(db.session, EVERY)
        for table in (TimeEntry, SheetDay, TimeSheet, AuditEvent):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
