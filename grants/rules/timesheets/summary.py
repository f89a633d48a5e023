"""A month in one line, for the manager's team and the person's year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from grants.enums import SheetState
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.facts.people import Person
from grants.rules.timesheets.sheet import (
    Oddity,
    ShareProgress,
    Sheet,
    SheetChange,
    SheetSignatureFacts,
)
from grants.rules.timesheets.state import SheetEvent, signed_state


@frozen
class SheetSummary:
    """Where a person's month stands; ``is_late`` when it is due and the person has not signed."""

    organisation_id: int
    person: Person
    month: Period
    state: SheetState
    version: int
    total_minutes: int
    contract_minutes: int
    minutes_by_convention: Mapping[int | None, int]
    proposed_days: int
    progress: tuple[ShareProgress, ...]
    oddities: tuple[Oddity, ...]
    signed_by_person: SheetSignatureFacts | None
    signed_by_manager: SheetSignatureFacts | None
    returned_because: str
    locked_for: str
    piece: str
    needs_sheet: bool
    no_sheet_because: str
    due_on: date
    is_late: bool
    events: frozenset[SheetEvent]
    content_sha256: str
    changes: tuple[SheetChange, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether something stands out that a manager does not sign."""
        return any(oddity.blocks for oddity in self.oddities)


def summary_of(sheet: Sheet, as_of: date) -> SheetSummary:
    """One line of a sheet, late or not as of a day."""
    minutes: dict[int | None, int] = defaultdict(int)
    for row in sheet.rows:
        minutes[row.convention_id] += sheet.row_totals.get(row.key, 0)
    due = sheet.due_on or sheet.month.last
    is_draft = signed_state(sheet.record) is SheetState.DRAFT
    return SheetSummary(
        organisation_id=sheet.organisation_id,
        person=sheet.person,
        month=sheet.month,
        state=sheet.state,
        version=sheet.version,
        total_minutes=sheet.total_minutes,
        contract_minutes=sheet.contract_minutes,
        minutes_by_convention={number: n for number, n in minutes.items() if n},
        proposed_days=len(sheet.proposed_days),
        progress=sheet.progress,
        oddities=sheet.oddities,
        signed_by_person=sheet.signed_by_person,
        signed_by_manager=sheet.signed_by_manager,
        returned_because=sheet.returned_because,
        locked_for=sheet.locked_for,
        piece=sheet.piece,
        needs_sheet=sheet.needs_sheet,
        no_sheet_because=sheet.no_sheet_because,
        due_on=due,
        is_late=sheet.needs_sheet and is_draft and as_of > due,
        events=sheet.events,
        content_sha256=sheet.content_sha256,
        changes=sheet.changes,
    )
