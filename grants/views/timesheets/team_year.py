"""The team's year: a line a person, a column a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from exports.kit.tables import Cell, Table
from exports.kit.workbook import Column
from forms.timesheets.team import YearForm
from grants.clock import clock
from grants.extensions import db
from grants.french import MONTHS, folded
from grants.labels import label
from grants.periods import Period
from grants.services.timesheets.team import PersonYear, team_year
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.permissions import held_roles
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.team_wording import hours_number

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.rules.timesheets.attention import TeamLine

PAGE_SIZE = 50
SECTION = "team"
COLUMNS = (
    Column("Agent", 28), Column("Matricule", 14),
    *(Column(part, 14, style) for month in MONTHS for part, style in (
        (f"{month.capitalize()}", "text"), (f"{month.capitalize()}, heures", "number"),
    )),
    Column("Heures de l'année", 14, "number"),
)  # fmt: skip


@blueprint.get("/equipe/<year:year>")
def year_of_team(year: int) -> ResponseReturnValue:
    """Where each month of each person stands."""
    form, rows = _asked(year)
    page = render_template(
        "timesheets/team/year.html",
        year=year,
        form=form,
        page=paginate(rows, asked_page(), PAGE_SIZE),
        months=MONTHS,
        starts=Period.year(year).months(),
        section=SECTION,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/equipe/<year:year>.<any(csv, xlsx):kind>")
def year_of_team_file(year: int, kind: str) -> ResponseReturnValue:
    """The same lines, all pages of them, as a file."""
    rows = [_cells(row) for row in _asked(year)[1]]
    return send_table(Table(f"Équipe {year}", COLUMNS, rows), kind, created=clock().today())


def _asked(year: int) -> tuple[YearForm, list[PersonYear]]:
    form = YearForm(request.args)
    rows = team_year(db.session(), grants=held_roles(), year=year, as_of=clock().today())
    words = folded(form.q.data or "").split() if form.validate() else []
    found = [row for row in rows if all(word in folded(row.person.name) for word in words)]
    return form, found


def _cells(row: PersonYear) -> tuple[Cell, ...]:
    months = (cell for line in row.months for cell in _month_cells(line))
    return (row.person.name, row.person.code, *months, hours_number(row.total_minutes))


def _month_cells(line: TeamLine | None) -> tuple[Cell, Cell]:
    if line is None:
        return "", None
    return label(line.situation), hours_number(line.summary.total_minutes)
