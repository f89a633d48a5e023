"""What was signed of a month: every kept document, and what is otherwise today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import render_template

from exports.timesheets.prints import sheet_reference
from grants.clock import clock
from grants.extensions import db
from grants.services.timesheets.documents import get_document, get_signed_sheet, list_documents
from grants.services.timesheets.prints import write_sheets_pdf
from grants.views.edge.downloads import send_bytes
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.reading import get_month, get_rights, storage

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

HASH_SHOWN = 12


@blueprint.get("/feuilles/<int:person_id>/<month:month>/documents")
def documents(person_id: int, month: date) -> ResponseReturnValue:
    """Documents of a month, the last first, and what today's facts say otherwise."""
    sheet = get_month(get_rights(person_id), month)
    return render_template(
        "timesheets/files/documents.html",
        sheet=sheet,
        month=sheet.month.start,
        documents=list_documents(db.session(), sheet),
    )


@blueprint.get("/feuilles/<int:person_id>/<month:month>/documents/<sha256>.pdf")
def document_pdf(person_id: int, month: date, sha256: str) -> Response:
    """A document as it was printed when it was signed."""
    sheet = get_month(get_rights(person_id), month)
    kept = get_document(db.session(), sheet, sha256)
    content = write_sheets_pdf(
        db.session(),
        sheets=[get_signed_sheet(sheet, kept)],
        storage=storage(),
        as_of=clock().today(),
    )
    return send_bytes(content, f"{_name(sheet.person.code, month, sha256)}.pdf")


@blueprint.get("/feuilles/<int:person_id>/<month:month>/documents/<sha256>.json")
def document_file(person_id: int, month: date, sha256: str) -> Response:
    """A document letter by letter: its SHA-256 is the hash of what was signed."""
    sheet = get_month(get_rights(person_id), month)
    kept = get_document(db.session(), sheet, sha256)
    return send_bytes(kept.text.encode(), f"{_name(sheet.person.code, month, sha256)}.json")


def _name(code: str, month: date, sha256: str) -> str:
    return f"{sheet_reference(code, month)}-{sha256[:HASH_SHOWN]}"
