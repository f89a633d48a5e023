"""Coverage by territory: posts, who pays, who fills them, against inhabitants and targets.

Nested territories add up without counting a post twice: a territory shows the posts that stand on
it and on every territory inside it, each once. Every total is the sum of the posts' figures as they
are shown, so that a reader who adds the column finds the total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from grants.enums import FunderKind
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.explained import Explained, Input, rest_on
from grants.rules.coverage.density import coverage
from grants.rules.coverage.ends import ConventionEnd, convention_ends
from grants.rules.coverage.facts import CoverageFacts, HoursFact, PostFact, TerritoryFact, source
from grants.rules.coverage.filling import NO_FTE
from grants.rules.coverage.posts import (
    FILLED_NOTE,
    FUNDED_NOTE,
    FunderShare,
    PostCoverage,
    PostIndex,
    filled_fte,
    post_coverage,
)

NESTED_NOTE = (
    "Un territoire compte ses postes et ceux des territoires qu'il contient, chacun une fois."
)
PERSONS_NOTE = "Les personnes sont comptées à part : un poste n'est pas une personne."
HOURS_NOTE = (
    "Les heures par ETP varient fortement d'un territoire à l'autre : à lire avec leur contexte, "
    "jamais un score. Elles sont rapportées aux ETP pourvus sur la période des heures elle-même."
)
NOTES = (FUNDED_NOTE, FILLED_NOTE, NESTED_NOTE, PERSONS_NOTE, HOURS_NOTE)


@frozen
class HoursFigure:
    """Hours stated for a territory over days, and per FTE filled over those same days."""

    indicator: str
    period: Period
    hours: Explained[Decimal]
    per_fte: Explained[Decimal] | None


@frozen
class Figures:
    """FTE over the period, of a territory or of everything."""

    approved: Explained[Decimal]
    by_funder: tuple[FunderShare, ...]
    funded: Explained[Decimal]
    filled: Explained[Decimal]
    vacant: Explained[Decimal]
    posts: int
    persons: int


@frozen
class TerritoryCoverage:
    """One territory. ``depth`` is 0 for one that nothing contains.

    ``own_posts`` stand on the territory itself; ``figures`` count those inside it too. ``gap`` is
    the target less what is filled, negative above it. What is None is not known.
    """

    territory: TerritoryFact
    depth: int
    own_posts: tuple[PostCoverage, ...]
    figures: Figures
    population: Explained[Decimal] | None
    per_100k: Explained[Decimal] | None
    inhabitants_per_fte: Explained[Decimal] | None
    target: Explained[Decimal] | None
    gap: Explained[Decimal] | None
    hours: tuple[HoursFigure, ...]


@frozen
class CoverageReport:
    """Coverage over a period, and what ends within 36 months of ``as_of``.

    ``territories`` stand in the order of a tree: each right before those inside it.
    """

    period: Period
    as_of: date
    territories: tuple[TerritoryCoverage, ...]
    total: Figures
    ends: tuple[ConventionEnd, ...]
    notes: tuple[str, ...] = NOTES

    @property
    def cliffs(self) -> tuple[ConventionEnd, ...]:
        """Ends that lose FTE."""
        return tuple(end for end in self.ends if end.lost.value > 0)


def coverage_of(facts: CoverageFacts, period: Period, as_of: date) -> CoverageReport:
    """Coverage of every territory that has a post, a target or hours, or contains one that has.

    Law: docs/rules.md#fte-filled; Deux-Sèvres call 2018 (about one FTE per 100 000).
    Units: FTE to four decimals; FTE per 100 000 inhabitants to two, on what is filled.
    Args: period: days to average over. as_of: day from which the 36 months of ends run.
    """
    index = PostIndex(facts)
    posts = [post_coverage(index, post, period) for post in facts.posts]
    builder = _Builder(facts, index, posts, period)
    rows = tuple(builder.rows())
    counted = [post for post in posts if post.approved.value]
    ends = convention_ends(index, facts.posts, as_of)
    return CoverageReport(period, as_of, rows, _figures(counted), tuple(ends))


class _Builder:
    """Walks the tree of territories once."""

    def __init__(
        self,
        facts: CoverageFacts,
        index: PostIndex,
        posts: Sequence[PostCoverage],
        period: Period,
    ) -> None:
        self.facts = facts
        self.index = index
        self.period = period
        self.children: dict[int | None, list[TerritoryFact]] = {}
        known = {territory.id for territory in facts.territories}
        for territory in sorted(facts.territories, key=lambda t: (t.name, t.code)):
            parent = territory.parent_id if territory.parent_id in known else None
            self.children.setdefault(parent, []).append(territory)
        self.posts: dict[int, list[PostCoverage]] = {}
        for post in posts:
            if post.approved.value:
                self.posts.setdefault(post.post.territory_id, []).append(post)

    def rows(self) -> Iterator[TerritoryCoverage]:
        """Rows of every tree, roots by name."""
        for root in self.children.get(None, ()):
            yield from self._tree(root, 0)

    def _tree(self, territory: TerritoryFact, depth: int) -> Iterator[TerritoryCoverage]:
        row = self._row(territory, depth)
        if row is None:
            return
        yield row
        for child in self.children.get(territory.id, ()):
            yield from self._tree(child, depth + 1)

    def _row(self, territory: TerritoryFact, depth: int) -> TerritoryCoverage | None:
        inside = list(self._inside(territory))
        posts = [post for place in inside for post in self.posts.get(place.id, ())]
        hours = self._hours(territory, inside)
        if not (posts or hours or any(place.target_fte for place in inside)):
            return None
        figures = _figures(posts)
        population = self._population(territory)
        per_100k, each = _against(figures.filled, population)
        target = _target(territory)
        return TerritoryCoverage(
            territory,
            depth,
            tuple(self.posts.get(territory.id, ())),
            figures,
            population,
            per_100k,
            each,
            target,
            _gap(target, figures.filled),
            hours,
        )

    def _inside(self, territory: TerritoryFact) -> Iterator[TerritoryFact]:
        yield territory
        for child in self.children.get(territory.id, ()):
            yield from self._inside(child)

    def _population(self, territory: TerritoryFact) -> Explained[Decimal] | None:
        """Own population; without one, the sum of the territories inside, when all have theirs."""
        if territory.population is not None:
            return Explained(
                Decimal(territory.population),
                "population_stated",
                sources=source("territoires", territory.row),
                note=f"{territory.population_source}, année {territory.population_year}"
                if territory.population_year
                else territory.population_source,
                unit="",
            )
        parts = [self._population(child) for child in self.children.get(territory.id, ())]
        known = [part for part in parts if part is not None]
        if not known or len(known) < len(parts):
            return None
        return Explained(
            sum((part.value for part in known), NO_FTE),
            "population_of_parts",
            tuple(Input("population", part) for part in known),
            note=f"Somme des territoires que contient {territory.name}",
            unit="",
        )

    def _hours(
        self, territory: TerritoryFact, inside: Sequence[TerritoryFact]
    ) -> tuple[HoursFigure, ...]:
        """Latest hours of each indicator that begin before the period's end."""
        latest: dict[str, HoursFact] = {}
        for fact in sorted(self.facts.hours, key=lambda fact: fact.period.start):
            if fact.territory_id == territory.id and fact.period.start < self.period.end:
                latest[fact.indicator] = fact
        ids = {place.id for place in inside}
        posts = [post for post in self.facts.posts if post.territory_id in ids]
        return tuple(self._hours_figure(fact, posts) for fact in latest.values())

    def _hours_figure(self, fact: HoursFact, posts: Iterable[PostFact]) -> HoursFigure:
        hours = Explained(
            fact.hours,
            "hours_stated",
            sources=source("valeurs", fact.row),
            note=fact.method,
            unit="h",
        )
        parts = [filled_fte(self.index, post, fact.period) for post in posts]
        filled = _sum("sum_of_posts", [part for part in parts if part.value])
        if not filled.value:
            return HoursFigure(fact.indicator, fact.period, hours, None)
        per_fte = Explained(
            (fact.hours / filled.value).quantize(Decimal(1), ROUND_HALF_UP),
            "hours_per_fte",
            (Input("hours", hours, "h"), Input("fte_filled", filled, "ETP")),
            note=HOURS_NOTE,
            unit="h",
        )
        return HoursFigure(fact.indicator, fact.period, hours, per_fte)


def _figures(posts: Sequence[PostCoverage]) -> Figures:
    approved = _sum("sum_of_posts", [post.approved for post in posts])
    filled = _sum("sum_of_posts", [post.filled for post in posts])
    return Figures(
        approved,
        _funders(posts),
        _sum("sum_of_posts", [post.funded for post in posts]),
        filled,
        _sum("sum_of_posts", [post.vacant for post in posts]),
        len(posts),
        len({holder for post in posts for holder in post.holders}),
    )


def _funders(posts: Sequence[PostCoverage]) -> tuple[FunderShare, ...]:
    found: dict[tuple[FunderKind, str], list[Explained[Decimal]]] = {}
    for post in posts:
        for share in post.by_funder:
            found.setdefault((share.kind, share.funder), []).append(share.fte)
    order = list(FunderKind)
    return tuple(
        FunderShare(funder, kind, _sum("sum_of_posts", parts))
        for (kind, funder), parts in sorted(
            found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    )


def _sum(formula: str, parts: Sequence[Explained[Decimal]]) -> Explained[Decimal]:
    total = sum((part.value for part in parts), NO_FTE)
    return Explained(
        total, formula, tuple(Input("post", part, "ETP") for part in parts), unit="ETP"
    )


Pair = tuple[Explained[Decimal] | None, Explained[Decimal] | None]


def _against(filled: Explained[Decimal], population: Explained[Decimal] | None) -> Pair:
    if population is None or not population.value:
        return None, None
    steps = coverage(fte=filled.value, population=int(population.value)).explained
    per_100k, each = (
        rest_on(steps[name], fte=filled, population=population) if name in steps else None
        for name in ("per_100k", "inhabitants_per_fte")
    )
    return per_100k, each


def _target(territory: TerritoryFact) -> Explained[Decimal] | None:
    if territory.target_fte is None:
        return None
    return Explained(
        territory.target_fte,
        "target_stated",
        sources=source("territoires", territory.row),
        unit="ETP",
    )


def _gap(
    target: Explained[Decimal] | None, filled: Explained[Decimal]
) -> Explained[Decimal] | None:
    if target is None:
        return None
    inputs = (Input("target", target, "ETP"), Input("fte_filled", filled, "ETP"))
    return Explained(target.value - filled.value, "gap_to_target", inputs, unit="ETP")
