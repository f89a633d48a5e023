"""The coverage report as tables on a terminal, with French figures."""

from __future__ import annotations

import sys
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from grants import french
from grants.rules.basis.explained import Explained
from grants.rules.coverage.ends import window
from grants.rules.coverage.report import CoverageReport, Figures

# Wide enough for every column when the output is no terminal: a table cut at 80 is of no use.
WIDTH_OF_A_FILE = 160
FIGURES = (
    "Approuvés",
    "Financés",
    "Pourvus",
    "Vacants",
    "Habitants",
    "Pour 100 000 hab.",
    "Hab. par ETP",
    "Cible",
    "Écart",
)


def print_coverage(report: CoverageReport) -> None:
    """Print territories, funders, hours and what ends."""
    width = None if sys.stdout.isatty() else WIDTH_OF_A_FILE
    console = Console(file=sys.stdout, highlight=False, width=width)
    console.print(_territories(report))
    total = report.total
    console.print(f"{total.posts} postes ; {total.persons} personnes, comptées à part.")
    for table in (_funders(report), _hours(report), _ends(report)):
        if table.row_count:
            console.print(table)


def _table(title: str, texts: tuple[str, ...], figures: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for head in texts:
        table.add_column(head)
    for head in figures:
        table.add_column(head, justify="right")
    return table


def _territories(report: CoverageReport) -> Table:
    title = f"ETP par territoire, {french.period_fr(report.period)}"
    table = _table(title, ("Territoire",), FIGURES)
    for row in report.territories:
        table.add_row(
            "  " * row.depth + row.territory.name,
            *_fte(row.figures),
            _whole(row.population),
            _figure(row.per_100k),
            _whole(row.inhabitants_per_fte),
            _figure(row.target),
            _figure(row.gap),
        )
    table.add_section()
    table.add_row("Total", *_fte(report.total))
    return table


def _fte(figures: Figures) -> tuple[str, ...]:
    kinds = (figures.approved, figures.funded, figures.filled, figures.vacant)
    return tuple(_figure(kind) for kind in kinds)


def _funders(report: CoverageReport) -> Table:
    table = _table("ETP financés, par financeur", ("Territoire", "Financeur"), ("ETP",))
    for row in report.territories:
        for share in row.figures.by_funder if row.depth == 0 else ():
            table.add_row(row.territory.name, share.funder, _figure(share.fte))
    return table


def _hours(report: CoverageReport) -> Table:
    heads = ("Territoire", "Indicateur", "Période")
    table = _table("Heures, à lire avec leur contexte", heads, ("Heures", "Par ETP pourvu"))
    for row in report.territories:
        for hours in row.hours:
            table.add_row(
                row.territory.name,
                hours.indicator,
                french.period_fr(hours.period),
                _hours_text(hours.hours),
                _hours_text(hours.per_fte),
            )
    return table


def _ends(report: CoverageReport) -> Table:
    title = f"ETP dont le financement prend fin d'ici le {french.day_fr(window(report.as_of).last)}"
    heads = ("Dernier jour", "Convention", "Financeur", "Repris par")
    table = _table(title, heads, ("ETP", "Perdus"))
    for end in report.ends:
        table.add_row(
            french.day_fr(end.last_day),
            end.convention.number,
            end.convention.funder_name,
            ", ".join(end.successors) or french.NOTHING,
            _figure(end.ending),
            _figure(end.lost),
        )
    return table


def _figure(result: Explained[Decimal] | None) -> str:
    return french.fte_fr(None if result is None else result.value)


def _whole(result: Explained[Decimal] | None) -> str:
    return french.number(None if result is None else result.value, 0)


def _hours_text(result: Explained[Decimal] | None) -> str:
    return french.hours(None if result is None else result.value)
