"""The coverage report as a workbook: territories, posts, what ends when, hours, sources.

Every total is a live formula over the posts' sheet with its computed value beside it, so that a
reader sees how a territory's figure comes about and a changed post changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from exports.kit.cells import Live, cell, column, safe_text, serial
from grants.french import day_fr, span_fr
from grants.labels import label
from grants.parameters.territories import attribution
from grants.rules.basis.explained import Explained
from grants.rules.coverage.ends import ConventionEnd, window
from grants.rules.coverage.posts import FunderShare, PostCoverage
from grants.rules.coverage.report import CoverageReport, Figures, TerritoryCoverage

Value = str | int | Decimal | date | Live | None

FTE, WHOLE, RATIO, DAY, TEXT = "0.00##", "#,##0", "0.00", "dd/mm/yyyy", ""
POSTS = "Postes"
HEAD_ROW = 3
HEAD_HEIGHT = 62
WIDE, MEDIUM, NARROW = 34, 20, 12
CALL = (
    "Un ETP pour 100 000 habitants environ",
    "Appel à projets FSE n° 6a-2018 du Département des Deux-Sèvres, partie B, point 10",
    "https://www.deux-sevres.fr/services-en-ligne/tous-les-appels-projets",
)
RULE_TEXT = "Référentiel du logiciel, ETP et couverture : Σ ETP × jours ÷ jours de la période"


@dataclass(frozen=True, slots=True)
class Head:
    """Title of a column, its width, the number format of its cells."""

    title: str
    width: int
    number: str = TEXT


class Table:
    """One sheet written row by row, with the common head of three lines."""

    def __init__(self, book: Any, name: str, heads: Sequence[Head], subtitle: str) -> None:
        self.heads = heads
        self.row = HEAD_ROW + 1
        self.sheet = book.add_worksheet(name)
        self.bold = {h.number: book.add_format(_style(h.number, total=True)) for h in heads}
        self.plain = {h.number: book.add_format(_style(h.number)) for h in heads}
        self.sheet.write_string(0, 0, name, book.add_format({"bold": True, "font_size": 15}))
        self.sheet.write_string(1, 0, subtitle, book.add_format({"font_color": "#52606d"}))
        style = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter"}
            | {"bg_color": "#1f3a5f", "font_color": "#ffffff"}
        )
        for position, head in enumerate(heads):
            self.sheet.set_column(position, position, head.width)
            self.sheet.write_string(HEAD_ROW, position, head.title, style)
        self.sheet.set_row(HEAD_ROW, HEAD_HEIGHT)
        self.sheet.freeze_panes(HEAD_ROW + 1, 1)
        self.sheet.repeat_rows(HEAD_ROW)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def add(self, values: Sequence[Value], *, total: bool = False, indent: int = 0) -> None:
        """Write one row; ``indent`` moves its first text to the right."""
        styles = self.bold if total else self.plain
        for position, (head, value) in enumerate(zip(self.heads, values, strict=True)):
            shown = "    " * indent + value if position == 0 and isinstance(value, str) else value
            self._write(position, shown, styles[head.number])
        self.row += 1

    def _write(self, position: int, value: Value, style: Any) -> None:
        match value:
            case None:
                self.sheet.write_blank(self.row, position, None, style)
            case Live():
                self.sheet.write_formula(self.row, position, value.formula, style, value.value)
            case str():
                self.sheet.write_string(self.row, position, safe_text(value), style)
            case date():
                self.sheet.write_number(self.row, position, serial(value), style)
            case _:
                self.sheet.write_number(self.row, position, value, style)


def coverage_workbook(report: CoverageReport) -> bytes:
    """Workbook of a report; the same report gives the same bytes."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        created = datetime.combine(report.as_of, time())
        book.set_properties({"title": "Couverture par territoire", "created": created})
        funders = _funders(report)
        _territories(book, report, funders)
        _posts(book, report, funders)
        _ends(book, report)
        _hours(book, report)
        _sources(book, report)
    return buffer.getvalue()


def _style(number: str, *, total: bool = False) -> dict[str, object]:
    style: dict[str, object] = {"valign": "top"}
    if number:
        style["num_format"] = number
    return style | {"bold": True, "top": 1} if total else style


def _subtitle(report: CoverageReport) -> str:
    first, last = report.period.start, report.period.last
    return f"Du {day_fr(first)} au {day_fr(last)} inclus, ETP au jour près"


def _funders(report: CoverageReport) -> list[str]:
    return [share.funder for share in report.total.by_funder]


def _by_funder(funders: Sequence[str], shares: Sequence[FunderShare]) -> list[Value]:
    known = {share.funder: share.fte.value for share in shares}
    return [known.get(funder) for funder in funders]


def _posts(book: Any, report: CoverageReport, funders: Sequence[str]) -> None:
    heads = [
        Head("Structure", WIDE),
        Head("Poste", MEDIUM),
        Head("Intitulé", WIDE),
        Head("Code du territoire", MEDIUM),
        Head("Territoire", WIDE),
        *(Head(f"ETP {funder}", NARROW, FTE) for funder in funders),
        Head("ETP approuvés", NARROW, FTE),
        Head("ETP financés", NARROW, FTE),
        Head("ETP pourvus", NARROW, FTE),
        Head("ETP vacants", NARROW, FTE),
        Head("Personnes", NARROW, WHOLE),
    ]
    table = Table(book, POSTS, heads, _subtitle(report))
    posts = all_posts(report)
    for row, post in posts:
        place = cell(table.row, 5 + len(funders)), cell(table.row, 7 + len(funders))
        table.add(
            [
                post.post.organisation,
                post.post.code,
                post.post.title,
                row.territory.code,
                row.territory.name,
                *_by_funder(funders, post.by_funder),
                post.approved.value,
                post.funded.value,
                post.filled.value,
                Live(f"={place[0]}-{place[1]}", post.vacant.value),
                len(post.holders),
            ]
        )


def all_posts(report: CoverageReport) -> list[tuple[TerritoryCoverage, PostCoverage]]:
    """Every post once, with the territory that it stands on."""
    return [(row, post) for row in report.territories for post in row.own_posts]


@dataclass(frozen=True, slots=True)
class _SummedColumns:
    """Columns of FTE on the first sheet, and where they stand on the sheet of posts."""

    first: int
    posts_first: int
    count: int
    last_post_row: int

    def formula(self, number: int, code_cell: str, children: Sequence[int]) -> str:
        """Posts of the territory itself, plus the rows of the territories right inside it."""
        letters = column(self.posts_first + number)
        top, bottom = HEAD_ROW + 2, max(self.last_post_row, HEAD_ROW + 2)
        own = (
            f"SUMIFS({POSTS}!${letters}${top}:${letters}${bottom},"
            f"{POSTS}!$D${top}:$D${bottom},{code_cell})"
        )
        inside = "".join(f"+{cell(row, self.first + number)}" for row in children)
        return f"=ROUND({own}{inside},4)"


def _territories(book: Any, report: CoverageReport, funders: Sequence[str]) -> None:
    heads = [
        Head("Territoire", WIDE),
        Head("Code", MEDIUM),
        Head("Type", NARROW),
        Head("Habitants", NARROW, WHOLE),
        *(Head(f"ETP {funder}", NARROW, FTE) for funder in funders),
        Head("ETP approuvés", NARROW, FTE),
        Head("ETP financés", NARROW, FTE),
        Head("ETP pourvus", NARROW, FTE),
        Head("ETP vacants", NARROW, FTE),
        Head("ETP pourvus pour 100 000 hab.", NARROW, RATIO),
        Head("Habitants par ETP pourvu", NARROW, WHOLE),
        Head("ETP visés", NARROW, RATIO),
        Head("Écart à la cible", NARROW, RATIO),
        Head("Postes", NARROW, WHOLE),
        Head("Personnes", NARROW, WHOLE),
    ]
    table = Table(book, "Couverture", heads, _subtitle(report))
    last_post = HEAD_ROW + 1 + len(all_posts(report))
    summed = _SummedColumns(4, 5, len(funders) + 4, last_post)
    first = table.row
    places = {row.territory.id: first + n for n, row in enumerate(report.territories)}
    for row in report.territories:
        children = [
            places[other.territory.id]
            for other in report.territories
            if other.territory.parent_id == row.territory.id
        ]
        table.add(_territory_row(table.row, row, funders, summed, children), indent=row.depth)
    roots = [places[row.territory.id] for row in report.territories if row.depth == 0]
    table.add(_total_row(report, funders, summed, roots), total=True)


def _fte_values(figures: Figures, funders: Sequence[str]) -> list[Decimal]:
    known = {share.funder: share.fte.value for share in figures.by_funder}
    kinds = (figures.approved, figures.funded, figures.filled, figures.vacant)
    return [*(known.get(funder, Decimal(0)) for funder in funders), *(k.value for k in kinds)]


def _territory_row(
    at: int,
    row: TerritoryCoverage,
    funders: Sequence[str],
    summed: _SummedColumns,
    children: Sequence[int],
) -> list[Value]:
    values = _fte_values(row.figures, funders)
    code = cell(at, 1)
    filled, people = cell(at, summed.first + summed.count - 2), cell(at, 3)
    target = cell(at, summed.first + summed.count + 2)
    return [
        row.territory.name,
        row.territory.code,
        label(row.territory.kind),
        _value(row.population),
        *(Live(summed.formula(n, code, children), value) for n, value in enumerate(values)),
        _live(row.per_100k, f"=ROUND({filled}/{people}*100000,2)"),
        _live(row.inhabitants_per_fte, f"=ROUND({people}/{filled},0)"),
        _value(row.target),
        _live(row.gap, f"={target}-{filled}"),
        row.figures.posts,
        row.figures.persons,
    ]


def _total_row(
    report: CoverageReport, funders: Sequence[str], summed: _SummedColumns, roots: Sequence[int]
) -> list[Value]:
    values = _fte_values(report.total, funders)
    sums = [
        Live("=" + ("+".join(cell(row, summed.first + n) for row in roots) or "0"), value)
        for n, value in enumerate(values)
    ]
    ends: list[Value] = [None] * 4
    return ["Total", None, None, None, *sums, *ends, report.total.posts, report.total.persons]


def _ends(book: Any, report: CoverageReport) -> None:
    heads = [
        Head("Convention", MEDIUM),
        Head("Financeur", WIDE),
        Head("Structure", WIDE),
        Head("Dernier jour", NARROW, DAY),
        Head("ETP qui prennent fin", NARROW, FTE),
        Head("ETP perdus", NARROW, FTE),
        Head("Repris par", WIDE),
        Head("Postes", WIDE),
    ]
    ahead = window(report.as_of)
    subtitle = f"Conventions qui finissent {span_fr(ahead)}"
    table = Table(book, "Échéances", heads, subtitle)
    first = table.row
    for end in report.ends:
        table.add(
            [
                end.convention.number,
                end.convention.funder_name,
                end.convention.organisation.name,
                end.last_day,
                end.ending.value,
                end.lost.value,
                ", ".join(end.successors),
                ", ".join(end.posts),
            ]
        )
    sums: list[Value] = [
        Live(_sum_formula(first, table.row, 4), _total(report, lambda end: end.ending)),
        Live(_sum_formula(first, table.row, 5), _total(report, lambda end: end.lost)),
    ]
    table.add(["Total", None, None, None, *sums, None, None], total=True)


def _total(
    report: CoverageReport, figure: Callable[[ConventionEnd], Explained[Decimal]]
) -> Decimal:
    return sum((figure(end).value for end in report.ends), Decimal(0))


def _sum_formula(first: int, after: int, col: int) -> str:
    return f"=SUM({cell(first, col)}:{cell(after - 1, col)})" if after > first else "=0"


def _hours(book: Any, report: CoverageReport) -> None:
    heads = [
        Head("Territoire", WIDE),
        Head("Indicateur", WIDE),
        Head("Premier jour", NARROW, DAY),
        Head("Dernier jour", NARROW, DAY),
        Head("Heures", NARROW, WHOLE),
        Head("ETP pourvus sur ces jours", NARROW, FTE),
        Head("Heures par ETP (jamais un score)", NARROW, WHOLE),
        Head("Méthode et source", 60),
    ]
    table = Table(book, "Heures", heads, "Heures d'insertion déclarées, à lire avec leur contexte")
    for row in report.territories:
        for figure in row.hours:
            hours, filled = cell(table.row, 4), cell(table.row, 5)
            per_fte = figure.per_fte
            table.add(
                [
                    row.territory.name,
                    figure.indicator,
                    figure.period.start,
                    figure.period.last,
                    figure.hours.value,
                    _input(per_fte, "fte_filled"),
                    _live(per_fte, f"=ROUND({hours}/{filled},0)"),
                    figure.hours.note,
                ]
            )


def _input(result: Explained[Decimal] | None, name: str) -> Decimal | None:
    found = [item.plain for item in result.inputs if item.name == name] if result else []
    return found[0] if found and isinstance(found[0], Decimal) else None


def _sources(book: Any, report: CoverageReport) -> None:
    heads = [Head("Objet", WIDE), Head("Texte", 80), Head("Lien ou lignes du classeur", WIDE)]
    table = Table(book, "Sources", heads, f"Calculé au {day_fr(report.as_of)}")
    table.add(["ETP sur une période", RULE_TEXT, None])
    table.add(list(CALL))
    for name, text in attribution().items():
        table.add([f"Populations officielles : {name.lower()}", text, None])
    for row in report.territories:
        if row.population is not None:
            rows = ", ".join(f"{s.sheet} {s.rows}" for s in row.population.sources)
            table.add([f"Habitants : {row.territory.name}", row.population.note, rows])
    for note in report.notes:
        table.add(["Lecture", note, None])


def _value(result: Explained[Decimal] | None) -> Decimal | None:
    return None if result is None else result.value


def _live(result: Explained[Decimal] | None, formula: str) -> Live | None:
    return None if result is None else Live(formula, result.value)
