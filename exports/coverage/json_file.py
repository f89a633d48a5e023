"""The coverage report as JSON (``docs/coverage.md`` describes every key): figures as text, days in
ISO, posts with the whole way to each figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from exports.kit.json_values import (
    Json,
    day_text,
    decimal_text,
    explained_json,
    or_null,
    period_json,
)
from grants.rules.basis.explained import Explained
from grants.rules.coverage.ends import ConventionEnd
from grants.rules.coverage.posts import FunderShare, PostCoverage
from grants.rules.coverage.report import CoverageReport, Figures, HoursFigure, TerritoryCoverage

SCHEMA = "grants.coverage/1"


def coverage_json(report: CoverageReport) -> Json:
    """Report as a JSON document."""
    codes = {row.territory.id: row.territory.code for row in report.territories}
    return {
        "schema": SCHEMA,
        "period": period_json(report.period),
        "as_of": day_text(report.as_of),
        "total": _figures(report.total),
        "territories": [_territory(row, codes) for row in report.territories],
        "ends": [_end(end, codes) for end in report.ends],
        "notes": list(report.notes),
    }


def _territory(row: TerritoryCoverage, codes: dict[int, str]) -> Json:
    territory = row.territory
    return {
        "code": territory.code,
        "name": territory.name,
        "kind": territory.kind.value,
        "parent": codes.get(territory.parent_id or 0),
        "depth": row.depth,
        **_figures(row.figures),
        "population": or_null(row.population, explained_json),
        "fte_per_100k": or_null(row.per_100k, _value),
        "inhabitants_per_fte": or_null(row.inhabitants_per_fte, _value),
        "target": or_null(row.target, _value),
        "gap": or_null(row.gap, _value),
        "own_posts": [_post(post) for post in row.own_posts],
        "hours": [_hours(hours) for hours in row.hours],
    }


def _figures(figures: Figures) -> dict[str, Json]:
    return {
        "approved": _value(figures.approved),
        "funded": _value(figures.funded),
        "by_funder": _funders(figures.by_funder),
        "filled": _value(figures.filled),
        "vacant": _value(figures.vacant),
        "posts": figures.posts,
        "persons": figures.persons,
    }


def _funders(shares: Iterable[FunderShare]) -> Json:
    return [
        {"funder": share.funder, "kind": share.kind.value, "fte": _value(share.fte)}
        for share in shares
    ]


def _post(post: PostCoverage) -> Json:
    return {
        "code": post.post.code,
        "title": post.post.title,
        "organisation": post.post.organisation,
        "approved": explained_json(post.approved),
        "funded": explained_json(post.funded),
        "filled": explained_json(post.filled),
        "vacant": _value(post.vacant),
    }


def _hours(figure: HoursFigure) -> Json:
    return {
        "indicator": figure.indicator,
        "period": period_json(figure.period),
        "hours": explained_json(figure.hours),
        "hours_per_fte": or_null(figure.per_fte, _value),
    }


def _end(end: ConventionEnd, codes: dict[int, str]) -> Json:
    return {
        "convention": end.convention.number,
        "funder": end.convention.funder_name,
        "organisation": end.convention.organisation.name,
        "last_day": day_text(end.last_day),
        "posts": list(end.posts),
        "territories": [codes[place] for place in end.territories if place in codes],
        "ending": explained_json(end.ending),
        "lost": explained_json(end.lost),
        "successors": list(end.successors),
    }


def _value(result: Explained[Decimal]) -> Json:
    return decimal_text(result.value)
