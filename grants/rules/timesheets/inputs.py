"""What a month's sheet is made of, as services read it: frozen, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from grants.enums import Activity
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.organisations import Organisation
from grants.rules.basis.facts.people import Absence, Employment, Letter, Person
from grants.rules.timesheets.lock_rule import LockRule
from grants.rules.timesheets.rows import RowName, row_key
from grants.rules.timesheets.sheet import SheetStepFacts
from grants.rules.timesheets.state import UNTOUCHED, SheetRecord


@frozen
class SheetRules:
    """What a structure says of its sheets: when they close, when they are due."""

    organisation: Organisation
    lock: LockRule | None = None
    grace_days: int = 0
    due_days: int = 5


@frozen
class Entry:
    """Declared minutes of one day on one line."""

    day: date
    convention_id: int | None
    activity: Activity
    minutes: int
    market: str = ""
    comment: str = ""

    @property
    def name(self) -> RowName:
        """Line that the minutes stand on."""
        return RowName(self.convention_id, self.activity, self.market)

    @property
    def key(self) -> str:
        """Key of that line."""
        return row_key(self.convention_id, self.activity, self.market)


@frozen
class DayRecord:
    """What is stored of a day beside its hours."""

    is_confirmed: bool = False
    is_edited: bool = False
    is_reopened: bool = False
    comment: str = ""


@frozen
class Assignment:
    """Days on which a convention takes some of a person's work by the post that it funds."""

    convention_id: int
    period: Period


@frozen
class TimeSoFar:
    """Minutes declared over an operation's period: on it, and in all."""

    convention_id: int
    operation_minutes: int
    total_minutes: int


@frozen
class StoredDocument:
    """Text of a kept document, and the hash that it must answer to."""

    sha256: str
    text: str


@frozen
class SheetInputs:
    """Everything about one person's month; every tuple is of this person alone.

    ``earlier`` holds the hours of the month before, ``signed`` what is stored of the months around
    it. ``edits`` tells of the twelve months up to this one: months with confirmed days, and whether
    one of their days was ever corrected.
    """

    rules: SheetRules
    person: Person
    month: Period
    as_of: date
    employments: tuple[Employment, ...] = ()
    absences: tuple[Absence, ...] = ()
    letters: tuple[Letter, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    conventions: Mapping[int, Convention] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    earlier: tuple[Entry, ...] = ()
    record: SheetRecord = UNTOUCHED
    document: StoredDocument | None = None
    signed: Mapping[date, SheetRecord] = field(default_factory=dict)
    days: Mapping[date, DayRecord] = field(default_factory=dict)
    steps: tuple[SheetStepFacts, ...] = ()
    times: Mapping[int, TimeSoFar] = field(default_factory=dict)
    edits: tuple[int, bool] = (0, False)
    extra_rows: tuple[RowName, ...] = ()
    may_override: bool = False
