"""The first page: every convention, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import render_template, request

from exports.kit.tables import Cell, Table
from exports.kit.workbook import Column
from forms.conventions import ConventionsForm
from grants.clock import clock
from grants.extensions import db
from grants.labels import label
from grants.services.conventions.listing import (
    ConventionFilter,
    ConventionRow,
    filter_conventions,
    list_conventions,
    sort_conventions,
    total_conventions,
)
from grants.views.conventions.blueprint import blueprint
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PAGE_SIZE = 50
COLUMNS = (
    Column("Convention", 24), Column("Intitulé", 40), Column("Structure", 28),
    Column("Financeur", 20), Column("Dispositif", 28), Column("Début", 12, "date"),
    Column("Fin", 12, "date"), Column("Taux", 9, "percent"), Column("ETP", 8, "number"),
    Column("Maximum", 14, "euro"), Column("Versé", 14, "euro"), Column("Reste", 14, "euro"),
    Column("État", 18), Column("Bilan attendu le", 14, "date"),
)  # fmt: skip


@blueprint.get("/")
def listing() -> ResponseReturnValue:
    """List of conventions."""
    form, every_row = _asked()
    rows = _shown(form, every_row)
    return render_template(
        "conventions/list.html",
        form=form,
        page=paginate(rows, asked_page(), PAGE_SIZE),
        totals=total_conventions(rows),
        is_empty=not every_row,
    )


@blueprint.get("/conventions.<any(csv, xlsx):kind>")
def conventions_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    rows = [_cells(row) for row in _shown(*_asked())]
    return send_table(Table("Conventions", COLUMNS, rows), kind, created=clock().today())


def _asked() -> tuple[ConventionsForm, Sequence[ConventionRow]]:
    known, reached = list_conventions(db.session(), as_of=clock().today()), access()
    rows = [
        row for row in known if reached.reaches(row.convention.organisation.id, row.convention.id)
    ]
    form = ConventionsForm(request.args)
    form.offer(
        (row.convention.organisation.name for row in rows),
        (row.convention.funder_name for row in rows),
    )
    return form, rows


def _shown(form: ConventionsForm, rows: Sequence[ConventionRow]) -> Sequence[ConventionRow]:
    if not form.validate():
        return rows
    wanted = ConventionFilter(
        form.q.data or "",
        form.organisation.data or "",
        form.funder.data or "",
        form.state.data or "",
        form.year.data,
    )
    key = form.sort.data or "urgency"
    found = filter_conventions(rows, wanted)
    return sort_conventions(found, key.removeprefix("-"), descending=key.startswith("-"))


def _cells(row: ConventionRow) -> tuple[Cell, ...]:
    convention, terms = row.convention, row.terms
    return (
        convention.number,
        convention.title,
        convention.organisation.name,
        convention.funder_name,
        convention.scheme_name,
        convention.period.start,
        None if convention.period.is_open else convention.period.last,
        terms.rate,
        terms.fte,
        terms.maximum,
        row.paid,
        row.left,
        label(row.state),
        row.report_due_on,
    )
