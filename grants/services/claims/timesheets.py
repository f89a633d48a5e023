"""The time sheets that a claim rests on: where they stand, locked with it, opened again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.enums import AuditAction, AuditObject
from grants.errors import Conflict
from grants.models.base import AnySession
from grants.models.timesheets import TimeSheet
from grants.periods import month_index
from grants.rules.checks.claim_timesheets import (
    ClaimSheet,
    ClaimSheets,
    NeededSheet,
    lock_name,
    months_of_sheets,
    needed_sheets,
)
from grants.rules.claims.claim import Claim
from grants.rules.timesheets.state import signed_state
from grants.services.audit.deed import Deed
from grants.services.audit.reading import PART_OF
from grants.services.audit.writing import record
from grants.services.timesheets.readers import record_fact
from grants.services.timesheets.steps import lock_sheets, unlock_sheets


def claim_sheets(session: AnySession, claim: Claim) -> ClaimSheets:
    """Sheets of the claim's lines that are valued by hours, one query whatever their number."""
    needed = needed_sheets(claim)
    if not needed:
        return ClaimSheets(())
    months = [month_index(one.month) for one in needed]
    query = select(TimeSheet).where(
        TimeSheet.person_id.in_({one.person_id for one in needed}),
        TimeSheet.month >= min(months),
        TimeSheet.month <= max(months),
    )
    rows = {(row.person_id, row.month): row for row in session.scalars(query)}
    return ClaimSheets(
        tuple(_standing(one, rows.get((one.person_id, month_index(one.month)))) for one in needed)
    )


def _standing(needed: NeededSheet, row: TimeSheet | None) -> ClaimSheet:
    if row is None:
        return ClaimSheet(needed)
    state = signed_state(record_fact(row))
    return ClaimSheet(needed, state, row.locked_at is not None, row.locked_for)


def lock_claim_sheets(
    session: Session,
    *,
    claim: Claim,
    deed: Deed,
) -> int:
    """Lock the claim's signed sheets for it, so that its hours stand still. Flushes.

    Returns: how many were locked.
    Raises: Conflict: none of them is signed by both and still open.
    """
    lockable = claim_sheets(session, claim).lockable
    if not lockable:
        raise Conflict("aucune feuille signée n'est à verrouiller : faites signer les autres")
    name = lock_name(claim)
    locked = lock_sheets(
        session, person_months=months_of_sheets(lockable), locked_for=name, deed=deed
    )  # fmt: skip
    _tell(session, claim, {"sheets_locked": locked}, deed)
    return locked


def unlock_claim_sheets(
    session: Session,
    *,
    claim: Claim,
    deed: Deed,
) -> int:
    """Open the sheets that are locked for the claim; signatures stay. Flushes.

    Returns: how many were opened.
    Raises: Conflict: none is locked for it, or the reason is too short (field ``reason``).
    """
    locked = claim_sheets(session, claim).locked_by(lock_name(claim))
    if not locked:
        raise Conflict("aucune feuille n'est verrouillée pour ce bilan : rien n'est à ouvrir")
    opened = unlock_sheets(session, person_months=months_of_sheets(locked), deed=deed)
    _tell(session, claim, {"sheets_unlocked": opened}, deed)
    return opened


def _tell(
    session: Session,
    claim: Claim,
    after: dict[str, int],
    deed: Deed,
) -> None:
    period = claim.period
    key = PART_OF.join(
        (claim.convention.number, f"{period.start.isoformat()} – {period.last.isoformat()}")
    )
    record(
        session, deed=deed, organisation_id=claim.convention.organisation.id,
        action=AuditAction.CHANGED, object_kind=AuditObject.CLAIM, object_key=key, after=after,
    )  # fmt: skip
