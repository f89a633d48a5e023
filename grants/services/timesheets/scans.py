"""The paper route: a sheet that was printed and signed by hand comes back as a scan.

The file is known by its content, kept under its hash, and becomes the month's piece; a scan that is
replaced stays a piece of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from sqlalchemy import select

from exports.timesheets.prints import sheet_reference
from grants.enums import PieceKind
from grants.errors import Conflict, NotFound
from grants.french import month_fr, number
from grants.models.base import AnySession
from grants.models.evidence import Piece
from grants.models.people import Person
from grants.periods import Period
from grants.rules.timesheets.sheet import Sheet
from grants.services.audit.deed import Deed
from grants.services.platform.storage import Storage, StoredFile
from grants.services.timesheets.steps import attach_scan

MEGABYTE = 1024 * 1024
SCAN_LIMIT = 10 * MEGABYTE
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PNG, _PDF = b"\x89PNG\r\n\x1a\n", b"%PDF-"
_PNG_END = b"IEND\xaeB`\x82"
EXPECTED = "un PDF, une image JPEG ou PNG est attendu"


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A sheet signed on paper: its scan, both days, the manager, why an earlier one is replaced."""

    content: bytes
    signed_by_person_on: date
    signed_by_manager_on: date
    manager: str


@dataclass(frozen=True, slots=True)
class KeptScan:
    """A scan that is kept: where, and its name for a download."""

    sha256: str
    file_name: str


def scan_extension(content: bytes) -> str:
    """``pdf``, ``jpg`` or ``png``, told from the content.

    Raises: Conflict: empty, above ten megabytes, damaged, or none of these; field ``scan``.
    Example:
    >>> scan_extension(b"bonjour")
    Traceback (most recent call last):
    grants.errors.Conflict: ce fichier est d'un autre type : un PDF, une image JPEG ou PNG est ...
    """
    if not content:
        raise _refused(f"le fichier est vide : {EXPECTED}")
    if len(content) > SCAN_LIMIT:
        found = number(Decimal(len(content)) / MEGABYTE, 1)
        raise _refused(
            f"le fichier pèse {found} Mo : {SCAN_LIMIT // MEGABYTE} Mo au plus, numérisez-le en "
            "noir et blanc ou à 150 points par pouce"
        )
    if content.startswith(_PDF):
        _check_pdf(content)
        return "pdf"
    if content.startswith(_PNG) and _PNG_END in content[-1024:]:
        return "png"
    if content.startswith(_JPEG) and _JPEG_END in content[-1024:]:
        return "jpg"
    if content.startswith((_PNG, _JPEG)):
        raise _refused("l'image est coupée : numérisez la feuille de nouveau")
    raise _refused(f"ce fichier est d'un autre type : {EXPECTED}")


def _check_pdf(content: bytes) -> None:
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise _refused("le PDF est protégé par un mot de passe : retirez la protection")
        if not len(reader.pages):
            raise _refused("le PDF n'a aucune page : numérisez la feuille de nouveau")
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refused("le PDF est abîmé : numérisez la feuille de nouveau") from error


def _refused(message: str) -> Conflict:
    return Conflict(message, field="scan")


def deposit_scan(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    paper: PaperSheet,
    storage: Storage,
    deed: Deed,
) -> Sheet:
    """Keep the scan and enter both signatures: the sheet is approved by paper. Flushes only.

    Raises: Conflict: the file, the days, the name or the reason; ``field`` says which.
    TransitionRefused: hours are missing, or the sheet is locked. NotFound: no such person.
    """
    extension = scan_extension(paper.content)
    person = session.scalars(select(Person).where(Person.id == person_id)).one_or_none()
    if person is None:
        raise NotFound("Cette personne n'existe pas, ou vous n'y avez pas accès.")
    reference = _free_reference(session, person, month)
    sheet = attach_scan(
        session,
        person_id=person_id,
        month=month,
        piece=reference,
        signed_by_person_on=paper.signed_by_person_on,
        signed_by_manager_on=paper.signed_by_manager_on,
        manager=paper.manager,
        deed=deed,
    )
    stored = storage.put(BytesIO(paper.content))
    _write_piece(session, person, month, reference, stored, extension, paper.signed_by_manager_on)
    return sheet


def _free_reference(session: AnySession, person: Person, month: date) -> str:
    """Reference of the month, with a number after it where a scan has it already."""
    base = sheet_reference(person.code, month)
    taken = set(session.scalars(
        select(Piece.reference).where(
            Piece.organisation_id == person.organisation_id,
            Piece.reference.startswith(base, autoescape=True),
            Piece.sha256 != "",
        )))  # fmt: skip
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _write_piece(
    session: AnySession,
    person: Person,
    month: date,
    reference: str,
    stored: StoredFile,
    extension: str,
    dated_on: date,
) -> None:
    query = select(Piece).where(
        Piece.organisation_id == person.organisation_id, Piece.reference == reference
    )
    piece = session.scalars(query).one_or_none()
    if piece is None:
        piece = Piece(organisation_id=person.organisation_id, reference=reference)
        session.add(piece)
    period = Period.month(month)
    piece.kind, piece.person_id = PieceKind.TIME_SHEET.value, person.id
    piece.title = f"Feuille de temps signée – {month_fr(month)}"
    piece.start_on, piece.end_on, piece.dated_on = period.start, period.end, dated_on
    piece.file_name = f"{reference}.{extension}"
    piece.sha256, piece.size = stored.sha256, stored.size
    session.flush()


def find_scan(session: AnySession, *, person_id: int, reference: str) -> KeptScan | None:
    """Scan of a person's sheet by its reference, None where no file is kept."""
    query = select(Piece).where(
        Piece.person_id == person_id, Piece.reference == reference, Piece.sha256 != ""
    )
    piece = session.scalars(query).first()
    return KeptScan(piece.sha256, piece.file_name) if piece else None
