"""Indicators of a convention over a period, and work under its clauses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from grants.models.base import AnySession
from grants.models.indicators import ClauseJob, Indicator, IndicatorValue, Target
from grants.periods import Period
from grants.rules.basis.explained import Source
from grants.rules.basis.facts.indicators import ClauseJob as ClauseJobFact
from grants.rules.basis.facts.indicators import IndicatorFact
from grants.services.facts.rows import period_of, touching
from grants.workbook_format.indicators import VALEURS


def load_indicators(
    session: AnySession, *, convention_id: int, period: Period
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
    query = select(Target).where(Target.convention_id == convention_id, touching(Target, period))
    for row in session.scalars(query):
        found[row.indicator_id, ""].append(row.value)
    return found


def _values(
    session: AnySession, convention_id: int, period: Period
) -> dict[Key, list[IndicatorValue]]:
    found: dict[Key, list[IndicatorValue]] = defaultdict(list)
    value = IndicatorValue
    query = select(value).where(value.convention_id == convention_id, touching(value, period))
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
    return tuple(Source(VALEURS.name, str(row.source_row or 0)) for row in rows or ())


def load_clause_jobs(
    session: AnySession, *, convention_id: int, period: Period
) -> tuple[ClauseJobFact, ...]:
    """Work under the convention's clauses on days of a period, by market and participant."""
    job = ClauseJob
    query = select(job).where(job.convention_id == convention_id, touching(job, period))
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
