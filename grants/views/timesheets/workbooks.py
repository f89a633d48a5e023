"""A month in a spreadsheet: taken away, filled, handed in again, looked at, written."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from exports.timesheets.prints import sheet_reference
from exports.timesheets.workbook import write_sheets_workbook
from forms.timesheets.files import (
    AcceptForm,
    MonthCells,
    WorkbookForm,
    month_cells_text,
    read_month_cells,
)
from grants.clock import clock
from grants.errors import Conflict, NotFound, Unreadable
from grants.extensions import db
from grants.french import count
from grants.services.timesheets.access import SheetRight, SheetRights, seen
from grants.services.timesheets.prints import get_year_sheets
from grants.services.timesheets.upload import (
    AcceptedMonth,
    MonthChanges,
    apply_workbook,
    preview_workbook,
)
from grants.views.edge.commits import commits, end_reading, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.downloads import send_bytes
from grants.views.edge.wording import sentence
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.reading import UNSIGNED, get_month, get_rights

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

CHANGED = "L'envoi a été modifié en route : rien n'est enregistré, redonnez le fichier."
CHOOSE = "Choisissez le classeur que vous avez rempli."


@blueprint.get("/feuilles/<int:person_id>/<month:month>/classeur")
def workbook(person_id: int, month: date) -> ResponseReturnValue:
    """Where a workbook is taken and handed in."""
    return _page(get_rights(person_id), month, WorkbookForm())


@blueprint.get("/feuilles/<int:person_id>/<month:month>/feuille.xlsx")
def workbook_file(person_id: int, month: date) -> Response:
    """A month as a workbook."""
    sheet = get_month(get_rights(person_id), month)
    content = write_sheets_workbook([sheet], created=clock().today())
    return send_bytes(content, f"{sheet_reference(sheet.person.code, month)}.xlsx")


@blueprint.get("/feuilles/<int:person_id>/<year:year>/feuilles.xlsx")
def year_workbook(person_id: int, year: int) -> Response:
    """A year as a workbook, a sheet for each month."""
    rights, today = get_rights(person_id), clock().today()
    found = get_year_sheets(
        db.session(), person_id=person_id, year=year, as_of=today, may_override=rights.overrides
    )
    sheets = seen(found, rights)
    if not sheets:
        raise NotFound(UNSIGNED)
    content = write_sheets_workbook(sheets, created=today)
    return send_bytes(content, f"FT-{sheets[0].person.code}-{year}.xlsx")


@blueprint.post("/feuilles/<int:person_id>/<month:month>/classeur")
@commits
def read_workbook(person_id: int, month: date) -> ResponseReturnValue:
    """What a filled workbook would change; nothing is written yet."""
    rights, form = get_rights(person_id, SheetRight.TYPE), WorkbookForm()
    if not form.validate_on_submit() or not form.file.data:
        form.file.errors = [CHOOSE]
        return _page(rights, month, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        months = _previewed(rights, form)
    except (Conflict, Unreadable) as refusal:
        form.file.errors = [sentence(refusal)]
        return _page(rights, month, form), HTTPStatus.UNPROCESSABLE_ENTITY
    accept = AcceptForm(formdata=None, accepted=month_cells_text(list(map(_accepted, months))))
    return render_template(
        "timesheets/files/preview.html",
        sheet=get_month(rights, month),
        months=months,
        form=accept,
        counted=sum(len(one.changes) + len(one.comments) for one in months),
        refused=sum(len(one.refusals) for one in months),
    )


@blueprint.post("/feuilles/<int:person_id>/<month:month>/classeur/enregistrer")
@commits
def apply(person_id: int, month: date) -> ResponseReturnValue:
    """Write what the preview showed, or nothing."""
    rights, form = get_rights(person_id, SheetRight.TYPE), AcceptForm()
    end_reading()
    with giving_back(lambda refusal: _refused(rights, month, refusal)):
        changed = _write(rights, form)
    saved = count(changed, "changement enregistré")
    flash(f"{saved} depuis le classeur.")
    return redirect(url_for("timesheets.month", person_id=person_id, month=month), 303)


def _refused(rights: SheetRights, month: date, refusal: Conflict) -> ResponseReturnValue:
    page = _page(rights, month, WorkbookForm(formdata=None), sentence(refusal))
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _page(rights: SheetRights, month: date, form: WorkbookForm, problem: str = "") -> str:
    return render_template(
        "timesheets/files/workbook.html",
        sheet=get_month(rights, month),
        form=form,
        problem=problem,
        may_type=rights.may(SheetRight.TYPE),
    )


def _previewed(rights: SheetRights, form: WorkbookForm) -> Sequence[MonthChanges]:
    """Changes of the file that was sent; it is kept only while it is read."""
    name = Path((form.file.data.filename or "classeur").replace("\\", "/")).name[-100:]
    with tempfile.TemporaryDirectory(prefix="grants-") as folder:
        path = Path(folder) / (name.replace("\0", "") or "classeur")
        with closing(form.file.data):
            form.file.data.save(path)
        return preview_workbook(
            db.session(),
            person_id=rights.person_id,
            path=path,
            as_of=clock().today(),
            may_override=rights.overrides,
        )


def _accepted(one: MonthChanges) -> MonthCells:
    return MonthCells(
        one.sheet.month.start,
        one.sheet.version,
        {change.place: change.after for change in one.changes},
        {change.day: change.after for change in one.comments},
    )


def _write(rights: SheetRights, form: AcceptForm) -> int:
    """How many cells and comments changed.

    Raises: Conflict: also for what no preview of ours sent.
    """
    try:
        months = read_month_cells(form.accepted.data if form.validate_on_submit() else "")
        return _applied(rights, months)
    except (NotFound, ValueError) as error:
        raise Conflict(CHANGED) from error


def _applied(rights: SheetRights, months: Sequence[MonthCells]) -> int:
    return apply_workbook(
        db.session(),
        person_id=rights.person_id,
        months=[
            AcceptedMonth(one.month, one.version, one.cells, one.comments)
            for one in months
            if one.cells or one.comments
        ],
        deed=visitor_deed(),
        may_override=rights.overrides,
    )
