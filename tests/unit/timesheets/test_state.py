"""Flow of a sheet: every event in every state is decided."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from grants.enums import SheetState
from grants.errors import TransitionRefused
from grants.periods import Period
from grants.rules.timesheets.state import (
    UNTOUCHED,
    SheetEvent,
    SheetRecord,
    allowed_events,
    refusal,
    require_allowed,
    sheet_state,
)

FIRST, SECOND = date(2025, 2, 1), date(2025, 2, 3)
RECORDS = {
    "draft": UNTOUCHED,
    "partly_open": SheetRecord(is_partly_open=True),
    "finished": SheetRecord(signed_by_person_on=FIRST),
    "approved": SheetRecord(signed_by_person_on=FIRST, signed_by_manager_on=SECOND),
    "locked": SheetRecord(
        signed_by_person_on=FIRST,
        locked_at=datetime(2025, 3, 1, tzinfo=UTC),
        locked_for="bilan FSE-1 2025",
    ),
}
# The whole machine: what may happen in each state, in the order of SheetEvent.
ALLOWED = {
    "draft": "sign scan lock unlock",
    "partly_open": "sign reopen scan lock unlock",
    "finished": "take_back approve return reopen scan lock unlock",
    "approved": "reopen scan lock unlock",
    "locked": "lock unlock",
}
JANUARY = Period.month(date(2025, 1, 1))


@pytest.mark.parametrize("state", RECORDS)
def test_every_event_is_decided_in_every_state(state: str) -> None:
    allowed = allowed_events(RECORDS[state])

    assert {event.value for event in allowed} == set(ALLOWED[state].split())
    for event in SheetEvent:
        assert bool(refusal(RECORDS[state], event)) is (event not in allowed)


@pytest.mark.parametrize("state", RECORDS)
@pytest.mark.parametrize("event", SheetEvent)
def test_a_refusal_says_whose_sheet_and_why(state: str, event: SheetEvent) -> None:
    record = RECORDS[state]
    if not refusal(record, event):
        require_allowed(record, event, "AUBRAC Inès, 01/2025")
        return
    with pytest.raises(TransitionRefused, match=r"^AUBRAC Inès, 01/2025 : .{10,}\.$"):
        require_allowed(record, event, "AUBRAC Inès, 01/2025")


@pytest.mark.parametrize(
    ("open_from", "is_locked"),
    [(None, False), (date(2025, 1, 1), False), (date(2025, 1, 31), False), (FIRST, True)],
)
def test_a_month_is_locked_once_its_last_day_is(open_from: date | None, is_locked: bool) -> None:
    state = sheet_state(UNTOUCHED, JANUARY, open_from)

    assert (state is SheetState.LOCKED) is is_locked


def test_a_date_closes_hours_and_no_signatures() -> None:
    finished = RECORDS["finished"]

    assert sheet_state(finished, JANUARY, FIRST) is SheetState.LOCKED
    assert SheetEvent.APPROVE in allowed_events(finished)
