"""Rows found by another key than their organisation: the scope holds all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Executable, event, func, select, update
from sqlalchemy.orm import Session, aliased, scoped_session

from grants.models.people import Person
from grants.services.platform.tenancy import BY_KEY, KEY, Scope, ScopeMissing, set_scope
from grants.services.timesheets.loading import load_team
from tests.factories.timesheets.sheets import JANUARY, Desk, add_desk, fill_month
from tests.factories.timesheets.teams import add_team

pytestmark = pytest.mark.both_databases

AS_OF = date(2025, 2, 10)
ALIAS = aliased(Person)
READINGS: dict[str, Callable[[list[int]], Executable]] = {
    "rows": lambda ids: select(Person.id).where(Person.id.in_(ids)),
    "alias": lambda ids: select(ALIAS.id).where(ALIAS.id.in_(ids)),
    "sum": lambda ids: select(func.max(Person.id)).where(Person.id.in_(ids)),
}


@pytest.fixture
def strangers(session: scoped_session[Session]) -> tuple[Desk, Desk]:
    """Two people of two structures; the session reaches the first one's alone."""
    first = add_desk(session(), organisation="Première")
    second = add_desk(session(), organisation="Seconde", code="B001", name="CANTAL")
    session.expunge_all()
    set_scope(session, Scope(frozenset({first.organisation_id})))
    return first, second


@pytest.mark.parametrize("kind", READINGS)
def test_a_key_of_another_structure_finds_nothing(
    session: scoped_session[Session], strangers: tuple[Desk, Desk], kind: str
) -> None:
    ids = [desk.person_id for desk in strangers]

    found = session.execute(READINGS[kind](ids), execution_options=BY_KEY).scalars().all()

    assert found == [strangers[0].person_id]


def test_a_key_of_another_structure_changes_nothing(
    session: scoped_session[Session], strangers: tuple[Desk, Desk]
) -> None:
    ids = [desk.person_id for desk in strangers]
    change = update(Person).where(Person.id.in_(ids)).values(job_title="Changé")

    done: Any = session.execute(change, execution_options=BY_KEY)

    assert done.rowcount == 1


def test_without_scope_a_key_finds_nothing(session: scoped_session[Session]) -> None:
    session.info.pop(KEY)

    with pytest.raises(ScopeMissing):
        session.execute(READINGS["rows"]([1]), execution_options=BY_KEY)


def test_a_teams_hours_are_found_by_person_not_by_reading_the_whole_structure(
    session: scoped_session[Session],
) -> None:
    if session().get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL has statistics and chooses by itself")
    team = add_team(session(), 20)
    fill_month(session(), team[0], JANUARY)
    set_scope(session, Scope(frozenset({team[0].organisation_id})))
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, values: Any, *_rest: object) -> None:
        if "FROM time_entries" in statement and "market" in statement:
            asked.append((statement, values))

    event.listen(session().get_bind(), "before_cursor_execute", note)
    try:
        load_team(session(), person_ids=[one.person_id for one in team], month=JANUARY, as_of=AS_OF)
    finally:
        event.remove(session().get_bind(), "before_cursor_execute", note)

    ((statement, values),) = asked
    plan = session().connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    assert "ix_time_entries_person_day" in " ".join(str(row[3]) for row in plan)
