"""Reading pay and taking a file away, told in the trail: who saw whose pay must be answerable.

Pages are told once a day for each account and convention, so that nobody fills the trail by
looking; files each time.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select

from grants.enums import AuditAction, AuditObject
from grants.models.audit import AuditEvent
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.services.audit.deed import PARIS, Deed
from grants.services.audit.reading import PART_OF
from grants.services.audit.writing import record


def record_pay_read(session: AnySession, *, convention_id: int, deed: Deed) -> bool:
    """Tell that somebody read the pay behind a convention's claim; whether it was not told today
    yet. Flushes.
    """
    row = session.get_one(Convention, convention_id)
    if _is_told(session, row, deed):
        return False
    record(
        session, deed=deed, organisation_id=row.organisation_id, action=AuditAction.READ,
        object_kind=AuditObject.CLAIM, object_key=row.number,
    )  # fmt: skip
    return True


def record_download(session: AnySession, *, convention_id: int, file: str, deed: Deed) -> None:
    """Tell that somebody took a file of a convention's claim away. Flushes."""
    row = session.get_one(Convention, convention_id)
    record(
        session, deed=deed, organisation_id=row.organisation_id, action=AuditAction.DOWNLOADED,
        object_kind=AuditObject.CLAIM, object_key=PART_OF.join((row.number, file)),
        after={"file": file},
    )  # fmt: skip


def _is_told(session: AnySession, row: Convention, deed: Deed) -> bool:
    midnight = datetime.combine(deed.as_of, time(), PARIS)
    query = select(AuditEvent.id).where(
        AuditEvent.chain == row.organisation_id,
        AuditEvent.object_kind == AuditObject.CLAIM.value,
        AuditEvent.object_key == row.number,
        AuditEvent.action == AuditAction.READ.value,
        AuditEvent.actor_id == deed.actor.id,
        AuditEvent.at >= midnight,
    )
    return session.scalar(query.limit(1)) is not None
