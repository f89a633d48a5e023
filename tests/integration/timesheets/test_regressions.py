"""What others suffered with time sheets, through the services and on both databases; and that the
number of statements does not grow with the persons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AbsenceKind, SheetOddity, SheetState
from grants.models.people import Employment
from grants.models.timesheets import TimeEntry
from grants.periods import Period, next_month
from grants.services.audit.deed import PARIS
from grants.services.timesheets.loading import load_sheet, load_sheets, load_team, load_year
from grants.services.timesheets.steps import approve_sheet, lock_sheets, sign_sheet
from grants.services.timesheets.typing import (
    confirm_days,
    copy_day,
    copy_month,
    remove_row,
    save_cells,
)
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
from tests.support.database import on_postgresql

pytestmark = pytest.mark.both_databases

OCTOBER, FEBRUARY = date(2025, 10, 1), date(2025, 2, 1)


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    return add_desk(session())


def of(desk: Desk, month: date = JANUARY, **changes: Any) -> dict[str, Any]:
    return {"person_id": desk.person_id, "month": month} | {"deed": deed(**changes)}


def test_the_31st_of_october_takes_hours(session: scoped_session[Session], desk: Desk) -> None:
    cells = {(desk.on_operation, date(2025, 10, day)): "7" for day in (1, 26, 30, 31)}

    result = save_cells(
        session, version=None, changes=cells, **of(desk, OCTOBER, as_of=date(2025, 10, 31))
    )

    assert result.problems == ()
    assert result.sheet.day_totals[date(2025, 10, 31)] == 420


@pytest.mark.parametrize("month", [date(2025, 3, 1), OCTOBER])
def test_months_in_which_clocks_change_are_signed_like_any_other(
    session: scoped_session[Session], desk: Desk, month: date
) -> None:
    fill_month(session(), desk, month)
    # Half past midnight in Paris, which is the evening before in UTC.
    moment = datetime.combine(next_month(month), time(0, 30), PARIS)

    signed = sign_sheet(session, **of(desk, month, at=moment))

    assert signed.signed_by_person is not None
    assert signed.signed_by_person.on == next_month(month)
    assert signed.signed_by_person.at == moment
    assert signed.total_minutes == signed.contract_minutes


def test_a_person_back_from_leave_does_months_out_of_order(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_absence(
        session(), desk, Period(date(2025, 1, 1), date(2025, 2, 1)), kind=AbsenceKind.SICKNESS
    )
    fill_month(session(), desk, FEBRUARY)

    later = sign_sheet(session, **of(desk, FEBRUARY, as_of=date(2025, 3, 3)))
    earlier = sign_sheet(session, **of(desk, JANUARY, as_of=date(2025, 3, 4)))

    assert later.state is earlier.state is SheetState.FINISHED
    assert earlier.total_minutes == earlier.contract_minutes == 0


def test_a_month_in_which_the_person_left_is_signed_then_and_approved_later(
    session: scoped_session[Session],
) -> None:
    desk = add_desk(session(), end_on=date(2025, 1, 16))
    fill_month(session(), desk, minutes=None)
    for row in session.scalars(select(TimeEntry).where(TimeEntry.work_on > date(2025, 1, 15))):
        session.delete(row)
    session.commit()

    signed = sign_sheet(session, **of(desk, as_of=date(2025, 1, 15)))
    approved = approve_sheet(session, **of(desk, as_of=date(2025, 3, 3), actor=MANAGER))

    assert signed.state is SheetState.FINISHED
    assert approved.state is SheetState.APPROVED
    assert approved.total_minutes == approved.contract_minutes == 10 * 420
    assert [oddity.kind for oddity in approved.oddities] == [SheetOddity.LEFT_DURING_MONTH]


def test_a_quotite_changed_within_the_year_gives_each_day_its_hours(
    session: scoped_session[Session],
) -> None:
    desk = add_desk(session(), end_on=date(2025, 6, 16))
    session.add(
        Employment(
            organisation_id=desk.organisation_id,
            person_id=desk.person_id,
            start_on=date(2025, 6, 16),
            fte=Decimal("0.5"),
            weekly_minutes=1050,
        )
    )
    session.commit()

    year = load_year(session, person_id=desk.person_id, year=2025, as_of=date(2026, 1, 5))

    expected = [one.contract_minutes for one in year]
    # May: 19 days of 7 h. June: 9 of 7 h (Whit Monday is the 9th), 11 of 3 h 30. July: 22.
    assert expected[4:7] == [19 * 420, 9 * 420 + 11 * 210, 22 * 210]


def test_a_day_copied_makes_others_like_it_and_leaves_closed_ones(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_hours(session(), desk, date(2025, 1, 7), 300)
    add_hours(session(), desk, date(2025, 1, 7), 120, convention_id=None, activity="other")
    add_hours(session(), desk, date(2025, 1, 9), 60)
    add_absence(session(), desk, Period(date(2025, 1, 8), date(2025, 1, 9)))

    result = copy_day(
        session,
        version=None,
        source=date(2025, 1, 7),
        targets=[date(2025, 1, day) for day in (8, 9)],
        **of(desk),
    )

    assert result.sheet.minutes[desk.on_operation, date(2025, 1, 9)] == 300
    assert result.sheet.day_totals[date(2025, 1, 9)] == 420
    assert {problem.place[1].day for problem in result.problems} == {8}


def test_a_month_copied_is_like_the_one_before(
    session: scoped_session[Session], desk: Desk
) -> None:
    fill_month(session(), desk, date(2024, 12, 1))

    result = copy_month(session, version=None, **of(desk))

    assert result.sheet.total_minutes == result.sheet.contract_minutes
    assert result.sheet.proposed == {}
    assert not any(day.is_edited for day in result.sheet.days)


def test_a_line_taken_away_leaves_the_others(session: scoped_session[Session], desk: Desk) -> None:
    add_hours(session(), desk, date(2025, 1, 7), 300)
    add_hours(session(), desk, date(2025, 1, 7), 120, convention_id=None, activity="other")

    result = remove_row(session, version=None, key=desk.elsewhere, **of(desk))

    assert result.sheet.row_totals == {desk.on_operation: 300}


def test_a_cell_that_two_imported_rows_make_becomes_the_one_that_was_typed(
    session: scoped_session[Session], desk: Desk
) -> None:
    for _ in range(2):
        add_hours(session(), desk, date(2025, 1, 7), 90, source_row=5)
    place = (desk.on_operation, date(2025, 1, 7))

    result = save_cells(session, version=None, changes={place: "4"}, **of(desk))

    (row,) = session.scalars(select(TimeEntry)).all()
    assert (row.minutes, row.source_row) == (240, None)
    assert result.sheet.minutes[place] == 240


def test_comments_of_days_are_kept_and_too_long_ones_told(
    session: scoped_session[Session], desk: Desk
) -> None:
    said = {date(2025, 1, 7): " Réunion PLIE ", date(2025, 1, 8): "x" * 501}

    result = save_cells(session, version=None, changes={}, comments=said, **of(desk))

    days = {day.day: day for day in result.sheet.days}
    assert days[date(2025, 1, 7)].comment == "Réunion PLIE"
    assert not days[date(2025, 1, 7)].is_confirmed
    (problem,) = result.problems
    assert problem.place == ("", date(2025, 1, 8))
    assert "501 caractères : 500 au plus" in problem.message


def test_a_day_named_for_confirmation_that_is_closed_is_told(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_absence(session(), desk, Period(date(2025, 1, 8), date(2025, 1, 9)))

    result = confirm_days(session, days=[date(2025, 1, 8)], **of(desk))

    assert result.problems[0].message == "Congés payés : corrigez d'abord l'absence"
    assert result.version == 0


@contextmanager
def statements() -> Iterator[list[str]]:
    """Statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(_c: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def counted(work: Callable[[], object]) -> int:
    """Questions that the database is asked."""
    with statements() as seen:
        work()
    return len([one for one in seen if one.startswith(("SELECT", "WITH"))])


def test_a_team_is_read_with_as_many_statements_as_one_person(
    session: scoped_session[Session], desk: Desk
) -> None:
    people = [desk.person_id]
    people += [add_desk(session(), code=f"B{n}", name=f"NOM{n}").person_id for n in range(6)]
    session.commit()

    one = counted(lambda: load_sheet(session, person_id=people[0], month=JANUARY, as_of=AS_OF))
    many = counted(lambda: load_sheets(session, person_ids=people, months=[JANUARY], as_of=AS_OF))
    team = counted(lambda: load_team(session, month=JANUARY, as_of=AS_OF))

    assert one <= 16
    assert many == one
    assert team == one + 1


def test_locking_a_claims_sheets_asks_no_more_for_many_than_for_two(
    session: scoped_session[Session], desk: Desk
) -> None:
    def lock(year: int, months: int) -> int:
        told = [(desk.person_id, date(year, month + 1, 1)) for month in range(months)]
        return counted(
            lambda: lock_sheets(session, person_months=told, locked_for="bilan", deed=deed())
        )

    lock(2022, 2)  # begins the trail
    two, twelve = lock(2023, 2), lock(2024, 12)

    assert twelve == two


@pytest.mark.skipif(on_postgresql(), reason="SQLite's planner is asked")
def test_no_reading_of_a_sheet_walks_through_all_hours_or_days(
    session: scoped_session[Session], desk: Desk
) -> None:
    with statements() as seen:
        load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    # Newlines of a statement are spaces here.
    seen = [" ".join(one.split()) + " " for one in seen]
    large = ("time_entries", "sheet_days", "time_sheets", "sheet_steps", "absences")

    read = [one for one in seen if any(f" {name} " in one for name in large)]
    plans = [line for one in read for line in plan_of(session, one)]

    assert len(read) >= len(large)
    assert not [line for line in plans if line.startswith("SCAN") and line.split()[1] in large]


def plan_of(session: scoped_session[Session], statement: str) -> list[str]:
    marks = ("2025-01-01",) * statement.count("?")
    connection = session.connection()
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", marks)
    return [row[3] for row in rows]
