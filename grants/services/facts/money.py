"""What funders and others promised and paid, and the budget: one reader a table, one query each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from grants.enums import BudgetSide, FunderKind, PaymentKind
from grants.models.base import AnySession
from grants.models.conventions import BudgetItem, Convention, Funder, Payment, Receipt, Resource
from grants.money import ZERO
from grants.periods import FOREVER
from grants.rules.basis.facts.conventions import BudgetItem as BudgetItemFact
from grants.rules.basis.facts.conventions import Payment as PaymentFact
from grants.rules.basis.facts.conventions import Receipt as ReceiptFact
from grants.rules.basis.facts.conventions import Resource as ResourceFact


def load_resources(
    session: AnySession, *, convention_id: int, until: date = FOREVER
) -> tuple[ResourceFact, ...]:
    """Resources that an operation declares, with what came of each up to a day, that included."""
    from_convention = select(Convention.id, Convention.number).subquery()
    query = (
        select(Resource, Funder, from_convention.c.number)
        .join(Funder, Resource.funder_id == Funder.id)
        .outerjoin(from_convention, Resource.from_convention_id == from_convention.c.id)
        .where(Resource.convention_id == convention_id)
        .order_by(Resource.code)
    )
    rows = session.execute(query).all()
    receipts = _receipts(session, [row[0].id for row in rows], until)
    return tuple(
        ResourceFact(
            code=resource.code,
            convention_id=convention_id,
            funder_name=funder.name,
            funder_kind=FunderKind(funder.kind),
            from_convention_id=resource.from_convention_id,
            from_convention_number=number or "",
            label=resource.label,
            amount=resource.amount,
            grant_base=resource.grant_base,
            operation_base=resource.operation_base,
            received=sum((receipt.amount for receipt in receipts[resource.id]), ZERO),
            last_received_on=max(
                (receipt.received_on for receipt in receipts[resource.id]), default=None
            ),
            piece=resource.piece,
            row=resource.source_row or 0,
            receipts=tuple(receipts[resource.id]),
        )
        for resource, funder, number in rows
    )


def _receipts(
    session: AnySession, resource_ids: Collection[int], until: date
) -> dict[int, list[ReceiptFact]]:
    found: dict[int, list[ReceiptFact]] = defaultdict(list)
    query = (
        select(Receipt)
        .where(Receipt.resource_id.in_(resource_ids), Receipt.received_on <= until)
        .order_by(Receipt.received_on, Receipt.amount)
    )
    for receipt in session.scalars(query):
        found[receipt.resource_id].append(
            ReceiptFact(
                received_on=receipt.received_on,
                amount=receipt.amount,
                piece=receipt.piece,
                row=receipt.source_row or 0,
            )
        )
    return found


def load_payments(session: AnySession, *, convention_id: int) -> tuple[PaymentFact, ...]:
    """What the convention's own funder paid, the oldest first."""
    query = select(Payment).where(Payment.convention_id == convention_id)
    rows = session.scalars(query.order_by(Payment.paid_on, Payment.kind, Payment.amount))
    return tuple(
        PaymentFact(
            convention_id=convention_id,
            paid_on=row.paid_on,
            kind=PaymentKind(row.kind),
            amount=row.amount,
            piece=row.piece,
            row=row.source_row or 0,
        )
        for row in rows
    )


def load_budget(session: AnySession, *, convention_id: int) -> tuple[BudgetItemFact, ...]:
    """Lines of the convention's budget, by side."""
    query = select(BudgetItem).where(BudgetItem.convention_id == convention_id)
    rows = session.scalars(query.order_by(BudgetItem.side, BudgetItem.line, BudgetItem.label))
    return tuple(
        BudgetItemFact(
            convention_id=convention_id,
            side=BudgetSide(row.side),
            line=row.line,
            label=row.label,
            planned=row.planned,
            realised=row.realised,
            piece=row.piece,
            row=row.source_row or 0,
        )
        for row in rows
    )
