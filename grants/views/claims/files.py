"""The files of a claim, made on demand from the same object that the page shows."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flask import Response, current_app

from exports.claims.files import (
    CERFA_FILE,
    JSON_FILE,
    has_cerfa,
    workbook_name,
    write_workbook,
)
from grants.clock import clock
from grants.errors import NotFound
from grants.extensions import db
from grants.labels import label
from grants.services.evidence.packs import make_pack
from grants.services.organisations.files import has_official_form, official_form
from grants.services.platform.storage import piece_storage
from grants.views.edge.downloads import TYPES, send_stream

if TYPE_CHECKING:
    from grants.rules.claims.claim import Claim

PACK_FILE = "dossier.zip"


class ClaimFile(NamedTuple):
    """A file on offer: its name in the address, its wording, its icon."""

    name: str
    wording: str
    icon: str


def claim_file_names(claim: Claim) -> list[ClaimFile]:
    """Files that this claim has; the official PDF only where its form is at hand."""
    files = [ClaimFile(workbook_name(claim), label(claim.form), "file-earmark-spreadsheet")]
    if has_cerfa(claim) and has_official_form(
        db.session(),
        organisation_id=claim.convention.organisation.id,
        fallback=current_app.config["CERFA_15059_PDF"],
    ):
        files.append(ClaimFile(CERFA_FILE, "Cerfa rempli", "file-earmark-pdf"))
    files.append(ClaimFile(JSON_FILE, "JSON", "filetype-json"))
    files.append(ClaimFile(PACK_FILE, "Dossier justificatif", "file-earmark-zip"))
    return files


def send_claim_file(claim: Claim, name: str) -> Response:
    """One of the claim's files, named after its convention and period.

    Raises: NotFound: the claim has no such file.
    """
    if name not in {file.name for file in claim_file_names(claim)}:
        raise NotFound("Ce bilan n'a pas de fichier de ce nom : revenez au bilan.")
    if name == JSON_FILE:
        return _json(claim)
    folder = Path(tempfile.mkdtemp(prefix="grants-"))
    try:
        path = _written(claim, name, folder)
        response = send_stream(path, _download_name(claim, name))
    except BaseException:
        shutil.rmtree(folder)
        raise
    response.call_on_close(lambda: shutil.rmtree(folder, ignore_errors=True))
    return response


def _written(claim: Claim, name: str, folder: Path) -> Path:
    path = folder / name
    if name == PACK_FILE:
        make_pack(
            db.session(),
            number=claim.convention.number,
            path=path,
            pieces=piece_storage(Path(current_app.config["DATA_DIR"])),
            as_of=clock().today(),
            period=claim.period,
            kind=claim.kind,
            organisation_id=claim.convention.organisation.id,
        )
    elif name == CERFA_FILE:
        _write_cerfa(claim, path)
    else:
        write_workbook(claim, path)
    return path


def _write_cerfa(claim: Claim, path: Path) -> None:
    from exports.claims.state.cerfa_pdf import write_cerfa

    with official_form(
        db.session(),
        organisation_id=claim.convention.organisation.id,
        storage=piece_storage(Path(current_app.config["DATA_DIR"])),
        fallback=current_app.config["CERFA_15059_PDF"],
    ) as form:
        if form is None:
            raise NotFound("Le formulaire officiel n'est plus là : revenez au bilan.")
        write_cerfa(claim, form, path)


def _json(claim: Claim) -> Response:
    from exports.claims.json_file import iter_claim

    response = Response(iter_claim(claim), mimetype=TYPES["json"])
    response.headers.set(
        "Content-Disposition", "attachment", filename=_download_name(claim, JSON_FILE)
    )
    return response


def _download_name(claim: Claim, name: str) -> str:
    return f"{claim.reference}_{name}"
