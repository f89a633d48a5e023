"""What payslips say, by month."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, select

from grants.enums import PayItemKind
from grants.models.base import AnySession
from grants.models.pay import PayItem
from grants.periods import Period, month_index, month_of_index
from grants.rules.basis.facts.pay import PayItem as PayItemFact
from grants.services.facts.rows import among


def load_pay_items(
    session: AnySession, *, period: Period, person_ids: Collection[int] | None = None
) -> tuple[PayItemFact, ...]:
    """Items of the payslips whose month begins in a period. One query."""
    kinds = {kind.value: kind for kind in PayItemKind}
    rows = session.execute(_items(period).where(among(PayItem.person_id, person_ids)))
    return tuple(
        PayItemFact(
            person_id=person_id,
            month=month_of_index(month),
            kind=kinds[kind],
            label=label,
            amount=amount,
            paid_on=paid_on,
            voucher=voucher,
            piece=piece,
            existed_before=existed_before,
            is_tied=is_tied,
            is_founded=is_founded,
            row=row or 0,
        )
        for (
            person_id,
            month,
            kind,
            label,
            amount,
            paid_on,
            voucher,
            piece,
            existed_before,
            is_tied,
            is_founded,
            row,
        ) in rows
    )


Items = Select[
    int,
    int,
    str,
    str,
    Decimal,
    date | None,
    str,
    str,
    bool,
    bool,
    bool,
    int | None,
]


def _items(period: Period) -> Items:
    item = PayItem
    # Columns, not objects: a claim of a thousand posts reads a hundred thousand of them.
    return select(
        item.person_id,
        item.month,
        item.kind,
        item.label,
        item.amount,
        item.paid_on,
        item.voucher,
        item.piece,
        item.existed_before,
        item.is_tied,
        item.is_founded,
        item.source_row,
    ).where(item.month >= month_index(period.start), item.month < month_index(period.end))
