"""Supporting documents that the claim calls for: recorded, and with their file."""

from __future__ import annotations

from collections.abc import Sequence

from grants.enums import PieceKind, Severity
from grants.french import count, listed, plural
from grants.labels import label
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.basis.people import grouped
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import law_of, place
from grants.rules.claims.claim import PieceLine

SHOWN = 5


PIECE_UNRECORDED = finding_kind(
    "piece_unrecorded",
    Chapter.PIECES,
    severity=Severity.WARNING,
    title="Pièce non enregistrée",
    remedy="la référence citée n'est pas dans `pieces` : ajoutez sa ligne",
)
PIECE_WITHOUT_FILE = finding_kind(
    "piece_without_file",
    Chapter.PIECES,
    severity=Severity.WARNING,
    title="Pièce sans fichier",
    remedy="placez le fichier dans « pieces », à côté du classeur, nommez-le dans `fichier`, "
    "importez à nouveau",
)


@finds(PIECE_UNRECORDED, PIECE_WITHOUT_FILE)
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
    return _finding(checked, PIECE_UNRECORDED, message)


def _bare(checked: Checked, kind: PieceKind, pieces: Sequence[PieceLine]) -> Finding:
    message = (
        f"{label(kind)} : {count(len(pieces), 'pièce')} sans fichier : {_references(pieces)}. "
        f"Attendu le fichier dans « pieces », à côté du classeur : joignez-le, importez à nouveau."
    )
    return _finding(checked, PIECE_WITHOUT_FILE, message)


def _references(pieces: Sequence[PieceLine]) -> str:
    return listed((piece.reference for piece in pieces), SHOWN)


def _finding(checked: Checked, kind: FindingKind, message: str) -> Finding:
    source = law_of(checked, "retention_years")
    return kind.finding(message, place(checked), source=source)
