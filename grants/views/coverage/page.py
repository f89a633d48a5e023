"""Coverage: posts funded, filled and vacant by territory, and what ends when."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Response, render_template, request

from exports.coverage.json_file import coverage_json
from exports.coverage.workbook import coverage_workbook
from exports.kit.json_values import canonical
from exports.kit.tables import Cell, Table, table_csv
from exports.kit.workbook import Column
from forms.coverage import CoverageForm
from grants.clock import clock
from grants.extensions import db
from grants.labels import label
from grants.services.coverage.figures import coverage_figure_at
from grants.services.coverage.report import coverage_report
from grants.views.coverage.blueprint import blueprint
from grants.views.edge.addresses import address
from grants.views.edge.downloads import TYPES, send_bytes
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.rules.coverage.report import CoverageReport, TerritoryCoverage

ROWS_PER_PAGE = 200
COLUMNS = tuple(
    Column(title, 16, "text" if title in ("Territoire", "Nature") else "number")
    for title in (
        "Territoire", "Nature", "ETP approuvés", "ETP financés", "ETP pourvus", "ETP vacants",
        "Postes", "Personnes", "Habitants", "ETP pour 100 000 habitants", "Cible", "Écart",
    )
)  # fmt: skip


@blueprint.get("/couverture")
def coverage() -> ResponseReturnValue:
    """Coverage today, or over the period asked for."""
    form = CoverageForm(request.args)
    valid = form.validate()
    asked = form if valid else CoverageForm()
    report = _report(asked)
    page = render_template(
        "coverage/page.html",
        form=form,
        report=report,
        file_url=partial(_file_url, asked),
        figure_url=partial(_figure_url, asked),
    )
    return page, 200 if valid else 422


@blueprint.get("/couverture/calcul/<path:path>")
def coverage_figure(path: str) -> ResponseReturnValue:
    """Breakdown of one figure of the page."""
    asked = _asked()
    report = _report(asked)
    figure = coverage_figure_at(report, path)
    return render_template(
        "coverage/figure.html",
        report=report,
        figure=figure,
        page=paginate(figure.explained.inputs, asked_page(), ROWS_PER_PAGE),
        figure_url=partial(_figure_url, asked),
        page_url=lambda number: _figure_url(asked, path, page=number),
        coverage_url=address("coverage.coverage", {}, asked.given()),
    )


@blueprint.get("/couverture.<any(csv, json, svg, xlsx):kind>")
def coverage_file(kind: str) -> ResponseReturnValue:
    """The same report as a file, or as the page's picture."""
    asked = _asked()
    report = _report(asked)
    content = CONTENTS[kind](report)
    if kind == "svg":
        return Response(content, mimetype=TYPES["svg"])
    return send_bytes(content, f"couverture_{report.period.start:%Y%m%d}.{kind}")


def _report(form: CoverageForm) -> CoverageReport:
    today = clock().today()
    return coverage_report(db.session(), period=form.period(today), as_of=today, reached=access())


def _svg(report: CoverageReport) -> bytes:
    # Loaded here: the chart's engine is heavy, and most pages do without.
    from exports.coverage.chart import coverage_chart_svg

    return coverage_chart_svg(report).encode()


def _json(report: CoverageReport) -> bytes:
    return canonical(coverage_json(report))


def _csv(report: CoverageReport) -> bytes:
    return table_csv(Table("Couverture", COLUMNS, [_cells(row) for row in report.territories]))


def _cells(row: TerritoryCoverage) -> tuple[Cell, ...]:
    figures = row.figures
    known = (row.population, row.per_100k, row.target, row.gap)
    return (
        row.territory.name,
        label(row.territory.kind),
        figures.approved.value,
        figures.funded.value,
        figures.filled.value,
        figures.vacant.value,
        figures.posts,
        figures.persons,
        *(None if figure is None else figure.value for figure in known),
    )


CONTENTS = {"csv": _csv, "json": _json, "svg": _svg, "xlsx": coverage_workbook}


def _asked() -> CoverageForm:
    """Days asked for, kept wherever a link leads; today where they cannot be read."""
    form = CoverageForm(request.args)
    return form if form.validate() else CoverageForm()


def _file_url(form: CoverageForm, kind: str) -> str:
    return address("coverage.coverage_file", {"kind": kind}, form.given())


def _figure_url(form: CoverageForm, path: str, **more: object) -> str:
    return address("coverage.coverage_figure", {"path": path}, {**form.given(), **more})
