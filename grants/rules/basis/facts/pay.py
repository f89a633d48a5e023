"""What a payslip says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grants.enums import PayItemKind
from grants.frozen import frozen


@frozen(kw_only=True)
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
