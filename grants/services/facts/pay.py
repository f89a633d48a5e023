"""What payslips say, by month."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

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
    item = PayItem
    # Columns, not objects: a claim of a thousand posts reads a hundred thousand of them.
    query = select(
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
    kinds = {kind.value: kind for kind in PayItemKind}
    return tuple(
        PayItemFact(
            person_id=row.person_id,
            month=month_of_index(row.month),
            kind=kinds[row.kind],
            label=row.label,
            amount=row.amount,
            paid_on=row.paid_on,
            voucher=row.voucher,
            piece=row.piece,
            existed_before=row.existed_before,
            is_tied=row.is_tied,
            is_founded=row.is_founded,
            row=row.source_row or 0,
        )
        for row in session.execute(query.where(among(item.person_id, person_ids)))
    )
