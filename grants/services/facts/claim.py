"""What a claim needs besides the ledger: money of others, budget, indicators, pieces. One query a
table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from grants.enums import BudgetSide, FunderKind, PaymentKind, PieceKind
from grants.models.base import AnySession
from grants.models.conventions import BudgetItem, Convention, Funder, Payment, Receipt, Resource
from grants.models.evidence import Piece
from grants.models.indicators import ClauseJob, Indicator, IndicatorValue, Target
from grants.money import ZERO
from grants.periods import FOREVER, Period
from grants.rules.basis.explained import Source
from grants.rules.basis.facts.conventions import BudgetItem as BudgetItemFact
from grants.rules.basis.facts.conventions import Convention as ConventionFact
from grants.rules.basis.facts.conventions import Payment as PaymentFact
from grants.rules.basis.facts.conventions import Resource as ResourceFact
from grants.rules.basis.facts.evidence import Piece as PieceFact
from grants.rules.basis.facts.indicators import ClauseJob as ClauseJobFact
from grants.rules.basis.facts.indicators import IndicatorFact
from grants.rules.claims.facts import ClaimFacts
from grants.rules.ledger.facts import LedgerFacts
from grants.services.facts.ledger import period_of


def load_claim_facts(
    session: AnySession,
    *,
    convention: ConventionFact,
    ledger: LedgerFacts,
    period: Period,
    as_of: date,
) -> ClaimFacts:
    """Facts of one claim. Payments and receipts count up to ``as_of``, also those after the claim's
    period, as the balance does; payments after it are facts still, receipts are left out.
    """
    return ClaimFacts(
        convention=convention,
        ledger=ledger,
        resources=load_resources(session, convention.id, until=as_of),
        payments=_payments(session, convention.id),
        budget=_budget(session, convention.id),
        indicators=load_indicators(session, convention.id, period),
        clause_jobs=_clause_jobs(session, convention.id, period),
        pieces=_pieces(session, convention, list(ledger.persons)),
    )


def load_resources(
    session: AnySession, convention_id: int, *, until: date = FOREVER
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
            receipts=tuple(
                Source("encaissements", str(receipt.source_row or 0), receipt.piece)
                for receipt in receipts[resource.id]
            ),
        )
        for resource, funder, number in rows
    )


def _receipts(
    session: AnySession, resource_ids: Sequence[int], until: date
) -> dict[int, list[Receipt]]:
    found: dict[int, list[Receipt]] = defaultdict(list)
    query = (
        select(Receipt)
        .where(Receipt.resource_id.in_(resource_ids), Receipt.received_on <= until)
        .order_by(Receipt.received_on, Receipt.amount)
    )
    for receipt in session.scalars(query):
        found[receipt.resource_id].append(receipt)
    return found


def _payments(session: AnySession, convention_id: int) -> tuple[PaymentFact, ...]:
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


def _budget(session: AnySession, convention_id: int) -> tuple[BudgetItemFact, ...]:
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


def load_indicators(
    session: AnySession, convention_id: int, period: Period
) -> tuple[IndicatorFact, ...]:
    """Indicators of a convention over a period: targets and values whose days it touches, by
    breakdown.

    A target is that of the whole indicator; a value with a breakdown is a part of it, never added
    to it.
    """
    targets = _targets(session, convention_id, period)
    values = _values(session, convention_id, period)
    ids = {indicator_id for indicator_id, _ in {*targets, *values}}
    query = select(Indicator).where(Indicator.id.in_(ids)).order_by(Indicator.code)
    indicators = {row.id: row for row in session.scalars(query)}
    keys = sorted({*targets, *values}, key=lambda key: (indicators[key[0]].code, key[1]))
    return tuple(
        IndicatorFact(
            code=indicators[indicator_id].code,
            name=indicators[indicator_id].name,
            unit=indicators[indicator_id].unit,
            breakdown=breakdown,
            target=_sum(targets.get((indicator_id, breakdown))),
            realised=_sum(_amounts(values.get((indicator_id, breakdown)))),
            method=_methods(values.get((indicator_id, breakdown))),
            rows=_rows(values.get((indicator_id, breakdown))),
        )
        for indicator_id, breakdown in keys
    )


Key = tuple[int, str]


def _targets(session: AnySession, convention_id: int, period: Period) -> dict[Key, list[Decimal]]:
    found: dict[Key, list[Decimal]] = defaultdict(list)
    query = select(Target).where(
        Target.convention_id == convention_id,
        Target.start_on < period.end,
        or_(Target.end_on.is_(None), Target.end_on > period.start),
    )
    for row in session.scalars(query):
        found[row.indicator_id, ""].append(row.value)
    return found


def _values(
    session: AnySession, convention_id: int, period: Period
) -> dict[Key, list[IndicatorValue]]:
    found: dict[Key, list[IndicatorValue]] = defaultdict(list)
    value = IndicatorValue
    query = select(value).where(
        value.convention_id == convention_id,
        value.start_on < period.end,
        or_(value.end_on.is_(None), value.end_on > period.start),
    )
    for row in session.scalars(query.order_by(value.start_on, value.source_row, value.id)):
        found[row.indicator_id, row.breakdown].append(row)
    return found


def _amounts(rows: Sequence[IndicatorValue] | None) -> list[Decimal] | None:
    return None if rows is None else [row.value for row in rows]


def _sum(amounts: Sequence[Decimal] | None) -> Decimal | None:
    return None if amounts is None else sum(amounts, Decimal(0))


def _methods(rows: Sequence[IndicatorValue] | None) -> str:
    return " ; ".join(dict.fromkeys(row.method for row in rows or () if row.method))


def _rows(rows: Sequence[IndicatorValue] | None) -> tuple[Source, ...]:
    return tuple(Source("valeurs", str(row.source_row or 0)) for row in rows or ())


def _clause_jobs(
    session: AnySession, convention_id: int, period: Period
) -> tuple[ClauseJobFact, ...]:
    job = ClauseJob
    query = select(job).where(
        job.convention_id == convention_id,
        job.start_on < period.end,
        or_(job.end_on.is_(None), job.end_on > period.start),
    )
    rows = session.scalars(query.order_by(job.market, job.participant, job.start_on))
    return tuple(
        ClauseJobFact(
            market=row.market,
            participant=row.participant,
            employer=row.employer,
            period=period_of(row),
            minutes=row.minutes,
            row=row.source_row or 0,
        )
        for row in rows
    )


def _pieces(
    session: AnySession, convention: ConventionFact, person_ids: Sequence[int]
) -> tuple[PieceFact, ...]:
    """Recorded pieces of the organisation that name the convention or one of the persons."""
    piece = Piece
    query = (
        select(piece)
        .where(piece.organisation_id == convention.organisation.id)
        .where(or_(piece.convention_id == convention.id, piece.convention_id.is_(None)))
        .order_by(piece.reference)
    )
    rows = session.scalars(query)
    wanted = set(person_ids)
    return tuple(
        PieceFact(
            reference=row.reference,
            kind=PieceKind(row.kind),
            title=row.title,
            person_id=row.person_id,
            period=Period(row.start_on, row.end_on or FOREVER) if row.start_on else None,
            amount=row.amount,
            dated_on=row.dated_on,
            file_name=row.file_name,
            sha256=row.sha256,
            size=row.size,
            row=row.source_row or 0,
        )
        for row in rows
        if row.person_id is None or row.person_id in wanted
    )
