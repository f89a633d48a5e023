"""Documents that signatures fix: kept when somebody signs, read until the retention ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from grants.enums import OrganisationFileKind, SheetStepKind
from grants.errors import NotFound
from grants.french import PARIS
from grants.models.base import AnySession
from grants.models.organisations import OrganisationFile
from grants.models.timesheets import SheetDocument as DocumentRow
from grants.periods import month_index
from grants.rules.claims.claim import ENGINE_VERSION
from grants.rules.timesheets.content import content_hash
from grants.rules.timesheets.document import (
    DocumentState,
    FirstSignature,
    SheetDocument,
    read_document,
    sha256_of,
    written,
)
from grants.rules.timesheets.kept_sheet import content_of, show
from grants.rules.timesheets.sheet import Sheet, SheetSignatureFacts, SheetStepFacts
from grants.services.timesheets.hold import SheetHold

UNKNOWN = "Ce document signé n'existe pas : revenez à la feuille."
EXTENSIONS = {"image/png": "png", "image/svg+xml": "svg"}


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A kept document as it is listed: when it was made, who signed it, whether it is in force.

    ``document`` is None where the text no longer answers to its hash.
    """

    sha256: str
    kept_at: datetime
    text: str
    document: SheetDocument | None
    signed_by_person: SheetSignatureFacts | None
    signed_by_manager: SheetSignatureFacts | None
    is_last: bool


def keep_document(held: SheetHold, signature: FirstSignature) -> None:
    """Keep what the sheet prints at its first signature, and name it by its hash. Flushes."""
    row, sheet = held.row, held.sheet
    emblem = _emblem(held.session, row.organisation_id)
    hours = content_hash(sheet)
    document = SheetDocument(content_of(sheet), signature, hours, ENGINE_VERSION, *emblem)
    text = written(document)
    row.content_sha256, row.hours_sha256 = sha256_of(text), hours
    same = select(DocumentRow.id).where(
        DocumentRow.person_id == row.person_id,
        DocumentRow.month == row.month,
        DocumentRow.sha256 == row.content_sha256,
    )
    if held.session.scalars(same).first() is not None:  # the same paper, entered again
        return
    held.session.add(
        DocumentRow(
            organisation_id=row.organisation_id,
            person_id=row.person_id,
            month=row.month,
            sha256=row.content_sha256,
            document=text,
            emblem_sha256=emblem[0],
            kept_at=held.deed.at,
        )
    )
    held.session.flush()


def keep_what_was_not(held: SheetHold) -> None:
    """Keep the document of a sheet that its person signed before documents were kept: what stands
    there when the manager signs too.
    """
    signed = held.sheet.signed_by_person
    if held.sheet.document_state is DocumentState.MISSING and signed is not None:
        keep_document(held, FirstSignature(signed.name, signed.on, signed.at))


def _emblem(session: AnySession, organisation_id: int) -> tuple[str, str]:
    """Hash and extension of the structure's picture, empty for none."""
    query = select(OrganisationFile).where(
        OrganisationFile.organisation_id == organisation_id,
        OrganisationFile.kind == OrganisationFileKind.LOGO.value,
    )
    row = session.scalars(query).one_or_none()
    return ("", "") if row is None else (row.sha256, EXTENSIONS[row.media_type])


def list_documents(session: AnySession, sheet: Sheet) -> tuple[KeptDocument, ...]:
    """Every document of a sheet's month, the last first."""
    kept = DocumentRow
    query = (
        select(kept)
        .where(kept.person_id == sheet.person.id, kept.month == month_index(sheet.month.start))
        .order_by(kept.kept_at.desc(), kept.id.desc())
    )
    return tuple(_listed(row, sheet) for row in session.scalars(query))


def get_document(session: AnySession, sheet: Sheet, sha256: str) -> KeptDocument:
    """One document of a sheet's month.

    Raises: NotFound: none of that hash.
    """
    found = [one for one in list_documents(session, sheet) if one.sha256 == sha256]
    if not found:
        raise NotFound(UNKNOWN)
    return found[0]


def _listed(row: DocumentRow, sheet: Sheet) -> KeptDocument:
    document = read_document(row.document, row.sha256)
    person, manager = _signatures(document, row.sha256, sheet.steps)
    is_last = row.sha256 == sheet.content_sha256
    return KeptDocument(
        row.sha256, row.kept_at, row.document, document, person, manager, is_last
    )  # fmt: skip


def _signatures(
    document: SheetDocument | None, sha256: str, steps: Sequence[SheetStepFacts]
) -> tuple[SheetSignatureFacts | None, SheetSignatureFacts | None]:
    """Both signatures under a document: the first stands in it, the manager's among the steps."""
    if document is None:
        return None, None
    first = document.signature
    person = SheetSignatureFacts(first.name, first.on, first.at)
    if first.manager_on is not None:
        return person, SheetSignatureFacts(first.manager, first.manager_on)
    approved = [
        one for one in steps if one.kind is SheetStepKind.APPROVED and one.content_sha256 == sha256
    ]
    if not approved:
        return person, None
    step = approved[-1]
    return person, SheetSignatureFacts(step.name, _day(step.at), step.at)


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


def get_signed_sheet(sheet: Sheet, kept: KeptDocument) -> Sheet:
    """The month as an earlier document says it, with the steps up to its last signature.

    Raises: NotFound: the document no longer answers to its hash.
    """
    document = kept.document
    if document is None:
        raise NotFound(
            "Ce document ne répond plus à son empreinte : il a été modifié hors du programme et "
            "ne peut pas être imprimé."
        )
    own = [place for place, one in enumerate(sheet.steps) if one.content_sha256 == kept.sha256]
    return replace(
        show(sheet, document.content),
        signed_by_person=kept.signed_by_person,
        signed_by_manager=kept.signed_by_manager,
        content_sha256=kept.sha256,
        piece=document.signature.piece,
        steps=sheet.steps[: own[-1] + 1] if own else (),
        document=document,
        document_state=DocumentState.KEPT,
        has_changed_since_signed=False,
        changes=(),
    )
