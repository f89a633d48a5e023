"""Who is lent to the structure, and what proves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from exports.kit.tables import Cell, Table
from exports.kit.workbook import Column
from forms.people.secondments import SecondmentForm, SecondmentsForm
from grants.clock import clock
from grants.errors import Conflict
from grants.extensions import db
from grants.services.people import secondments as service
from grants.services.people.secondments import SecondmentFilter, SecondmentRow, WantedSecondment
from grants.views.edge.asking import refuse
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.telling import told
from grants.views.people.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "letters"
PAGE_SIZE = 50
COLUMNS = (
    Column("Matricule", 14), Column("Agent", 28), Column("Poste", 20), Column("Intitulé", 30),
    Column("Du", 12, "date"), Column("Au (inclus)", 12, "date"), Column("Part", 9, "percent"),
    Column("Mise à disposition", 16), Column("Convention nominative du", 22, "date"),
    Column("Pièce", 20), Column("À regarder", 40),
)  # fmt: skip


@blueprint.get("/affectations")
def secondments() -> ResponseReturnValue:
    """The list of holdings."""
    form, rows = _asked()
    return render_template(
        "people/secondments.html",
        form=form,
        page=paginate(rows, asked_page(), PAGE_SIZE),
        section=SECTION,
    )


@blueprint.get("/affectations.<any(csv, xlsx):kind>")
def secondments_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    table = Table("Affectations", COLUMNS, [_cells(row) for row in _asked()[1]])
    return send_table(table, kind, created=clock().today())


@blueprint.route("/affectations/<int:holding_id>", methods=["GET", "POST"])
def secondment(holding_id: int) -> ResponseReturnValue:
    """What proves one secondment."""
    row = service.get_holding(db.session(), holding_id)
    form = SecondmentForm(obj=row)
    if not form.validate_on_submit():
        return _page(form, row)
    given = WantedSecondment(form.is_secondment.data, form.agreement_on.data, form.piece.data or "")
    try:
        service.change_secondment(db.session(), holding_id=holding_id, wanted=given, told=told())
    except Conflict as refusal:
        return _page(form, row, refuse(form, refusal))
    db.session.commit()
    flash("L'affectation est enregistrée.")
    return redirect(url_for("people.secondments"), 303)


def _asked() -> tuple[SecondmentsForm, Sequence[SecondmentRow]]:
    form = SecondmentsForm(request.args)
    rows = service.list_holdings(db.session())
    if not form.validate():
        return form, rows
    wanted = SecondmentFilter(form.q.data or "", form.on.data, bool(form.only.data))
    key = form.sort.data or "person"
    found = service.filter_holdings(rows, wanted)
    descending = key.startswith("-")
    return form, service.sort_holdings(found, key.removeprefix("-"), descending=descending)


def _cells(row: SecondmentRow) -> tuple[Cell, ...]:
    return (
        row.person_code,
        row.person_name,
        row.post_code,
        row.post_title,
        row.period.start,
        None if row.period.is_open else row.period.last,
        row.share,
        "oui" if row.is_secondment else "non",
        row.agreement_on,
        row.piece,
        ", ".join(row.lacks),
    )


def _page(form: SecondmentForm, row: SecondmentRow, message: str = "") -> ResponseReturnValue:
    page = render_template(
        "people/secondment.html", form=form, row=row, message=message, section=SECTION
    )
    return page, 422 if form.is_submitted() else 200
