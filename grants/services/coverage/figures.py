"""The figures of the coverage page by their address, each with the way that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from grants.errors import NotFound
from grants.rules.basis.explained import Explained
from grants.rules.coverage.report import CoverageReport, Figures, TerritoryCoverage
from grants.services.claims.figures import Figure, Step, item_at, present, walk_down

TOTAL = "total"
OF_FIGURES: dict[str, tuple[str, Callable[[Figures], Explained[Decimal]]]] = {
    "approved": ("ETP approuvés", lambda figures: figures.approved),
    "funded": ("ETP financés", lambda figures: figures.funded),
    "filled": ("ETP pourvus", lambda figures: figures.filled),
    "vacant": ("ETP vacants", lambda figures: figures.vacant),
}
OF_TERRITORY: dict[str, tuple[str, Callable[[TerritoryCoverage], Explained[Decimal] | None]]] = {
    "population": ("Habitants", lambda row: row.population),
    "per_100k": ("ETP pour 100 000 habitants", lambda row: row.per_100k),
    "target": ("ETP visés", lambda row: row.target),
    "gap": ("Écart à la cible", lambda row: row.gap),
}


def coverage_figure_at(report: CoverageReport, path: str) -> Figure:
    """Figure of a coverage report by its address: the row's rank or ``total``, a name, then inputs.

    ``funder``, ``hours`` and ``per_fte`` take one more rank: ``3/funder/1``, ``3/hours/1``.
    Raises: NotFound: no figure stands there.
    """
    place, _, below = path.partition("/")
    parts = below.split("/")
    if place == TOTAL:
        title, explained, used = _of_figures(report.total, parts)
        name = "ensemble"
    else:
        row = item_at(report.territories, place)
        title, explained, used = _of_territory(row, parts)
        name = row.territory.name
    first = Step(f"{title}, {name}", "/".join([place, *parts[:used]]))
    found, steps = walk_down(explained, first, parts[used:])
    return Figure(steps[-1].title, path, found, steps[:-1], None, ())


def _of_figures(figures: Figures, parts: Sequence[str]) -> tuple[str, Explained[Decimal], int]:
    if parts[0] not in OF_FIGURES:
        raise _unknown()
    title, get = OF_FIGURES[parts[0]]
    return title, get(figures), 1


def _of_territory(
    row: TerritoryCoverage, parts: Sequence[str]
) -> tuple[str, Explained[Decimal], int]:
    if parts[0] in OF_TERRITORY:
        title, get = OF_TERRITORY[parts[0]]
        return title, present(get(row)), 1
    match parts:
        case ["funder", rank, *_]:
            share = item_at(row.figures.by_funder, rank)
            return f"ETP financés par {share.funder}", share.fte, 2
        case ["hours", rank, *_]:
            return "Heures d'insertion", item_at(row.hours, rank).hours, 2
        case ["per_fte", rank, *_]:
            return "Heures par ETP", present(item_at(row.hours, rank).per_fte), 2
    return _of_figures(row.figures, parts)


def _unknown() -> NotFound:
    return NotFound("Ce chiffre n'existe pas ici : revenez à la couverture.")
