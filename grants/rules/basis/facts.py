"""Facts as the rules see them: frozen, small, without a database.

Services read each table once and build these; rules never meet a row or a request. Rows are
spreadsheet rows of the import
workbook, so that every figure can be taken back to them; the sheet follows from the type of the
fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from grants.enums import (
    AbsenceKind,
    BudgetSide,
    Certifier,
    CostBasis,
    FunderKind,
    HolidayCalendar,
    LegalForm,
    LetterNature,
    PayItemKind,
    PaymentKind,
    PieceKind,
)
from grants.money import ZERO
from grants.periods import Period
from grants.rules.basis.explained import Citation, Source
from grants.rules.conventions.settings import Settings


@dataclass(frozen=True, slots=True)
class Organisation:
    """Structure porteuse."""

    id: int
    name: str
    siret: str
    rna: str
    legal_form: LegalForm
    calendar: HolidayCalendar
    has_payroll_tax_abatement: bool
    address: str = ""
    certifier: Certifier | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Agent; ``code`` is the matricule."""

    id: int
    code: str
    last_name: str
    first_name: str
    job_title: str
    calendar: HolidayCalendar
    has_payroll_tax_abatement: bool = False

    @property
    def name(self) -> str:
        """Name as forms print it."""
        return f"{self.last_name} {self.first_name}"


@dataclass(frozen=True, slots=True)
class Employment:
    """Segment of a work contract."""

    person_id: int
    period: Period
    fte: Decimal
    weekly_minutes: int
    row: int
    piece: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Approved FTE on a territory."""

    id: int
    code: str
    title: str
    territory: str
    fte: Decimal
    period: Period
    row: int


@dataclass(frozen=True, slots=True)
class Holding:
    """Person on a post; ``share`` is the part of the person's work that the post takes."""

    person_id: int
    post_id: int
    period: Period
    share: Decimal
    is_secondment: bool
    agreement_on: date | None
    replaces_id: int | None
    row: int
    piece: str = ""


@dataclass(frozen=True, slots=True)
class PostFunding:
    """FTE of a post that a convention pays."""

    post_id: int
    convention_id: int
    fte: Decimal
    period: Period
    row: int


@dataclass(frozen=True, slots=True)
class Letter:
    """Mission letter; ``share`` is set for a fixed share only."""

    person_id: int
    convention_id: int
    period: Period
    nature: LetterNature
    share: Decimal | None
    dated_on: date | None
    signed_by_person_on: date | None
    signed_by_manager_on: date | None
    accepted_on: date | None
    row: int
    piece: str = ""


@dataclass(frozen=True, slots=True)
class PayItem:
    """Item of a payslip; ``month`` is its first day; the amount is exact cents in euros."""

    person_id: int
    month: date
    kind: PayItemKind
    label: str
    amount: Decimal
    paid_on: date | None
    voucher: str
    piece: str
    existed_before: bool
    is_tied: bool
    is_founded: bool
    row: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Days or part of a day away from work."""

    person_id: int
    kind: AbsenceKind
    period: Period
    minutes: int | None
    expects_ijss: bool
    row: int


@dataclass(frozen=True, slots=True)
class TimeSum:
    """Minutes of a person on one operation (None: other activity) between two cut points, summed by
    the database.

    ``days`` counts the days with an entry; ``rows`` are the spreadsheet rows as text ranges.
    """

    person_id: int
    start: date
    convention_id: int | None
    minutes: int
    days: int
    rows: str


@dataclass(frozen=True, slots=True)
class DayTime:
    """A day worth a look: more than 24 h, over the contract, or worked during an absence."""

    person_id: int
    day: date
    minutes: int
    rows: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Signatures under a month's time sheet.

    ``is_changed``: what was signed here is no longer what stands there. ``is_reopened``: it was
    signed and asks to be signed anew. ``was_edited``: whether a day of it was corrected by hand;
    None where its days were not confirmed here.
    """

    person_id: int
    month: date
    signed_by_person_on: date | None
    signed_by_manager_on: date | None
    manager: str
    row: int
    piece: str = ""
    is_changed: bool = False
    is_reopened: bool = False
    was_edited: bool | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a convention says on one day, amendments included."""

    since: date
    rate: Decimal
    maximum: Decimal | None
    total_cost: Decimal | None
    fte: Decimal
    settings: Settings
    origins: Mapping[str, Citation]
    """Where each term or setting in force comes from: amendment, convention, scheme or default."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """Dated change, as signed."""

    number: str
    field: str
    value: str
    effective_on: date
    signed_on: date | None
    row: int


@dataclass(frozen=True, slots=True)
class Convention:
    """Signed agreement. ``period`` is the last agreed one; ``terms`` are dated, oldest first, never
    empty.
    """

    id: int
    number: str
    title: str
    operation_number: str
    organisation: Organisation
    funder_name: str
    funder_kind: FunderKind
    scheme_code: str
    scheme_name: str
    period: Period
    signed_on: date | None
    report_due_on: date | None
    terms: tuple[Terms, ...]
    amendments: tuple[Amendment, ...]
    row: int
    description: str = ""
    purged_on: date | None = None

    @property
    def pays_time(self) -> bool:
        """Whether it pays for time on the operation; else it pays for the post."""
        return self.terms[0].settings.cost_basis is CostBasis.TIME

    def terms_on(self, day: date) -> Terms:
        """Terms in force on the day; before the first, the first."""
        known = [terms for terms in self.terms if terms.since <= day]
        return known[-1] if known else self.terms[0]


@dataclass(frozen=True, slots=True)
class Resource:
    """What another funder promised to the operation, and what came of it."""

    code: str
    convention_id: int
    funder_name: str
    funder_kind: FunderKind
    from_convention_id: int | None
    from_convention_number: str
    label: str
    amount: Decimal
    grant_base: Decimal | None
    operation_base: Decimal | None
    received: Decimal
    last_received_on: date | None
    piece: str
    row: int
    receipts: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """Payment of the convention's own funder."""

    convention_id: int
    paid_on: date
    kind: PaymentKind
    amount: Decimal
    piece: str
    row: int


@dataclass(frozen=True, slots=True)
class BudgetItem:
    """Line of the convention's budget."""

    convention_id: int
    side: BudgetSide
    line: str
    label: str
    planned: Decimal
    realised: Decimal | None
    piece: str
    row: int


@dataclass(frozen=True, slots=True)
class IndicatorFact:
    """Indicator of the convention with its target and what was reached, over the claim's period."""

    code: str
    name: str
    unit: str
    breakdown: str
    target: Decimal | None
    realised: Decimal | None
    method: str
    rows: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseJob:
    """Work of a participant under a clause, by pseudonym."""

    market: str
    participant: str
    employer: str
    period: Period
    minutes: int
    row: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Supporting document; ``sha256`` is empty while only its reference is known."""

    reference: str
    kind: PieceKind
    title: str
    person_id: int | None
    period: Period | None
    amount: Decimal | None
    dated_on: date | None
    file_name: str
    sha256: str
    size: int | None
    row: int


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """Everything about some persons over a period: what the ledger cuts and every convention
    charges.
    """

    period: Period
    conventions: Mapping[int, Convention]
    persons: Mapping[int, Person]
    posts: Mapping[int, Post]
    employments: tuple[Employment, ...]
    holdings: tuple[Holding, ...]
    fundings: tuple[PostFunding, ...]
    letters: tuple[Letter, ...]
    pay_items: tuple[PayItem, ...]
    absences: tuple[Absence, ...]
    times: tuple[TimeSum, ...]
    time_links: frozenset[tuple[int, int]] = frozenset()
    signatures: tuple[Signature, ...] = ()
    odd_days: tuple[DayTime, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What one claim needs besides the ledger."""

    convention: Convention
    ledger: LedgerFacts
    resources: tuple[Resource, ...] = ()
    payments: tuple[Payment, ...] = ()
    budget: tuple[BudgetItem, ...] = ()
    indicators: tuple[IndicatorFact, ...] = ()
    clause_jobs: tuple[ClauseJob, ...] = ()
    pieces: tuple[Piece, ...] = ()
    other_direct: Decimal = field(default=ZERO)
