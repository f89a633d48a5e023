"""The files that an organisation gives for its documents: the State's form, and its emblem."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj

from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.kit.images import image_type
from grants.enums import AuditAction, AuditObject, OrganisationFileKind
from grants.errors import Conflict, NotFound, Unreadable
from grants.models.organisations import Organisation, OrganisationFile
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.organisations.settings import UNKNOWN
from grants.services.platform.storage import Storage

PDF = "application/pdf"
FORM_NAME = "cerfa-15059-02.pdf"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in use."""

    kind: OrganisationFileKind
    sha256: str
    size: int
    media_type: str
    stored_at: datetime

    @property
    def kilobytes(self) -> int:
        """Its size for people."""
        return max(1, self.size // 1_000)


def list_files(session: Session, organisation_id: int) -> Mapping[OrganisationFileKind, KeptFile]:
    """Files of an organisation by their kind."""
    query = select(OrganisationFile).where(OrganisationFile.organisation_id == organisation_id)
    kept = [_kept(row) for row in session.scalars(query)]
    return {one.kind: one for one in kept}


def put_file(
    session: Session,
    *,
    organisation_id: int,
    kind: OrganisationFileKind,
    content: bytes,
    storage: Storage,
    deed: Deed,
) -> KeptFile:
    """Use a file from now on, in the place of the one before. Flushes, never commits.

    Raises: Conflict: the file is not what it should be; ``field`` is the kind. NotFound: no such
    organisation.
    """
    media_type = _require_sound(kind, content)
    stored = storage.put(BytesIO(content))
    row = _find(session, organisation_id, kind)
    before = None if row is None else row.sha256
    if row is None:
        row = OrganisationFile(organisation_id=organisation_id, kind=kind.value)
        session.add(row)
    row.sha256, row.size, row.media_type = stored.sha256, stored.size, media_type
    row.stored_at = deed.at
    session.flush()
    if before != stored.sha256:
        _tell(session, organisation_id, kind, before, stored.sha256, deed)
    return _kept(row)


def remove_file(
    session: Session, *, organisation_id: int, kind: OrganisationFileKind, deed: Deed
) -> None:
    """Stop using a file, if there is one; its bytes stay in the storage. Flushes, never commits."""
    row = _find(session, organisation_id, kind)
    if row is None:
        return
    _tell(session, organisation_id, kind, row.sha256, None, deed)
    session.delete(row)
    session.flush()


@contextmanager
def official_form(
    session: Session, *, organisation_id: int, storage: Storage, fallback: Path | None
) -> Iterator[Path | None]:
    """The State's form to fill for an organisation: its own, else the installation's, else none."""
    row = _find(session, organisation_id, OrganisationFileKind.OFFICIAL_FORM)
    if row is None:
        yield fallback
        return
    with tempfile.TemporaryDirectory(prefix="grants-form-") as folder:
        path = Path(folder) / FORM_NAME
        with storage.open(row.sha256) as source, path.open("wb") as out:
            copyfileobj(source, out)
        yield path


def has_official_form(session: Session, *, organisation_id: int, fallback: Path | None) -> bool:
    """Whether ``official_form`` has one to give."""
    kind = OrganisationFileKind.OFFICIAL_FORM
    return fallback is not None or _find(session, organisation_id, kind) is not None


def find_logo(
    session: Session, *, organisation_id: int, storage: Storage
) -> tuple[str, bytes] | None:
    """Media type and bytes of the emblem for printed documents, None where there is none."""
    row = _find(session, organisation_id, OrganisationFileKind.LOGO)
    if row is None:
        return None
    with storage.open(row.sha256) as source:
        return row.media_type, source.read()


def _require_sound(kind: OrganisationFileKind, content: bytes) -> str:
    if not content:
        raise Conflict("le fichier est vide : choisissez-en un autre", field=kind.value)
    from exports.claims.state.cerfa_pdf import check_form  # a PDF library, when a form comes in

    try:
        if kind is OrganisationFileKind.LOGO:
            return image_type(content)
        with tempfile.TemporaryDirectory(prefix="grants-form-") as folder:
            path = Path(folder) / FORM_NAME
            path.write_bytes(content)
            check_form(path)
    except Unreadable as refusal:
        raise Conflict(str(refusal).rstrip("."), field=kind.value) from refusal
    return PDF


def _find(
    session: Session, organisation_id: int, kind: OrganisationFileKind
) -> OrganisationFile | None:
    query = select(OrganisationFile).where(
        OrganisationFile.organisation_id == organisation_id, OrganisationFile.kind == kind.value
    )
    return session.scalars(query).one_or_none()


def _tell(
    session: Session,
    organisation_id: int,
    kind: OrganisationFileKind,
    before: str | None,
    after: str | None,
    deed: Deed,
) -> None:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound(UNKNOWN)
    record(
        session, deed=deed, organisation_id=organisation_id, action=AuditAction.CHANGED,
        object_kind=AuditObject.ORGANISATION, object_key=organisation.code,
        before={kind.value: before}, after={kind.value: after},
    )  # fmt: skip


def _kept(row: OrganisationFile) -> KeptFile:
    kind = OrganisationFileKind(row.kind)
    return KeptFile(kind, row.sha256, row.size, row.media_type, row.stored_at)
