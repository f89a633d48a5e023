"""The coverage report: reads posts, holders, conventions and territories, and asks the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants import models as m
from grants.enums import TerritoryKind
from grants.parameters.territories import population_of
from grants.periods import Period
from grants.rules.basis import facts as f
from grants.rules.coverage.facts import CoverageFacts, HoursFact, PostFact, TerritoryFact
from grants.rules.coverage.report import CoverageReport, coverage_of
from grants.services.facts.ledger import following_fundings, holding_fact, period_of
from grants.services.facts.terms import load_conventions

HOURS_UNIT = "heures"
STATED_BY_USER = "Population indiquée dans le classeur"


def coverage_report(session: Session, *, period: Period, as_of: date) -> CoverageReport:
    """Coverage by territory over a period, and what ends in the 36 months from ``as_of``.

    One query a table, whatever the number of posts.
    """
    return coverage_of(load_coverage_facts(session), period, as_of)


def load_coverage_facts(session: Session) -> CoverageFacts:
    """Everything the report needs; fundings are cut to the days of their conventions."""
    conventions = load_conventions(session)
    return CoverageFacts(
        territories=tuple(
            _territory(row)
            for row in session.scalars(select(m.Territory).order_by(m.Territory.code))
        ),
        posts=_posts(session),
        fundings=_fundings(session, conventions),
        conventions=conventions,
        holdings=tuple(
            holding_fact(row)
            for row in session.scalars(
                select(m.Holding).order_by(m.Holding.post_id, m.Holding.start_on, m.Holding.id)
            )
        ),
        employments=_employments(session),
        names=_names(session),
        hours=_hours(session),
    )


def _territory(row: m.Territory) -> TerritoryFact:
    """Territory; without a population of its own, the official one of its INSEE code."""
    kind = TerritoryKind(row.kind)
    population, year, stated_by = row.population, row.population_year, STATED_BY_USER
    official = population_of(row.insee_code, kind)
    # The import copies an official figure into an empty cell: it stays the official one.
    if official is not None and population in (None, official.population):
        population, year, stated_by = official.population, official.year, official.source
    return TerritoryFact(
        row.id,
        row.code,
        row.name,
        kind,
        row.parent_id,
        population,
        year,
        stated_by,
        row.target_fte,
        row.source_row or 0,
    )


def _posts(session: Session) -> tuple[PostFact, ...]:
    query = (
        select(m.Post, m.Organisation.name)
        .join(m.Organisation, m.Post.organisation_id == m.Organisation.id)
        .order_by(m.Organisation.name, m.Post.code)
    )
    return tuple(
        PostFact(
            post.id,
            post.code,
            post.title,
            organisation,
            post.territory_id,
            post.fte,
            period_of(post),
            post.source_row or 0,
        )
        for post, organisation in session.execute(query)
    )


def _fundings(
    session: Session, conventions: Mapping[int, f.Convention]
) -> tuple[f.PostFunding, ...]:
    query = select(m.PostFunding).order_by(m.PostFunding.post_id, m.PostFunding.start_on)
    fundings = tuple(
        f.PostFunding(row.post_id, row.convention_id, row.fte, period_of(row), row.source_row or 0)
        for row in session.scalars(query)
    )
    return tuple(
        replace(one, period=inside)
        for one in following_fundings(session, fundings, conventions)
        if (inside := one.period.intersect(conventions[one.convention_id].period))
    )


def _employments(session: Session) -> tuple[f.Employment, ...]:
    query = select(m.Employment).order_by(m.Employment.person_id, m.Employment.start_on)
    return tuple(
        f.Employment(
            row.person_id,
            period_of(row),
            row.fte,
            row.weekly_minutes,
            row.source_row or 0,
            row.piece,
        )
        for row in session.scalars(query)
    )


def _names(session: Session) -> Mapping[int, str]:
    query = select(m.Person.id, m.Person.last_name, m.Person.first_name)
    return {row.id: f"{row.last_name} {row.first_name}" for row in session.execute(query)}


def _hours(session: Session) -> tuple[HoursFact, ...]:
    """Whole hours of territories: parts of a breakdown and values of conventions stay out."""
    query = (
        select(m.IndicatorValue, m.Indicator.name)
        .join(m.Indicator, m.IndicatorValue.indicator_id == m.Indicator.id)
        .where(
            m.Indicator.unit == HOURS_UNIT,
            m.IndicatorValue.territory_id.is_not(None),
            m.IndicatorValue.convention_id.is_(None),
            m.IndicatorValue.breakdown == "",
        )
        .order_by(m.Indicator.code, m.IndicatorValue.start_on)
    )
    return tuple(
        HoursFact(
            value.territory_id or 0,
            name,
            Decimal(value.value),
            period_of(value),
            value.method,
            value.source_row or 0,
        )
        for value, name in session.execute(query)
    )
