"""Flow of a time sheet: draft, finished by the person, approved by the manager, locked.

The state is derived from signatures and locks, never stored. A lock by period closes hours, not
signatures: who was late still signs and approves what stands. A lock for a claim closes both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from grants.enums import SheetState
from grants.errors import TransitionRefused
from grants.periods import Period


class SheetEvent(StrEnum):
    """What may happen to a sheet as a whole."""

    SIGN = "sign"
    TAKE_BACK = "take_back"
    APPROVE = "approve"
    RETURN = "return"
    REOPEN = "reopen"
    SCAN = "scan"
    LOCK = "lock"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """What is stored of a month besides its hours and days; a month nobody touched has none."""

    version: int = 0
    signed_by_person_on: date | None = None
    signed_by_manager_on: date | None = None
    signed_by_person_at: datetime | None = None
    signed_by_manager_at: datetime | None = None
    signer_id: int | None = None
    signer: str = ""
    approver_id: int | None = None
    manager: str = ""
    piece: str = ""
    content_sha256: str = ""
    hours_sha256: str = ""
    returned_reason: str = ""
    is_partly_open: bool = False
    locked_at: datetime | None = None
    locked_for: str = ""
    unlocked_until: date | None = None


UNTOUCHED = SheetRecord()

_REFUSALS: Mapping[tuple[SheetState, SheetEvent], str] = {
    (SheetState.DRAFT, SheetEvent.TAKE_BACK): "la feuille n'est pas signée : corrigez-la",
    (SheetState.DRAFT, SheetEvent.APPROVE): "l'agent ne l'a pas encore signée : attendez sa "
    "signature",
    (SheetState.DRAFT, SheetEvent.RETURN): "elle est déjà chez l'agent",
    (SheetState.DRAFT, SheetEvent.REOPEN): "elle est déjà ouverte",
    (SheetState.FINISHED, SheetEvent.SIGN): "elle est déjà signée par l'agent",
    (SheetState.APPROVED, SheetEvent.SIGN): "elle est déjà signée et validée",
    (SheetState.APPROVED, SheetEvent.TAKE_BACK): "elle est validée : demandez à votre "
    "responsable de la rouvrir",
    (SheetState.APPROVED, SheetEvent.APPROVE): "elle est déjà validée",
    (SheetState.APPROVED, SheetEvent.RETURN): "elle est validée : rouvrez-la",
}


def signed_state(record: SheetRecord) -> SheetState:
    """Where the signatures stand, whatever is locked.

    Example:
    >>> signed_state(SheetRecord(signed_by_person_on=date(2025, 2, 1))).value
    'finished'
    """
    if record.signed_by_manager_on is not None:
        return SheetState.APPROVED
    return SheetState.DRAFT if record.signed_by_person_on is None else SheetState.FINISHED


def sheet_state(record: SheetRecord, month: Period, open_from: date | None) -> SheetState:
    """Where a month stands. Args: open_from: first day that the period lock leaves open.

    Example:
    >>> january = Period.month(date(2025, 1, 1))
    >>> [sheet_state(UNTOUCHED, january, date(2025, m, 1)).value for m in (1, 2)]
    ['draft', 'locked']
    """
    is_past = open_from is not None and open_from >= month.end
    if record.locked_at is not None or is_past:
        return SheetState.LOCKED
    return signed_state(record)


def refusal(record: SheetRecord, event: SheetEvent) -> str:
    """Why an event may not happen, in French; empty when it may. Every pair is decided here.

    Example:
    >>> refusal(UNTOUCHED, SheetEvent.SIGN), refusal(UNTOUCHED, SheetEvent.RETURN)
    ('', "elle est déjà chez l'agent")
    """
    if event in {SheetEvent.LOCK, SheetEvent.UNLOCK}:
        return ""
    if record.locked_at is not None:
        held = f"elle est verrouillée pour {record.locked_for}" if record.locked_for else ""
        return f"{held or 'elle est verrouillée'} : demandez au service financier de l'ouvrir"
    if event is SheetEvent.REOPEN and record.is_partly_open:
        return ""  # another day, or the rest of the month
    return _REFUSALS.get((signed_state(record), event), "")


def allowed_events(record: SheetRecord) -> frozenset[SheetEvent]:
    """Events that the state allows; who may cause them is another question."""
    return frozenset(event for event in SheetEvent if not refusal(record, event))


def require_allowed(record: SheetRecord, event: SheetEvent, name: str) -> None:
    """Stop an event that may not happen. Args: name: whose sheet of which month, for the text.

    Raises: TransitionRefused: the text says why and what to do.
    """
    reason = refusal(record, event)
    if reason:
        raise TransitionRefused(f"{name} : {reason}.")
