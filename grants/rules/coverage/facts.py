"""What the coverage report is made of: territories, posts, who pays for them and who holds them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from grants.enums import TerritoryKind
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.explained import Source
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.people import Employment
from grants.rules.basis.facts.posts import Holding, PostFunding


@frozen
class TerritoryFact:
    """Territory with its own population, when it is known, and who states it."""

    id: int
    code: str
    name: str
    kind: TerritoryKind
    parent_id: int | None
    population: int | None
    population_year: int | None
    population_source: str
    target_fte: Decimal | None
    row: int


@frozen
class PostFact:
    """Approved FTE of a structure on a territory."""

    id: int
    code: str
    title: str
    organisation: str
    territory_id: int
    fte: Decimal
    period: Period
    row: int


@frozen
class HoursFact:
    """Hours of integration stated for a territory over days: an indicator, never a score."""

    territory_id: int
    indicator: str
    hours: Decimal
    period: Period
    method: str
    row: int


@frozen
class CoverageFacts:
    """Everything at once. ``names`` are the holders' names by person.

    A funding's period must lie within its convention's: a funding that ends with its convention is
    no open one.
    """

    territories: tuple[TerritoryFact, ...]
    posts: tuple[PostFact, ...]
    fundings: tuple[PostFunding, ...]
    conventions: Mapping[int, Convention]
    holdings: tuple[Holding, ...]
    employments: tuple[Employment, ...]
    names: Mapping[int, str]
    hours: tuple[HoursFact, ...] = ()


def source(sheet: str, row: int) -> tuple[Source, ...]:
    """The workbook row behind a fact, none for what was not imported."""
    return (Source(sheet, str(row)),) if row else ()
