"""A team's month as its manager goes through it: what asks for attention comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from grants.enums import SheetSituation, SheetState
from grants.french import folded
from grants.frozen import frozen
from grants.rules.timesheets.sheet import ShareProgress
from grants.rules.timesheets.state import SheetEvent
from grants.rules.timesheets.summary import SheetSummary

URGENCY: Mapping[SheetSituation, int] = {one: place for place, one in enumerate(SheetSituation)}


@frozen
class TeamLine:
    """A person's month beside what the visitor may do with it; ``acting_for`` is the absent
    colleague's account under whose role they would sign, None under their own.
    """

    summary: SheetSummary
    situation: SheetSituation
    may_read: bool = False
    may_approve: bool = False
    may_reopen: bool = False
    may_lock: bool = False
    acting_for: int | None = None

    @property
    def is_approvable(self) -> bool:
        """Whether the visitor may sign it now: finished, and nothing blocks."""
        summary = self.summary
        return self.may_approve and SheetEvent.APPROVE in summary.events and not summary.blocks

    @property
    def is_returnable(self) -> bool:
        """Whether the visitor may give it back to the person."""
        return self.may_approve and SheetEvent.RETURN in self.summary.events

    @property
    def is_reopenable(self) -> bool:
        """Whether the visitor may open it again."""
        return self.may_reopen and SheetEvent.REOPEN in self.summary.events

    @property
    def is_locked(self) -> bool:
        """Whether nobody types in it until it is unlocked, by a date or for a claim."""
        return self.summary.state is SheetState.LOCKED

    @property
    def is_late(self) -> bool:
        """Whether the person has not signed and the month is past its day."""
        return self.situation is SheetSituation.LATE

    @property
    def is_unsigned(self) -> bool:
        """Whether a signature that is needed is missing."""
        done = (SheetSituation.APPROVED, SheetSituation.LOCKED, SheetSituation.NOT_NEEDED)
        return self.situation not in done

    @property
    def is_worth_a_look(self) -> bool:
        """Whether something stands out that the running month does not explain by itself."""
        is_running = self.situation is SheetSituation.IN_PROGRESS
        return self.summary.blocks or (bool(self.summary.oddities) and not is_running)

    @property
    def gap_minutes(self) -> int:
        """Declared minutes beyond the contract's; below zero when some are missing."""
        return self.summary.total_minutes - self.due_minutes

    @property
    def due_minutes(self) -> int:
        """Contract's minutes that the sheet is held against; none where a letter stands for it."""
        is_held = self.summary.needs_sheet or self.summary.total_minutes
        return self.summary.contract_minutes if is_held else 0

    @property
    def lowest_share(self) -> ShareProgress | None:
        """Operation that is furthest below its minimum, or nearest to it; None without minimum."""
        asked = [one for one in self.summary.progress if one.minimum is not None]
        return min(asked, key=_margin, default=None)


@frozen
class TeamFilter:
    """What a list of lines is narrowed to; an empty value narrows nothing."""

    text: str = ""
    organisation_id: int | None = None
    situation: str = ""
    oddity: str = ""


@frozen
class TeamTotals:
    """Sums of a list of lines, and how many stand where."""

    people: int
    minutes: int
    contract_minutes: int
    by_situation: Mapping[SheetSituation, int]
    odd: int
    approvable: int

    @property
    def late(self) -> int:
        """Months that are past their day and not signed."""
        return self.by_situation[SheetSituation.LATE]

    @property
    def to_approve(self) -> int:
        """Months that wait for the manager."""
        return self.by_situation[SheetSituation.TO_APPROVE]

    @property
    def done(self) -> int:
        """Months that both have signed."""
        done = (SheetSituation.APPROVED, SheetSituation.LOCKED)
        return sum(self.by_situation[one] for one in done)


def situation_of(summary: SheetSummary) -> SheetSituation:
    """What a month asks for: signatures decide, for a month closed by a date is still to be signed.

    A signed month that is locked asks for nothing; neither does one that needs no sheet and has no
    signature.
    """
    if summary.signed_by_manager is not None:
        is_locked = summary.state is SheetState.LOCKED
        return SheetSituation.LOCKED if is_locked else SheetSituation.APPROVED
    if summary.signed_by_person is not None:
        return SheetSituation.TO_APPROVE
    if not summary.needs_sheet:
        return SheetSituation.NOT_NEEDED
    if summary.is_late:
        return SheetSituation.LATE
    return SheetSituation.RETURNED if summary.returned_because else SheetSituation.IN_PROGRESS


def filter_lines(lines: Iterable[TeamLine], wanted: TeamFilter) -> list[TeamLine]:
    """Lines that fit all that is wanted; names are found without accents or capitals."""
    words = folded(wanted.text).split()
    return [
        line
        for line in lines
        if all(word in names_of(line) for word in words)
        and wanted.organisation_id in (None, line.summary.organisation_id)
        and wanted.situation in ("", line.situation.value)
        and _fits_oddity(line, wanted.oddity)
    ]


def sort_lines(lines: Iterable[TeamLine], key: str, *, descending: bool = False) -> list[TeamLine]:
    """Lines by a key of ``SORTS``; equal ones by name."""
    by_name = sorted(lines, key=names_of)
    return sorted(by_name, key=SORTS[key], reverse=descending)


def total_lines(lines: Sequence[TeamLine]) -> TeamTotals:
    """Totals of the lines: the sum of what they show."""
    return TeamTotals(
        len(lines),
        sum(line.summary.total_minutes for line in lines),
        sum(line.due_minutes for line in lines),
        {one: sum(line.situation is one for line in lines) for one in SheetSituation},
        sum(bool(line.summary.oddities) for line in lines),
        sum(line.is_approvable for line in lines),
    )


def _fits_oddity(line: TeamLine, wanted: str) -> bool:
    match wanted:
        case "":
            return True
        case "odd":
            return bool(line.summary.oddities)
        case "blocked":
            return line.summary.blocks
        case "even":
            return not line.summary.oddities
    return any(oddity.kind.value == wanted for oddity in line.summary.oddities)


def names_of(line: TeamLine) -> str:
    """What a person's line is found and sorted by: names and code, without accents or capitals."""
    person = line.summary.person
    return folded(f"{person.last_name} {person.first_name} {person.code}")


def _attention(line: TeamLine) -> tuple[int, bool, int]:
    """Urgent first; among equals what blocks, then what has more to look at."""
    summary = line.summary
    return URGENCY[line.situation], not summary.blocks, -len(summary.oddities)


def _margin(progress: ShareProgress) -> Decimal:
    return progress.share.value - (progress.minimum or Decimal(0))


def _share(line: TeamLine) -> tuple[bool, Decimal]:
    lowest = line.lowest_share
    return lowest is None, Decimal(0) if lowest is None else _margin(lowest)


SORTS: Mapping[str, Callable[[TeamLine], Any]] = {
    "attention": _attention,
    "name": names_of,
    "hours": lambda line: line.summary.total_minutes,
    "gap": lambda line: line.gap_minutes,
    "share": _share,
    "oddities": lambda line: (line.summary.blocks, len(line.summary.oddities)),
}
