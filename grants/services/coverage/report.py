"""The coverage report: reads posts, holders, conventions and territories, and asks the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.enums import TerritoryKind
from grants.models.coverage import Territory
from grants.models.indicators import Indicator, IndicatorValue
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.models.posts import Post
from grants.parameters.territories import population_of
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.posts import Holding, PostFunding
from grants.rules.coverage.facts import CoverageFacts, HoursFact, PostFact, TerritoryFact
from grants.rules.coverage.report import CoverageReport, coverage_of
from grants.services.facts.people import load_employments
from grants.services.facts.posts import following_fundings, load_fundings, load_holdings
from grants.services.facts.rows import period_of
from grants.services.facts.terms import load_conventions
from grants.services.roles.memberships import EVERYTHING, Access

HOURS_UNIT = "heures"
STATED_BY_USER = "Population indiquée dans le classeur"


def coverage_report(
    session: Session, *, period: Period, as_of: date, reached: Access = EVERYTHING
) -> CoverageReport:
    """Coverage by territory over a period, and what ends in the 36 months from ``as_of``.

    One query a table, whatever the number of posts.
    Args: reached: whose conventions are counted, and where not all of them are, posts they pay.
    """
    return coverage_of(load_coverage_facts(session, reached), period, as_of)


def load_coverage_facts(session: Session, reached: Access = EVERYTHING) -> CoverageFacts:
    """Everything the report needs; fundings are cut to the days of their conventions."""
    conventions = {
        number: one
        for number, one in load_conventions(session).items()
        if reached.reaches(one.organisation.id, number)
    }
    fundings = _fundings(session, conventions)
    return CoverageFacts(
        territories=tuple(
            _territory(row) for row in session.scalars(select(Territory).order_by(Territory.code))
        ),
        posts=_posts(session, reached, {one.post_id for one in fundings}),
        fundings=fundings,
        conventions=conventions,
        holdings=tuple(sorted(load_holdings(session), key=_by_post)),
        employments=load_employments(session),
        names=_names(session),
        hours=_hours(session),
    )


def _by_post(holding: Holding) -> tuple[int, date, int]:
    return holding.post_id, holding.period.start, holding.row


def _territory(row: Territory) -> TerritoryFact:
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


def _posts(session: Session, reached: Access, paid: Collection[int]) -> tuple[PostFact, ...]:
    """Posts of organisations that are reached whole, of others those that are paid."""
    query = (
        select(Post, Organisation.name)
        .join(Organisation, Post.organisation_id == Organisation.id)
        .order_by(Organisation.name, Post.code)
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
        if post.id in paid or reached.is_whole(post.organisation_id)
    )


def _fundings(session: Session, conventions: Mapping[int, Convention]) -> tuple[PostFunding, ...]:
    signed = [one for one in load_fundings(session) if one.convention_id in conventions]
    return tuple(
        replace(one, period=inside)
        for one in following_fundings(signed, conventions)
        if (inside := one.period.intersect(conventions[one.convention_id].period))
    )


def _names(session: Session) -> Mapping[int, str]:
    query = select(Person.id, Person.last_name, Person.first_name)
    return {row.id: f"{row.last_name} {row.first_name}" for row in session.execute(query)}


def _hours(session: Session) -> tuple[HoursFact, ...]:
    """Whole hours of territories: parts of a breakdown and values of conventions stay out."""
    query = (
        select(IndicatorValue, Indicator.name)
        .join(Indicator, IndicatorValue.indicator_id == Indicator.id)
        .where(
            Indicator.unit == HOURS_UNIT,
            IndicatorValue.territory_id.is_not(None),
            IndicatorValue.convention_id.is_(None),
            IndicatorValue.breakdown == "",
        )
        .order_by(Indicator.code, IndicatorValue.start_on)
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
