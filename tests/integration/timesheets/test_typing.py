"""Typing in a sheet: what is saved, what is refused and why, two people at once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Activity
from grants.errors import NotFound
from grants.models.audit import AuditEvent
from grants.models.conventions import Convention
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.services.audit.wording import change_lines
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.typing import confirm_days, save_cells
from tests.factories.timesheets.sheets import (
    AS_OF,
    JANUARY,
    Desk,
    add_absence,
    add_desk,
    add_hours,
    deed,
)

TUESDAY, WEDNESDAY = date(2025, 1, 7), date(2025, 1, 8)


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    return add_desk(session())


def stored(session: scoped_session[Session], day: date) -> dict[int | None, int]:
    query = select(TimeEntry.convention_id, TimeEntry.minutes).where(TimeEntry.work_on == day)
    return {row.convention_id: row.minutes for row in session.execute(query)}


def save(session: scoped_session[Session], desk: Desk, changes: dict, **more: object):  # type: ignore[no-untyped-def,type-arg] # short hand
    given = (
        {"version": None, "person_id": desk.person_id, "month": JANUARY} | {"deed": deed()} | more
    )
    return save_cells(session, changes=changes, **given)


def test_hours_typed_in_any_manner_are_what_a_claim_reads(
    session: scoped_session[Session], desk: Desk
) -> None:
    changes = {(desk.on_operation, TUESDAY): "7h30", (desk.on_operation, WEDNESDAY): "3,25"}

    result = save(session, desk, changes)

    assert stored(session, TUESDAY) == {desk.operation_id: 450}
    assert stored(session, WEDNESDAY) == {desk.operation_id: 195}
    assert result.problems == ()
    assert result.version == 1
    assert result.sheet.total_minutes == 645


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("25 h", "dépasse les 24 h"),
        ("-1", "négatif"),
        ("abc", "n'est pas une durée"),
    ],
)
def test_what_is_no_hours_is_told_at_its_cell_and_the_rest_is_saved(
    session: scoped_session[Session], desk: Desk, typed: str, says: str
) -> None:
    changes = {(desk.on_operation, TUESDAY): typed, (desk.on_operation, WEDNESDAY): "7"}

    result = save(session, desk, changes)

    (problem,) = result.problems
    assert problem.place == (desk.on_operation, TUESDAY)
    assert problem.text == typed
    assert says in problem.message
    assert stored(session, TUESDAY) == {}
    assert stored(session, WEDNESDAY) == {desk.operation_id: 420}


def test_a_day_of_another_month_is_refused(session: scoped_session[Session], desk: Desk) -> None:
    result = save(session, desk, {(desk.on_operation, date(2025, 2, 4)): "7"})

    assert "n'est pas un jour de 01/2025" in result.problems[0].message
    assert result.saved == 0


def test_another_structures_person_does_not_exist(
    session: scoped_session[Session], desk: Desk
) -> None:
    from grants.services.platform.tenancy import Scope, set_scope

    other = add_desk(session(), organisation="Commune fictive")
    set_scope(session, Scope(frozenset({desk.organisation_id})))

    with pytest.raises(NotFound):
        save(session, other, {(other.on_operation, TUESDAY): "7"})
    with pytest.raises(NotFound):
        load_sheet(session, person_id=other.person_id, month=JANUARY, as_of=AS_OF)


def test_a_day_of_more_than_24_hours_on_its_lines_together_is_refused(
    session: scoped_session[Session], desk: Desk
) -> None:
    changes = {(desk.on_operation, TUESDAY): "14", (desk.elsewhere, TUESDAY): "14"}

    result = save(session, desk, changes)

    assert {problem.place for problem in result.problems} == set(changes)
    assert stored(session, TUESDAY) == {}


def test_a_line_of_an_operation_that_is_not_the_persons_is_refused(
    session: scoped_session[Session], desk: Desk
) -> None:
    key = f"{desk.other_operation_id}-{Activity.EVALUATION.value}"

    result = save(session, desk, {(key, TUESDAY): "7"})

    assert "ne vous est pas ouverte" in result.problems[0].message
    assert stored(session, TUESDAY) == {}


def test_a_day_of_leave_takes_no_hours_and_lets_those_that_stand_there_be_removed(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_hours(session(), desk, TUESDAY, 120)
    add_absence(session(), desk, Period(TUESDAY, date(2025, 1, 9)))

    refused = save(session, desk, {(desk.on_operation, WEDNESDAY): "7"})
    cleared = save(session, desk, {(desk.on_operation, TUESDAY): "0"})

    assert refused.problems[0].message == "Congés payés : corrigez d'abord l'absence"
    assert cleared.problems == ()
    assert stored(session, TUESDAY) == {}


def test_typing_in_a_proposed_day_writes_what_its_other_cells_showed(
    session: scoped_session[Session], desk: Desk
) -> None:
    for day in (3, 10, 17):
        add_hours(session(), desk, date(2024, 12, day), 240, convention_id=None, activity="other")
    add_hours(session(), desk, date(2024, 12, 17), 180)
    shown = load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    session.rollback()

    result = save(session, desk, {(desk.elsewhere, TUESDAY): "3"})

    assert TUESDAY in shown.proposed_days
    assert sum(n for (_, day), n in shown.proposed.items() if day == TUESDAY) == 420
    assert result.sheet.minutes[desk.elsewhere, TUESDAY] == 180
    day = next(one for one in result.sheet.days if one.day == TUESDAY)
    assert (day.is_confirmed, day.is_edited) == (True, True)
    assert TUESDAY not in result.sheet.proposed_days


def test_a_day_that_was_emptied_is_not_proposed_again(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_hours(session(), desk, date(2024, 12, 17))
    shown = load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF)
    session.rollback()
    cells = [place for place in shown.proposed if place[1] == TUESDAY]

    result = save(session, desk, dict.fromkeys(cells, ""))

    assert cells
    assert TUESDAY not in result.sheet.proposed_days
    assert stored(session, TUESDAY) == {}


def test_confirming_writes_what_was_proposed_and_marks_no_correction(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_hours(session(), desk, date(2024, 12, 17))

    one = confirm_days(
        session, person_id=desk.person_id, month=JANUARY, days=[TUESDAY], deed=deed()
    )
    whole = confirm_days(session, person_id=desk.person_id, month=JANUARY, deed=deed())

    assert one.sheet.total_minutes == 420
    assert not next(day for day in one.sheet.days if day.day == TUESDAY).is_edited
    assert whole.sheet.total_minutes == whole.sheet.contract_minutes == 22 * 420
    assert whole.sheet.proposed == {}


def test_two_people_in_different_cells_lose_nothing(
    session: scoped_session[Session], desk: Desk
) -> None:
    save(session, desk, {(desk.on_operation, TUESDAY): "7"}, version=0, before={})
    place = (desk.on_operation, WEDNESDAY)

    second = save(session, desk, {place: "6"}, version=0, before={place: ""})

    assert second.problems == ()
    assert stored(session, TUESDAY) == {desk.operation_id: 420}
    assert stored(session, WEDNESDAY) == {desk.operation_id: 360}


@pytest.mark.parametrize("before", [None, ""], ids=["without_before", "with_before"])
def test_the_second_of_two_people_in_one_cell_is_told_what_stands_there(
    session: scoped_session[Session], desk: Desk, before: str | None
) -> None:
    place = (desk.on_operation, TUESDAY)
    save(session, desk, {place: "7"}, version=0)

    shown = None if before is None else {place: before}
    second = save(session, desk, {place: "6"}, version=0, before=shown)

    (problem,) = second.problems
    assert "elle contient maintenant 7\u00a0h" in problem.message
    assert problem.text == "6"
    assert stored(session, TUESDAY) == {desk.operation_id: 420}


def test_a_correction_is_told_in_the_trail_before_and_after(
    session: scoped_session[Session], desk: Desk
) -> None:
    save(session, desk, {(desk.on_operation, TUESDAY): "7"})
    save(session, desk, {(desk.on_operation, TUESDAY): "6"})

    number = session.get_one(Convention, desk.operation_id).number
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()

    assert event is not None
    assert event.object_key == "A001 › 2025-01"
    assert change_lines(event.object_kind, event.before, event.after) == (
        "Jours confirmés : – → 1",
        f"07/01/2025 › {number} › Accompagner les maîtres d'ouvrage : 7\u00a0h → 6\u00a0h",
    )
