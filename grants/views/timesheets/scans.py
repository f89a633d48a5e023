"""The paper route: a sheet signed by hand is deposited, and read again."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from forms.timesheets.files import ScanForm
from grants.errors import Conflict, NotFound
from grants.extensions import db
from grants.rules.timesheets.state import SheetEvent
from grants.services.timesheets.access import SheetRight, SheetRights
from grants.services.timesheets.scans import SCAN_LIMIT, PaperSheet, deposit_scan, find_scan
from grants.views.edge.asking import refuse
from grants.views.edge.commits import commits, end_reading, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.downloads import send_bytes
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.reading import get_month, get_rights, storage

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

NO_SCAN = "Aucun exemplaire signé n'est déposé pour ce mois."


@blueprint.get("/feuilles/<int:person_id>/<month:month>/exemplaire")
def scan(person_id: int, month: date) -> ResponseReturnValue:
    """Where a signed copy is deposited."""
    return _page(get_rights(person_id, SheetRight.SCAN), month, ScanForm())


@blueprint.post("/feuilles/<int:person_id>/<month:month>/exemplaire")
@commits
def save_scan(person_id: int, month: date) -> ResponseReturnValue:
    """Keep the copy and enter both signatures."""
    rights, form = get_rights(person_id, SheetRight.SCAN), ScanForm()
    end_reading()
    if not form.validate_on_submit():
        return _page(rights, month, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with giving_back(lambda refusal: _refused(rights, month, form, refusal)):
        _deposit(rights, month, form)
    flash("L'exemplaire signé est déposé : la feuille est validée.")
    return redirect(url_for("timesheets.month", person_id=person_id, month=month), 303)


@blueprint.get("/feuilles/<int:person_id>/<month:month>/exemplaire/fichier")
def scan_file(person_id: int, month: date) -> Response:
    """The copy that is kept."""
    sheet = get_month(get_rights(person_id), month)
    found = find_scan(db.session(), person_id=person_id, reference=sheet.piece)
    if not sheet.piece or found is None:
        raise NotFound(NO_SCAN)
    with storage().open(found.sha256) as source:
        content = source.read()
    return send_bytes(content, found.file_name)


def _refused(
    rights: SheetRights, month: date, form: ScanForm, refusal: Conflict
) -> ResponseReturnValue:
    page = _page(rights, month, form, refuse(form, refusal))
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _page(rights: SheetRights, month: date, form: ScanForm, problem: str = "") -> str:
    sheet = get_month(rights, month)
    kept = find_scan(db.session(), person_id=rights.person_id, reference=sheet.piece)
    return render_template(
        "timesheets/files/scan.html",
        sheet=sheet,
        form=form,
        problem=problem,
        kept=kept if sheet.piece else None,
        is_open=SheetEvent.SCAN in sheet.events,
    )


def _deposit(rights: SheetRights, month: date, form: ScanForm) -> None:
    content = b""
    if form.scan.data:
        with closing(form.scan.data) as sent:
            content = sent.read(SCAN_LIMIT + 1)
    deposit_scan(
        db.session(),
        person_id=rights.person_id,
        month=month,
        paper=PaperSheet(
            content,
            *form.days,
            form.manager.data or "",
        ),
        storage=storage(),
        deed=visitor_deed(form.reason.data or ""),
    )
