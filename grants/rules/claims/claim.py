"""A computed claim: the one object that screen, workbooks, pack, JSON and API render.

Everything is there already, explained: whoever renders it never adds, multiplies or rounds. Field
order follows the funders' forms: Cerfa 15059, the tables of the European portal.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grants.enums import BudgetSide, ClaimForm, ClaimKind, FunderKind, LimitedBy, Method, PieceKind
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.explained import Citation, Explained, Source
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.indicators import ClauseJob
from grants.rules.basis.findings import Finding, is_blocked
from grants.rules.claims.cerfa_lines import CERFA_LINE_BY_CODE

ENGINE_VERSION = "1"


@frozen
class ClaimLine:
    """Ligne de dépense: one person, one month, cut where the claim's own terms change.

    ``base`` is the eligible cost of ``period``; ``ceded`` is the cent that an older operation holds
    already, taken off the amount; ``gross``, ``charges`` and ``other_items`` are its parts and add
    up to it. Hours are Decimal hours (minutes ÷ 60), kept as whole minutes beside. ``amount`` is
    what the line comes to; ``retained`` what of it is claimed: zero when ``reason`` says why it is
    out.
    """

    number: int
    person_id: int
    person_code: str
    last_name: str
    first_name: str
    job_title: str
    post: str
    month: date
    period: Period
    method: Method
    is_service: bool
    gross: Decimal
    charges: Decimal
    other_items: Decimal
    base: Explained[Decimal]
    total_minutes: int | None
    operation_minutes: int | None
    share: Explained[Decimal] | None
    hourly_rate: Explained[Decimal] | None
    amount: Explained[Decimal]
    retained: Decimal
    ceded: Decimal
    reason: str
    paid_on: tuple[date, ...]
    vouchers: tuple[str, ...]
    accounting_pieces: tuple[str, ...]
    other_pieces: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name as forms print it."""
        return f"{self.last_name} {self.first_name}"


@frozen
class ResourceLine:
    """Ressource: what counts of another funder's money. ``counted`` is before the pro rata,
    ``assigned`` after it.
    """

    code: str
    funder: str
    kind: FunderKind
    label: str
    from_convention: str
    conventioned: Decimal
    grant_base: Decimal | None
    operation_base: Decimal | None
    received: Decimal
    received_on: date | None
    counted: Explained[Decimal]
    assigned: Explained[Decimal]
    piece: str


@frozen
class TableLine:
    """Line of the State's summary table: planned and realised, whole and with its label on a free
    line.

    ``line`` is a code of ``exports.cerfa_lines``. Percent and deviations are rendered from the two
    amounts by formula.
    """

    side: BudgetSide
    line: str
    label: str
    planned: Decimal
    realised: Explained[Decimal]

    @property
    def wording(self) -> str:
        """Words of the line: its own on a free line, the form's elsewhere."""
        return self.label or CERFA_LINE_BY_CODE[self.side, self.line].label


@frozen
class PlanLine:
    """Line of the FSE's financing plan: conventioned and realised. ``section`` is ``charges`` or
    ``produits``.
    """

    section: BudgetSide
    label: str
    conventioned: Decimal | None
    realised: Explained[Decimal]


@frozen
class IndicatorLine:
    """Indicator against its target; ``percent`` is a fraction of one, None without target."""

    code: str
    name: str
    unit: str
    breakdown: str
    target: Decimal | None
    realised: Decimal | None
    percent: Decimal | None
    method: str
    sources: tuple[Source, ...]


@frozen
class PieceLine:
    """Numbered piece of the list: what it is, whom and when it covers, its file when it stands."""

    number: int
    reference: str
    kind: PieceKind | None
    title: str
    person: str
    period: Period | None
    amount: Decimal | None
    dated_on: date | None
    sha256: str
    file_name: str
    lines: tuple[int, ...]


@frozen
class AppliedSetting:
    """Term or setting in force at the end of the period, with where it comes from."""

    key: str
    wording: str
    value: str
    citation: Citation


@frozen
class PersonTotal:
    """A person over the claim's period: hours, share against the minimum, cost retained."""

    person_id: int
    person_code: str
    name: str
    total_minutes: int | None
    operation_minutes: int | None
    share: Explained[Decimal] | None
    minimum: Decimal | None
    accepted: bool
    missing_hours: Decimal
    amount: Decimal
    retained: Decimal


@frozen
class GrantDue:
    """What the funder owes: the candidates, which one decided, and what is left to pay.

    ``limits`` are the candidates in the order of the formula: name (key of ``labels.TERMS``) and
    amount; None where no limit is set.
    """

    due: Explained[Decimal]
    limited_by: LimitedBy
    limits: tuple[tuple[str, Explained[Decimal] | None], ...]
    already_paid: Explained[Decimal]
    to_pay: Explained[Decimal]


@frozen
class Claim:
    """Bilan or compte rendu of one convention for one period, computed live.

    ``table`` is the State's summary and ``plan`` the European one: a claim fills the one that its
    scheme's form asks for. ``staff`` is direct staff retained, ``services`` seconded staff counted
    as bought services, ``other_direct`` other direct costs, ``flat`` the flat rate,
    ``eligible_cost`` their sum, ``retained_cost`` the same after the convention's own cap.
    """

    convention: Convention
    kind: ClaimKind
    period: Period
    as_of: date
    settings: tuple[AppliedSetting, ...]
    lines: tuple[ClaimLine, ...]
    persons: tuple[PersonTotal, ...]
    staff: Explained[Decimal]
    services: Explained[Decimal]
    other_direct: Explained[Decimal]
    flat: Explained[Decimal]
    eligible_cost: Explained[Decimal]
    retained_cost: Explained[Decimal]
    resources: tuple[ResourceLine, ...]
    other_resources: Explained[Decimal]
    grant: GrantDue
    table: tuple[TableLine, ...]
    plan: tuple[PlanLine, ...]
    indicators: tuple[IndicatorLine, ...]
    clause_jobs: tuple[ClauseJob, ...]
    pieces: tuple[PieceLine, ...]
    findings: tuple[Finding, ...]
    citations: tuple[Citation, ...]
    engine_version: str = ENGINE_VERSION

    @property
    def form(self) -> ClaimForm:
        """Document that the scheme asks for."""
        return self.convention.terms_for(self.period).settings.claim_form

    @property
    def is_blocked(self) -> bool:
        """Whether a finding forbids filing."""
        return is_blocked(self.findings)

    @property
    def reference(self) -> str:
        """Name of the claim's files: number and period, safe on every file system."""
        kept = "".join(
            char if char.isalnum() and char.isascii() else "-" for char in self.convention.number
        )
        return f"{kept}_{self.period.start:%Y%m%d}-{self.period.last:%Y%m%d}"
