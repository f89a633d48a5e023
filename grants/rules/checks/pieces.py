"""Supporting documents that the claim calls for: recorded, and with their file."""

from __future__ import annotations

from collections.abc import Sequence

from grants.enums import PieceKind, Severity
from grants.french import count, listed, plural
from grants.labels import label
from grants.rules.basis.findings import Finding
from grants.rules.basis.people import grouped
from grants.rules.checks.context import Checked
from grants.rules.checks.risk import law_of, place
from grants.rules.claims.claim import PieceLine

SHOWN = 5


def check_pieces(checked: Checked) -> list[Finding]:
    """Pieces called but not recorded, and pieces recorded without file, one finding a kind."""
    lacking = [piece for piece in checked.claim.pieces if not piece.sha256]
    found = []
    for kind, pieces in grouped(lacking, lambda piece: piece.kind).items():
        found.append(_unrecorded(checked, pieces) if kind is None else _bare(checked, kind, pieces))
    return found


def _unrecorded(checked: Checked, pieces: Sequence[PieceLine]) -> Finding:
    message = (
        f"{count(len(pieces), 'pièce')} en référence mais "
        f"{plural(len(pieces), 'absente')} de la feuille « pieces » : "
        f"{_references(pieces)}. Attendu une ligne et un fichier par pièce : ajoutez-les, le "
        f"dossier justificatif en dépend."
    )
    return _finding(checked, "piece_unrecorded", message)


def _bare(checked: Checked, kind: PieceKind, pieces: Sequence[PieceLine]) -> Finding:
    message = (
        f"{label(kind)} : {count(len(pieces), 'pièce')} sans fichier : {_references(pieces)}. "
        f"Attendu le fichier à côté du classeur : joignez-le et importez à nouveau."
    )
    return _finding(checked, "piece_without_file", message)


def _references(pieces: Sequence[PieceLine]) -> str:
    return listed((piece.reference for piece in pieces), SHOWN)


def _finding(checked: Checked, code: str, message: str) -> Finding:
    where = place(checked)
    source = law_of(checked, "retention_years")
    return Finding(code, Severity.WARNING, message, where, source=source)
