"""The order of a team's month, its filters and its totals."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import HolidayCalendar, SheetOddity, SheetSituation, SheetState
from grants.periods import Period
from grants.rules.basis.facts.people import Person
from grants.rules.timesheets.attention import (
    SORTS,
    TeamFilter,
    TeamLine,
    filter_lines,
    situation_of,
    sort_lines,
    total_lines,
)
from grants.rules.timesheets.sheet import Oddity, SheetSignatureFacts
from grants.rules.timesheets.state import SheetEvent
from grants.rules.timesheets.summary import SheetSummary

JANUARY = Period.month(date(2025, 1, 1))
SIGNED = SheetSignatureFacts("X", date(2025, 2, 3))


def summary(
    name: str = "AUBRAC",
    *,
    person: bool = False,
    manager: bool = False,
    state: SheetState = SheetState.DRAFT,
    late: bool = False,
    returned: str = "",
    needed: bool = True,
    minutes: int = 0,
    oddities: tuple[Oddity, ...] = (),
    events: frozenset[SheetEvent] = frozenset(),
) -> SheetSummary:
    """A person's January."""
    who = Person(
        id=1,
        code="A001",
        last_name=name,
        first_name="Inès",
        job_title="Facilitatrice",
        calendar=HolidayCalendar.METROPOLE,
    )
    return SheetSummary(
        organisation_id=1, person=who, month=JANUARY, state=state, version=1,
        total_minutes=minutes, contract_minutes=9240, minutes_by_convention={},
        proposed_days=0, progress=(), oddities=oddities,
        signed_by_person=SIGNED if person else None,
        signed_by_manager=SIGNED if manager else None,
        returned_because=returned, locked_for="", piece="", needs_sheet=needed,
        no_sheet_because="", due_on=date(2025, 2, 5), is_late=late, events=events,
        content_sha256="",
    )  # fmt: skip


def line(found: SheetSummary, **may: bool) -> TeamLine:
    return TeamLine(found, situation_of(found), **may)


@pytest.mark.parametrize(
    ("found", "situation"),
    [
        (summary(), SheetSituation.IN_PROGRESS),
        (summary(late=True), SheetSituation.LATE),
        (summary(returned="à corriger"), SheetSituation.RETURNED),
        (summary(returned="à corriger", late=True), SheetSituation.LATE),
        (summary(person=True), SheetSituation.TO_APPROVE),
        (summary(person=True, state=SheetState.LOCKED), SheetSituation.TO_APPROVE),
        (summary(person=True, manager=True), SheetSituation.APPROVED),
        (summary(person=True, manager=True, state=SheetState.LOCKED), SheetSituation.LOCKED),
        (summary(needed=False), SheetSituation.NOT_NEEDED),
        (summary(needed=False, person=True), SheetSituation.TO_APPROVE),
    ],
)
def test_signatures_decide_what_a_month_asks_for(
    found: SheetSummary, situation: SheetSituation
) -> None:
    assert situation_of(found) is situation


def test_a_sheet_is_signed_by_whoever_may_when_nothing_blocks() -> None:
    ready = summary(person=True, events=frozenset({SheetEvent.APPROVE}))
    fault = (Oddity(SheetOddity.CONTRADICTS_LEAVE, "x", blocks=True),)
    blocked = summary(person=True, events=frozenset({SheetEvent.APPROVE}), oddities=fault)

    unneeded = summary(person=True, needed=False, events=frozenset({SheetEvent.APPROVE}))

    assert line(ready, may_approve=True).is_approvable
    assert line(unneeded, may_approve=True).is_approvable, "signed all the same: it is not left"
    assert not line(ready).is_approvable
    assert not line(blocked, may_approve=True).is_approvable
    assert not line(summary(), may_approve=True).is_approvable


def test_what_a_running_month_lacks_is_not_worth_a_look_yet() -> None:
    empty = (Oddity(SheetOddity.DAYS_EMPTY, "x"),)

    assert not line(summary(oddities=empty)).is_worth_a_look
    assert line(summary(oddities=empty, late=True)).is_worth_a_look
    assert line(summary(oddities=empty, person=True)).is_worth_a_look


def test_names_are_found_without_accents_and_in_any_order() -> None:
    lines = [line(summary("ÉPINAL")), line(summary("ORLÉANS"))]

    assert filter_lines(lines, TeamFilter("ines epinal")) == lines[:1]
    assert filter_lines(lines, TeamFilter(situation="in_progress")) == lines
    assert filter_lines(lines, TeamFilter(organisation_id=2)) == []


ODDITIES = st.lists(
    st.builds(Oddity, st.sampled_from(SheetOddity), st.just("x"), blocks=st.booleans()), max_size=3
).map(tuple)
SUMMARIES = st.builds(
    summary,
    st.sampled_from(["AUBRAC", "ÉPINAL", "ZONZA"]),
    person=st.booleans(),
    manager=st.booleans(),
    state=st.sampled_from(SheetState),
    late=st.booleans(),
    needed=st.booleans(),
    minutes=st.integers(0, 20_000),
    oddities=ODDITIES,
)
LINES = st.lists(SUMMARIES.map(line), max_size=12)


@given(LINES, st.sampled_from(sorted(SORTS)), st.booleans())
def test_sorting_loses_nobody(lines: list[TeamLine], key: str, descending: bool) -> None:
    found = sort_lines(lines, key, descending=descending)

    assert sorted(map(id, found)) == sorted(map(id, lines))


@given(LINES)
def test_nothing_urgent_stands_below_what_is_not(lines: list[TeamLine]) -> None:
    order = list(SheetSituation)
    found = [order.index(one.situation) for one in sort_lines(lines, "attention")]

    assert found == sorted(found)


@given(LINES)
def test_totals_are_the_sum_of_what_is_shown(lines: list[TeamLine]) -> None:
    totals = total_lines(lines)

    assert totals.minutes == sum(one.summary.total_minutes for one in lines)
    assert totals.people == len(lines) == sum(totals.by_situation.values())


@given(LINES, st.sampled_from(["odd", "even", "blocked", *(one.value for one in SheetOddity)]))
def test_a_filter_shows_part_of_the_lines_in_their_order(
    lines: list[TeamLine], oddity: str
) -> None:
    found = filter_lines(lines, TeamFilter(oddity=oddity))
    odd = filter_lines(lines, TeamFilter(oddity="odd"))
    even = filter_lines(lines, TeamFilter(oddity="even"))

    assert [one for one in lines if one in found] == found
    assert len(odd) + len(even) == len(lines)


def test_a_contract_that_a_letter_proves_is_neither_missing_nor_summed() -> None:
    proven, held = line(summary(needed=False)), line(summary(minutes=9000))

    totals = total_lines((proven, held))

    assert (proven.gap_minutes, held.gap_minutes) == (0, -240)
    assert (totals.minutes, totals.contract_minutes) == (9000, 9240)
