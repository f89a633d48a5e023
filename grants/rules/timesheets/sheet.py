"""A month's time sheet as grid, print, workbook and manager's page see it: frozen, in minutes.

Law: décret n° 2022-608, annex: sheets at least monthly, dated and signed by the employee and the
manager. Hours are what was declared; a proposal is kept apart from them until the person confirms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal

from grants.enums import Activity, DayClosure, SheetOddity, SheetState, SheetStepKind
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.explained import Explained
from grants.rules.basis.facts.people import Absence, Employment, Person
from grants.rules.timesheets.document import (
    DocumentState,
    SheetDocument,
    SheetEmployer,
    SheetOperation,
)
from grants.rules.timesheets.state import UNTOUCHED, SheetEvent, SheetRecord

Place = tuple[str, date]
"""Cell of a sheet: the row's key, the day."""


UNNAMED = SheetEmployer("", "", "")


@frozen
class SheetRow:
    """Line of the grid: an operation or other activity, its phase, the market where one is said.

    ``key`` names the line in forms and addresses; ``is_open`` tells whether hours may be added.
    """

    key: str
    convention_id: int | None
    number: str
    title: str
    activity: Activity
    market: str = ""
    is_open: bool = True


@frozen
class SheetDayFacts:
    """Day of a sheet: why it is closed, what the contract expects of it, who may still type in it.

    ``contract_minutes`` is what remains to be worked once closures and absences are taken away;
    ``locked_because`` is French and empty where the day may be typed in.
    """

    day: date
    closure: DayClosure | None
    closed_because: str
    contract_minutes: int
    absence_minutes: int
    locked_because: str
    is_confirmed: bool
    is_edited: bool
    comment: str
    is_clearable: bool = False
    """Closed by contract or leave while hours stand there: nothing but their removal is taken."""
    is_reopened: bool = False

    @property
    def is_editable(self) -> bool:
        """Whether the day may be typed in."""
        return not self.locked_because


@frozen
class SheetSignatureFacts:
    """One signature: its name and day; the moment is known where it was given here."""

    name: str
    on: date
    at: datetime | None = None


@frozen
class SheetStepFacts:
    """Step that the sheet went through, the oldest first."""

    kind: SheetStepKind
    at: datetime
    name: str
    reason: str = ""
    day: date | None = None
    minutes: int = 0
    content_sha256: str = ""


@frozen
class ShareProgress:
    """Share of a person's time on an operation so far, against the convention's minimum.

    ``minimum`` is None where the convention asks for none. ``missing_minutes`` are those to move or
    add to the operation until ``until``, the last day of its period.
    """

    convention_id: int
    number: str
    share: Explained[Decimal]
    minimum: Decimal | None
    missing_minutes: int
    until: date


@frozen
class Oddity:
    """What a manager should look at before signing; ``message`` says what stood there, what was
    expected and what to do.
    """

    kind: SheetOddity
    message: str
    days: tuple[date, ...] = ()
    blocks: bool = False


@frozen
class SheetChange:
    """Something that a signed document says and that is otherwise today; both in French."""

    what: str
    signed: str
    today: str

    def __str__(self) -> str:
        """As a line of a list.

        Example:
        >>> print(SheetChange("Nom", "Aubrac Inès", "Brantôme Inès"))
        Nom : « Aubrac Inès » à la signature, « Brantôme Inès » aujourd'hui
        """
        return f"{self.what} : « {self.signed} » à la signature, « {self.today} » aujourd'hui"


@frozen
class OpenConvention:
    """Operation on which a person may declare hours in the month."""

    id: int
    number: str
    title: str
    period: Period


@frozen
class Sheet:
    """Whole month of a person.

    ``minutes`` holds what was declared, ``proposed`` what is proposed for days that are not
    confirmed yet; no day has both. ``needs_sheet`` is false where letters remove the need of one,
    and ``no_sheet_because`` says which.

    A signed sheet whose ``document`` is kept shows that document: person, employer, contract,
    lines, days, hours and leave as they were signed. ``changes`` tells what is otherwise today.
    """

    organisation_id: int
    organisation_name: str
    person: Person
    month: Period
    state: SheetState
    version: int
    rows: tuple[SheetRow, ...]
    days: tuple[SheetDayFacts, ...]
    minutes: Mapping[Place, int]
    proposed: Mapping[Place, int]
    comments: Mapping[Place, str]
    employments: tuple[Employment, ...]
    absences: tuple[Absence, ...]
    signed_by_person: SheetSignatureFacts | None = None
    signed_by_manager: SheetSignatureFacts | None = None
    returned_because: str = ""
    content_sha256: str = ""
    piece: str = ""
    locked_for: str = ""
    steps: tuple[SheetStepFacts, ...] = ()
    progress: tuple[ShareProgress, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    needs_sheet: bool = True
    no_sheet_because: str = ""
    row_totals: Mapping[str, int] = field(default_factory=dict)
    day_totals: Mapping[date, int] = field(default_factory=dict)
    events: frozenset[SheetEvent] = frozenset()
    """What the state of the sheet allows; who may do it is said by ``sheet_access``."""
    open_conventions: tuple[OpenConvention, ...] = ()
    """Operations that a line may be added for."""
    has_changed_since_signed: bool = False
    due_on: date | None = None
    """Last day on which the sheet is not late."""
    record: SheetRecord = UNTOUCHED
    employer: SheetEmployer = UNNAMED
    operations: tuple[SheetOperation, ...] = ()
    """Those of its lines, as their conventions name them."""
    document: SheetDocument | None = None
    document_state: DocumentState = DocumentState.NONE
    changes: tuple[SheetChange, ...] = ()
    is_folded: bool = False
    """Whether operations stand together as other activity, for a reader who may not know them."""

    @property
    def total_minutes(self) -> int:
        """Minutes declared in the month: the sum of its lines."""
        return sum(self.minutes.values())

    @property
    def contract_minutes(self) -> int:
        """Minutes that the contract expects of the month, closures and absences taken away."""
        return sum(day.contract_minutes for day in self.days)

    @property
    def proposed_days(self) -> tuple[date, ...]:
        """Days whose proposal waits for the person's word."""
        return tuple(sorted({day for _, day in self.proposed}))
