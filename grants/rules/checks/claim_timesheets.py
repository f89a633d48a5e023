"""Time sheets that a claim rests on, and where each of them stands.

Law: décret n° 2022-608, annex: hours that value a line are proved by sheets signed by both. Lines
valued otherwise, and post grants, need none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from grants.enums import SheetState
from grants.french import day_fr, folded
from grants.frozen import frozen
from grants.rules.checks.timesheets import BY_HOURS
from grants.rules.claims.claim import Claim

NAME_LENGTH = 200


@frozen
class NeededSheet:
    """A person's month whose hours value a line; ``month`` is its first day."""

    person_id: int
    person_code: str
    name: str
    month: date
    minutes: int


@frozen
class ClaimSheet:
    """A sheet that a claim rests on. ``state`` tells of signatures alone; ``locked_for`` says why
    it is locked where it is.
    """

    needed: NeededSheet
    state: SheetState = SheetState.DRAFT
    is_locked: bool = False
    locked_for: str = ""

    @property
    def is_lockable(self) -> bool:
        """Whether a lock would take it: signed by both, and open."""
        return self.state is SheetState.APPROVED and not self.is_locked


@frozen
class ClaimSheets:
    """All of a claim's sheets, by person then month."""

    sheets: tuple[ClaimSheet, ...]

    @property
    def approved(self) -> int:
        """Sheets that both have signed."""
        return sum(sheet.state is SheetState.APPROVED for sheet in self.sheets)

    @property
    def locked(self) -> int:
        """Sheets that are locked for a claim."""
        return sum(sheet.is_locked for sheet in self.sheets)

    @property
    def lockable(self) -> tuple[ClaimSheet, ...]:
        """Sheets that a lock would take."""
        return tuple(sheet for sheet in self.sheets if sheet.is_lockable)

    @property
    def unsigned(self) -> tuple[ClaimSheet, ...]:
        """Sheets that lack a signature: they are to be signed before they are locked."""
        return tuple(sheet for sheet in self.sheets if sheet.state is not SheetState.APPROVED)

    def locked_by(self, name: str) -> tuple[ClaimSheet, ...]:
        """Sheets that are locked for the claim of that name."""
        return tuple(sheet for sheet in self.sheets if sheet.locked_for == name)


def needed_sheets(claim: Claim) -> tuple[NeededSheet, ...]:
    """Months that the claim's lines are valued by, each once, by name then month."""
    minutes: dict[tuple[int, date], int] = {}
    people: dict[int, tuple[str, str]] = {}
    for line in claim.lines:
        if line.method in BY_HOURS and line.operation_minutes:
            key = (line.person_id, line.month)
            minutes[key] = minutes.get(key, 0) + line.operation_minutes
            people[line.person_id] = (line.name, line.person_code)
    found = (
        NeededSheet(person_id, people[person_id][1], people[person_id][0], month, total)
        for (person_id, month), total in minutes.items()
    )
    return tuple(sorted(found, key=lambda one: (folded(one.name), one.person_code, one.month)))


def lock_name(claim: Claim) -> str:
    """Name that a sheet bears as long as it is locked for the claim."""
    period = f"{day_fr(claim.period.start)} au {day_fr(claim.period.last)}"
    name = f"le bilan {claim.convention.number} du {period}"
    return name[:NAME_LENGTH]


def months_of_sheets(sheets: Iterable[ClaimSheet]) -> list[tuple[int, date]]:
    """Person and month of each sheet, as the flow's services take them."""
    return [(sheet.needed.person_id, sheet.needed.month) for sheet in sheets]
