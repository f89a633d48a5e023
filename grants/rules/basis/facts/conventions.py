"""What was agreed with funders, and what they and others paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from grants.enums import BudgetSide, CostBasis, FunderKind, PaymentKind
from grants.frozen import frozen
from grants.parameters.loader import Frame, fund_opens
from grants.periods import FOREVER, Period
from grants.rules.basis.explained import Citation
from grants.rules.basis.facts.organisations import Organisation
from grants.rules.conventions.settings import Settings


@frozen(kw_only=True)
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


@frozen(kw_only=True)
class Amendment:
    """Dated change, as signed."""

    number: str
    field: str
    value: str
    effective_on: date
    signed_on: date | None
    row: int


@frozen(kw_only=True)
class Call:
    """What the call says of requests, and the day of this convention's own; None where unknown.

    ``covered`` are codes of territories that the call leaves out, since earlier operations cover
    them.
    """

    requested_on: date | None = None
    filing_deadline: date | None = None
    envelope: Decimal | None = None
    covered: tuple[str, ...] = ()


@frozen(kw_only=True)
class Convention:
    """Signed agreement. ``period`` is the last agreed one; ``terms`` are dated, oldest first, never
    empty. ``first_end`` is the first day after it as first signed.
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
    first_end: date = FOREVER
    call: Call = Call()
    programme: str = ""
    authority: str = ""
    retention_from: date | None = None

    @property
    def frame(self) -> Frame:
        """Whose rules apply: what chooses a legal figure before its date does."""
        beneficiary = self.organisation.legal_form.beneficiary.value
        return Frame(self.funder_kind.value, self.programme, self.authority, beneficiary)

    @property
    def texts_from(self) -> date:
        """Day whose defaults apply: the first one, or the fund's first where the convention was
        entered before its fund.
        """
        opens = fund_opens(self.funder_kind.value)
        return self.period.start if opens is None else max(self.period.start, opens.value)

    @property
    def pays_time(self) -> bool:
        """Whether it pays for time on the operation; else it pays for the post."""
        return self.terms[0].settings.cost_basis is CostBasis.TIME

    def terms_for(self, period: Period) -> Terms:
        """Terms that a claim is reckoned by: those in force at its end."""
        return self.terms_on(min(period.last, self.period.last))

    def terms_on(self, day: date) -> Terms:
        """Terms in force on the day; before the first, the first."""
        known = [terms for terms in self.terms if terms.since <= day]
        return known[-1] if known else self.terms[0]


@frozen(kw_only=True)
class Receipt:
    """Money that came of a resource."""

    received_on: date
    amount: Decimal
    piece: str
    row: int


@frozen(kw_only=True)
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
    receipts: tuple[Receipt, ...] = ()


@frozen(kw_only=True)
class Payment:
    """Payment of the convention's own funder."""

    convention_id: int
    paid_on: date
    kind: PaymentKind
    amount: Decimal
    piece: str
    row: int


@frozen(kw_only=True)
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
