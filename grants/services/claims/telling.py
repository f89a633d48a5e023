"""What leaves the house and is told in the trail: claims and packs that a command wrote.

What pages show and give is told by ``reading_told``.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import BinaryIO

from grants.enums import AuditAction, AuditObject
from grants.models.base import AnySession
from grants.rules.audit.chain import Document
from grants.rules.claims.claim import Claim
from grants.services.audit.deed import Deed
from grants.services.audit.reading import PART_OF
from grants.services.audit.writing import record

PART_BYTES = 1 << 20


def record_claim_export(
    session: AnySession,
    claim: Claim,
    claim_json: BinaryIO,
    *,
    deed: Deed,
) -> None:
    """Tell that a claim was handed out, with the hash of its ``claim.json``. Flushes."""
    claim_json.seek(0)
    digest = hashlib.sha256()
    for part in iter(partial(claim_json.read, PART_BYTES), b""):
        digest.update(part)
    sha256 = digest.hexdigest()
    _record(
        session, claim, AuditAction.CLAIM_EXPORTED, AuditObject.CLAIM, {"sha256": sha256},
        deed=deed,
    )  # fmt: skip


def record_pack(
    session: AnySession,
    claim: Claim,
    path: Path,
    *,
    files: int,
    deed: Deed,
) -> None:
    """Tell that a pack was written to ``path``, with the hash of the zip. Flushes."""
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    found: Document = {"file": path.name, "files": files, "sha256": sha256}
    _record(
        session, claim, AuditAction.PACK_MADE, AuditObject.PACK, found,
        deed=deed,
    )  # fmt: skip


def _record(
    session: AnySession,
    claim: Claim,
    action: AuditAction,
    kind: AuditObject,
    found: Document,
    *,
    deed: Deed,
) -> None:
    period = claim.period
    key = PART_OF.join(
        (claim.convention.number, f"{period.start.isoformat()} – {period.last.isoformat()}")
    )
    after: Document = {
        "number": claim.convention.number,
        "first_day": period.start,
        "last_day": period.last,
        "kind": claim.kind,
        **found,
    }
    record(
        session,
        deed=deed,
        organisation_id=claim.convention.organisation.id,
        action=action,
        object_kind=kind,
        object_key=key,
        after=after,
    )
