"""The workbook on the site: taken away, brought back, looked at, agreed to.

What a workbook would change is told by doing it and taking it back, within the request that brought
it; agreeing does the same again and keeps it, unless something else changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from exports.imports.filled_workbook import filled_workbook
from exports.imports.template import template_workbook
from forms.imports.workbooks import AgreeForm, DepositForm, SinceForm
from grants.clock import clock
from grants.errors import Conflict, InputProblem, InvalidInput, NotFound, Unreadable
from grants.extensions import db
from grants.french import count
from grants.services.imports.deposits import (
    Deposit,
    get_deposit,
    lay_down,
    run_deposit,
    throw_away,
)
from grants.services.imports.gone import StoredRow, stored_row
from grants.services.imports.report import ImportReport
from grants.services.imports.stored import get_workbook_rows, record_taken
from grants.services.platform.storage import piece_storage
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.downloads import send_bytes
from grants.views.edge.permissions import access
from grants.views.edge.wording import sentence
from grants.views.imports.blueprint import blueprint

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

SECTION = "imports"
SHOWN_PROBLEMS = 500
CHOOSE = "Choisissez un classeur, ou un .zip qui le contient avec ses pièces."
ALTERED = "L'envoi a été modifié en route : rien n'est écrit, déposez le classeur de nouveau."
MOVED = (
    "quelqu'un a changé les données depuis votre relecture : rien n'est écrit. Voici ce que le "
    "classeur change maintenant"
)


@blueprint.get("/importer")
def workbooks() -> ResponseReturnValue:
    """Where the workbook is taken and brought back."""
    return _page(DepositForm())


@blueprint.get("/importer/modele.xlsx")
def template_file() -> Response:
    """The empty workbook, with help, lists and checks."""
    return send_bytes(template_workbook(), "modele.xlsx")


@blueprint.post("/importer/classeur.xlsx")
@commits
def stored_file() -> ResponseReturnValue:
    """All that is stored of the visitor's structures, as the workbook that is brought back.

    It holds everybody's pay: who took it is told.
    """
    form = SinceForm(request.form)
    if not form.validate():
        return _page(DepositForm(), since=form), HTTPStatus.UNPROCESSABLE_ENTITY
    structures, name = _get_structures(), f"classeur_{clock().today():%Y%m%d}.xlsx"
    rows = get_workbook_rows(db.session(), structures, since=form.since.data)
    record_taken(db.session(), structures, file=name, deed=visitor_deed())
    return send_bytes(filled_workbook(rows), name)


@blueprint.post("/importer")
@commits
def deposit_workbook() -> ResponseReturnValue:
    """What the workbook would change; nothing is written."""
    form = DepositForm()
    files = [one for one in form.files.data or () if one and one.filename]
    if not form.validate_on_submit() or not files:
        return _page(form, message=CHOOSE), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        deposit = lay_down(current_user.account.id, files, at=clock().now())
    except Unreadable as refusal:
        return _page(form, message=sentence(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _preview(deposit)


@blueprint.post("/importer/<token>")
@commits
def take_workbook(token: str) -> ResponseReturnValue:
    """Write what the preview showed, with the rows to take back that were ticked; or nothing."""
    deposit, form = get_deposit(current_user.account.id, token), AgreeForm()
    try:
        wanted = [stored_row(key) for key in request.form.getlist("gone")]
    except ValueError:
        raise NotFound(ALTERED) from None
    if not form.validate_on_submit():
        raise NotFound(ALTERED)
    with giving_back(lambda refusal: _preview(deposit, wanted, sentence(refusal))):
        report = _take(deposit, wanted, form.seen.data or "")
    throw_away(current_user.account.id, token)
    flash(_done(report))
    return redirect(url_for("imports.workbooks"), 303)


@blueprint.post("/importer/<token>/abandonner")
@commits
def drop_workbook(token: str) -> ResponseReturnValue:
    """Forget what was brought."""
    throw_away(current_user.account.id, token)
    flash("Le classeur est oublié : rien n'a changé.")
    return redirect(url_for("imports.workbooks"), 303)


def _get_structures() -> Collection[int]:
    """Structures whose accounts the visitor keeps.

    Raises: NotFound: all of them: who keeps the installation imports at the terminal.
    """
    reached = access().organisations
    if reached is None:
        raise NotFound("Un classeur s'importe dans une structure dont vous tenez les comptes.")
    return reached


def _run(deposit: Deposit, *, dry_run: bool, wanted: Collection[StoredRow] = ()) -> ImportReport:
    return run_deposit(
        db.session(),
        deposit,
        within=_get_structures(),
        deed=visitor_deed(),
        storage=piece_storage(Path(current_app.config["DATA_DIR"])),
        dry_run=dry_run,
        remove=wanted,
    )


def _take(deposit: Deposit, wanted: Collection[StoredRow], seen: str) -> ImportReport:
    """Import for good.

    Raises: Conflict: what would be written is not what the visitor saw.
    """
    try:
        report = _run(deposit, dry_run=False, wanted=wanted)
    except (InvalidInput, Unreadable) as refusal:
        raise Conflict(MOVED) from refusal
    if report.fingerprint != seen:
        raise Conflict(MOVED)
    return report


def _preview(
    deposit: Deposit, wanted: Collection[StoredRow] = (), message: str = ""
) -> ResponseReturnValue:
    status = HTTPStatus.CONFLICT if message else HTTPStatus.OK
    try:
        report = _run(deposit, dry_run=True)
    except InvalidInput as refusal:
        return _problems(deposit, refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    except (Conflict, Unreadable) as refusal:
        page = _page(DepositForm(formdata=None), message=sentence(refusal))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    page = render_template(
        "imports/preview.html",
        deposit=deposit,
        report=report,
        form=AgreeForm(formdata=None, seen=report.fingerprint),
        wanted={f"{sheet}:{number}" for sheet, number in wanted},
        message=message,
        section=SECTION,
    )
    return page, status


def _problems(deposit: Deposit, problems: Collection[InputProblem]) -> str:
    return render_template(
        "imports/problems.html",
        deposit=deposit,
        problems=list(problems)[:SHOWN_PROBLEMS],
        in_all=len(problems),
        form=DepositForm(formdata=None),
        section=SECTION,
    )


def _page(form: DepositForm, since: SinceForm | None = None, message: str = "") -> str:
    return render_template(
        "imports/workbooks.html",
        form=form,
        since=since or SinceForm(None),
        message=message,
        section=SECTION,
    )


def _done(report: ImportReport) -> str:
    taken = f" et {count(report.removed, 'ligne retirée')}" if report.removed else ""
    return f"{report.file_name} : {count(report.written, 'ligne écrite')}{taken}."
