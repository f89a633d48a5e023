"""Use-case: the justification pack of a convention's claim, as one zip file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select, union

from exports.claims.files import write_workbook
from exports.evidence.pack import (
    JournalEvent,
    PackContents,
    PieceStore,
    Progress,
    WrittenPack,
    write_pack,
)
from grants.enums import AuditAction, AuditObject, ClaimKind
from grants.errors import Conflict
from grants.french.failures import failure_fr
from grants.labels import label
from grants.models.base import AnySession, Base, Imported, OfOrganisation
from grants.models.platform import Import
from grants.periods import Period
from grants.rules.claims.claim import Claim
from grants.services.audit.reading import TrailEvent, facts_history
from grants.services.claims.computing import compute_claim


@dataclass(frozen=True, slots=True)
class PackOutcome:
    """Claim that was packed, and what the pack holds."""

    claim: Claim
    written: WrittenPack


def make_pack(
    session: AnySession,
    *,
    number: str,
    path: Path,
    pieces: PieceStore,
    as_of: date,
    period: Period | None = None,
    kind: ClaimKind | None = None,
    organisation_id: int | None = None,
    replace: bool = False,
    progress: Progress = lambda done, total: None,
) -> PackOutcome:
    """Compute the claim of a convention and write its pack to ``path``.

    The zip appears under its name only when it is whole. Period, kind and organisation
    default as for ``compute_claim``.
    Raises: Conflict: the file exists and ``replace`` is not set, or cannot be written. NotFound,
    Conflict: see ``compute_claim``. Unreadable: a kept piece has changed.
    """
    _check_target(path, replace=replace)
    claim = compute_claim(
        session,
        number=number,
        period=period,
        kind=kind,
        as_of=as_of,
        organisation_id=organisation_id,
    )
    journal = journal_of(session, claim)
    try:
        written = _write_aside(path, claim, pieces, journal, progress)
    except OSError as error:
        raise Conflict(f"« {path} » ne peut pas être écrit : {failure_fr(error)}") from error
    return PackOutcome(claim, written)


def _write_aside(
    path: Path,
    claim: Claim,
    pieces: PieceStore,
    journal: Sequence[JournalEvent],
    progress: Progress,
) -> WrittenPack:
    with tempfile.TemporaryDirectory(prefix=".pack-", dir=path.parent) as folder:
        workbook, draft = Path(folder) / "claim.xlsx", Path(folder) / "pack.zip"
        write_workbook(claim, workbook)
        with draft.open("wb") as out:
            written = write_pack(PackContents(claim, workbook, pieces, journal), out, progress)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    return written


def journal_of(session: AnySession, claim: Claim) -> Sequence[JournalEvent]:
    """What made the claim's facts what they are, oldest first: the trail's events about the
    structure, the convention, its persons and its imports; before them, imports from the time when
    there was no trail.
    """
    organisation = claim.convention.organisation
    told = facts_history(
        session,
        organisation_id=organisation.id,
        convention=claim.convention.number,
        persons={person.person_code for person in claim.persons},
    )
    events = [_event(event) for event in told]
    known = {event.sha256 for event in events}
    untold = _imports(session, organisation.id)
    return [event for event in untold if event.sha256 not in known] + events


def _event(event: TrailEvent) -> JournalEvent:
    found = JournalEvent(
        event.sequence,
        event.at,
        event.who,
        label(event.action),
        f"{label(event.kind)} {event.key}",
        event.changes,
        event.reason,
        hash=event.hash,
    )
    if event.kind is not AuditObject.IMPORT:
        return found
    sha256 = json.loads(event.after or "{}").get("sha256", "")
    return replace_fields(found, file_name=event.key, sha256=sha256)


def _imports(session: AnySession, organisation_id: int) -> Sequence[JournalEvent]:
    """Workbooks that any row of the structure came from, oldest first."""
    used = [
        select(table.import_id).where(table.organisation_id == organisation_id).distinct()
        for table in (mapper.class_ for mapper in Base.registry.mappers)
        if issubclass(table, Imported) and issubclass(table, OfOrganisation)
    ]
    rows = session.scalars(
        select(Import).where(Import.id.in_(union(*used))).order_by(Import.imported_at, Import.id)
    )
    action, subject = label(AuditAction.IMPORTED), label(AuditObject.IMPORT)
    return [
        JournalEvent(
            None,
            _in_utc(row.imported_at),
            "",
            action,
            f"{subject} {row.file_name}",
            file_name=row.file_name,
            sha256=row.sha256,
        )
        for row in rows
    ]


def _in_utc(moment: datetime) -> datetime:
    """SQLite forgets the zone of what was written as UTC."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_target(path: Path, *, replace: bool) -> None:
    if path.exists() and not (replace and path.is_file()):
        raise Conflict(f"« {path} » existe déjà : --force le remplace")
    if not path.parent.is_dir():
        raise Conflict(f"le dossier « {path.parent} » n'existe pas : créez-le d'abord")
