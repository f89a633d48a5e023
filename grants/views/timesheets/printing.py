"""Time sheets as PDF: a month, a year, a team's month."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from exports.timesheets.prints import sheet_reference
from grants.clock import clock
from grants.errors import NotFound
from grants.extensions import db
from grants.services.timesheets.access import managed_persons, seen
from grants.services.timesheets.prints import (
    get_year_sheets,
    iter_team_pdfs,
    write_sheets_pdf,
    write_team_files,
)
from grants.views.edge.downloads import send_bytes, send_stream
from grants.views.edge.permissions import held_roles
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.reading import UNSIGNED, get_month, get_rights, storage

if TYPE_CHECKING:
    from flask import Response


@blueprint.get("/feuilles/<int:person_id>/<month:month>/feuille.pdf")
def pdf(person_id: int, month: date) -> Response:
    """A month: signed, or to be signed by hand."""
    sheet = get_month(get_rights(person_id), month)
    content = write_sheets_pdf(
        db.session(), sheets=[sheet], storage=storage(), as_of=clock().today()
    )
    return send_bytes(content, f"{sheet_reference(sheet.person.code, month)}.pdf")


@blueprint.get("/feuilles/<int:person_id>/<year:year>/feuilles.pdf")
def year_pdf(person_id: int, year: int) -> Response:
    """All months of a year in one file."""
    rights, today = get_rights(person_id), clock().today()
    sheets = seen(
        get_year_sheets(db.session(), person_id=person_id, year=year, as_of=today), rights
    )
    if not sheets:
        raise NotFound(UNSIGNED)
    name = sheets[0].person.name
    content = write_sheets_pdf(
        db.session(),
        sheets=sheets,
        storage=storage(),
        as_of=today,
        title=f"Feuilles de temps {year} – {name}",
    )
    return send_bytes(content, f"FT-{sheets[0].person.code}-{year}.pdf")


@blueprint.get("/equipe/<month:month>/feuilles.pdf")
def team_pdf(month: date) -> Response:
    """The month of everybody whose sheets one reads for others; an archive for a large team."""
    folder = Path(tempfile.mkdtemp(prefix="grants-"))
    try:
        path = _written_team(month, folder)
        is_whole = path.suffix == ".pdf"
        source = BytesIO(path.read_bytes()) if is_whole else path
        response = send_stream(source, path.name)
    except BaseException:
        shutil.rmtree(folder)
        raise
    response.call_on_close(lambda: shutil.rmtree(folder, ignore_errors=True))
    return response


def _written_team(month: date, folder: Path) -> Path:
    today = clock().today()
    files = iter_team_pdfs(
        db.session(),
        person_ids=managed_persons(db.session(), held_roles()),
        month=month,
        storage=storage(),
        as_of=today,
    )
    return write_team_files(files, folder, made_on=today)
