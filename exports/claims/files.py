"""The files of a claim, as its funder wants them, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from exports.claims.european.workbook import write_fse_workbook
from exports.claims.state.workbook import write_state_workbook
from grants.enums import ClaimForm
from grants.frozen import frozen
from grants.rules.claims.claim import Claim

FSE_FILE = "bilan-execution.xlsx"
STATE_FILE = "compte-rendu-financier.xlsx"
CERFA_FILE = "cerfa-15059-02.pdf"
JSON_FILE = "claim.json"


@frozen
class Workbook:
    """Name of a form's workbook, and what writes it."""

    name: str
    write: Callable[[Claim, Path], None]


WORKBOOKS = {
    ClaimForm.FINANCIAL_REPORT: Workbook(STATE_FILE, write_state_workbook),
    ClaimForm.EXECUTION_REPORT: Workbook(FSE_FILE, write_fse_workbook),
}


def workbook_name(claim: Claim) -> str:
    """Name of the claim's workbook."""
    return WORKBOOKS[claim.form].name


def write_workbook(claim: Claim, path: Path) -> None:
    """Write the claim's workbook, in the form that its scheme asks for."""
    WORKBOOKS[claim.form].write(claim, path)


def has_cerfa(claim: Claim) -> bool:
    """Whether the claim can also be handed in on the official PDF."""
    return claim.form is ClaimForm.FINANCIAL_REPORT


def write_claim_files(
    claim: Claim, out: Path, *, claim_json: BinaryIO, cerfa_form: Path | None = None
) -> list[Path]:
    """Write the claim's files into ``out/<reference>/`` and return them in the order to read them.

    The scheme says which workbook; a compte rendu financier also has the official PDF, when its
    form is at hand. Each file appears whole or not at all, and replaces the one of an earlier run.
    Args: claim_json: file of the claim as the layer above renders it, read from its start.
    Raises: Unreadable: ``cerfa_form`` is not the official form; the workbook stands all the same.
    """
    folder = out / claim.reference
    folder.mkdir(parents=True, exist_ok=True)
    written = [_written(folder / workbook_name(claim), lambda path: write_workbook(claim, path))]
    written.append(_written(folder / JSON_FILE, lambda path: _copy(claim_json, path)))
    if cerfa_form is not None and has_cerfa(claim):
        from exports.claims.state.cerfa_pdf import write_cerfa  # a PDF library, for few claims

        form = cerfa_form
        pdf = _written(folder / CERFA_FILE, lambda path: write_cerfa(claim, form, path))
        written.insert(1, pdf)
    return written


def _written(path: Path, write: Callable[[Path], None]) -> Path:
    """Write beside the file, then put it in its place at once."""
    handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=".en-cours-", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _copy(content: BinaryIO, path: Path) -> None:
    content.seek(0)
    with path.open("wb") as out:
        shutil.copyfileobj(content, out)
