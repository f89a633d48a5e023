"""A sheet's way: signed by the person, approved by the manager, sent back, reopened, locked.

Every step takes the sheet's row first, asks the rule, writes a step that stays, and tells the
trail. Signatures carry the hash of what was signed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from grants.enums import SheetOddity, SheetState, SheetStepKind
from grants.errors import Conflict, Forbidden, GrantsError, TransitionRefused
from grants.french import count, day_fr, listed
from grants.models.base import AnySession
from grants.models.people import Person
from grants.rules.timesheets.document import DocumentState, FirstSignature
from grants.rules.timesheets.sheet import Sheet
from grants.rules.timesheets.state import SheetEvent
from grants.services.audit.deed import Deed
from grants.services.timesheets.claim_locks import DAYS_REOPENED, lock_sheets, unlock_sheets
from grants.services.timesheets.documents import keep_document, keep_what_was_not
from grants.services.timesheets.hold import SheetHold, hold, require_reason, sheet_name
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.signed_paper import attach_scan
from grants.services.timesheets.store import require_version, write_days

__all__ = [
    "SheetChoice",
    "SheetRefusal",
    "approve_sheet",
    "approve_sheets",
    "attach_scan",
    "lock_sheets",
    "reopen_sheet",
    "require_reason",
    "return_sheet",
    "sign_sheet",
    "take_back",
    "unlock_sheets",
]


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """A sheet to approve, as it was shown."""

    person_id: int
    month: date
    version: int


@dataclass(frozen=True, slots=True)
class SheetRefusal:
    """A sheet that was not approved, and why."""

    choice: SheetChoice
    person: str
    message: str


def sign_sheet(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    version: int | None = None,
    deed: Deed,
) -> Sheet:
    """The person signs the month: hours are closed until the signature is taken back.

    Raises: TransitionRefused: signed or locked already; days wait for confirmation; work is still
    to come; nothing stands there. Conflict: the sheet is not the one that was shown.
    """
    held = hold(session, person_id, month, deed, SheetEvent.SIGN)
    require_version(held.row, version)
    _require_complete(held.sheet, deed.as_of)
    row = held.row
    row.signed_by_person_on, row.signed_by_person_at = deed.as_of, deed.at
    row.signer_id, row.signer = deed.actor.id, held.sheet.person.name
    row.returned_reason = ""
    keep_document(held, FirstSignature(row.signer, deed.as_of, deed.at))
    held.close_days()
    return held.closed_by(SheetStepKind.SIGNED, name=held.sheet.person.name)


def _require_complete(sheet: Sheet, as_of: date) -> None:
    name = sheet_name(sheet)
    if not sheet.needs_sheet:
        raise TransitionRefused(sheet.no_sheet_because)
    waiting = sheet.proposed_days
    if waiting:
        days = listed((day_fr(day) for day in waiting), 5)
        raise TransitionRefused(
            f"{name} : {count(len(waiting), 'jour proposé')} à confirmer ou à corriger avant de "
            f"signer : {days}."
        )
    coming = [one.day for one in sheet.days if one.contract_minutes and one.day > as_of]
    if coming:
        left = count(len(coming), "jour de travail reste", "jours de travail restent")
        raise TransitionRefused(
            f"{name} : le mois n'est pas fini, {left} ; signez à partir du {day_fr(coming[-1])}."
        )
    if not sheet.total_minutes and sheet.contract_minutes:
        raise TransitionRefused(
            f"{name} : aucune heure n'est saisie ; remplissez la feuille, ou déclarez l'absence."
        )


def take_back(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    deed: Deed,
) -> Sheet:
    """The person takes back the signature before anybody approved.

    Raises: TransitionRefused: not signed, approved or locked. Conflict: a reason too short.
    """
    held = hold(session, person_id, month, deed, SheetEvent.TAKE_BACK)
    why = require_reason(deed.reason)
    held.clear_signatures()
    return held.closed_by(SheetStepKind.REOPENED, name=held.sheet.person.name, reason=why)


def approve_sheet(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    version: int | None = None,
    deed: Deed,
    own_person_ids: Collection[int] = (),
    name: str = "",
) -> Sheet:
    """The manager signs a month that the person has signed.

    Args: own_person_ids: agents that the manager is. name: as it is to be read under the sheet,
    « Y, pour X » for a substitute; by default the actor's.
    Raises: TransitionRefused: not signed, approved or locked, or contradicted by contract or leave.
    Forbidden: the signer approves. Conflict: the sheet is not the one that was shown.
    """
    held = hold(session, person_id, month, deed, SheetEvent.APPROVE)
    require_version(held.row, version)
    is_signer = deed.actor.id is not None and deed.actor.id == held.row.signer_id
    if is_signer or person_id in own_person_ids:
        raise Forbidden(
            f"{sheet_name(held.sheet)} : on ne valide pas la feuille que l'on a signée ; demandez "
            f"à un autre responsable."
        )
    _require_sound(held.sheet)
    row = held.row
    row.signed_by_manager_on, row.signed_by_manager_at = deed.as_of, deed.at
    row.approver_id, row.manager = deed.actor.id, name or deed.actor.label
    keep_what_was_not(held)
    return held.closed_by(SheetStepKind.APPROVED, name=name)


def _require_sound(sheet: Sheet) -> None:
    faults = [one for one in sheet.oddities if one.blocks]
    if sheet.document_state is DocumentState.ALTERED:
        raise TransitionRefused(
            f"{sheet_name(sheet)} : le document que l'agent a signé a été modifié hors du "
            f"programme ; renvoyez la feuille pour qu'il la signe à nouveau."
        )
    if sheet.has_changed_since_signed:
        raise TransitionRefused(
            f"{sheet_name(sheet)} : la feuille, ou une absence, a changé depuis la signature de "
            f"l'agent ; renvoyez-la pour qu'il la signe à nouveau."
        )
    faults = [one for one in faults if one.kind is not SheetOddity.APPROVER_IS_SIGNER]
    if faults:
        texts = " ; ".join(one.message for one in faults)
        raise TransitionRefused(f"{sheet_name(sheet)} : {texts}. Renvoyez la feuille à l'agent.")


def approve_sheets(
    session: AnySession,
    *,
    sheets: Sequence[SheetChoice],
    deed: Deed,
    own_person_ids: Collection[int] = (),
    name: str = "",
) -> tuple[SheetRefusal, ...]:
    """Approve every sheet that may be, each with a step of its own, at one moment.

    Returns: all the refusals; a refused sheet is left as it was, none half.
    """
    refusals = []
    # In one order, so that two managers at once never wait for each other.
    for choice in sorted(sheets, key=lambda one: (one.person_id, one.month)):
        try:
            with session.begin_nested():
                approve_sheet(
                    session,
                    person_id=choice.person_id,
                    month=choice.month,
                    version=choice.version,
                    deed=deed,
                    own_person_ids=own_person_ids,
                    name=name,
                )
        except GrantsError as error:
            refusals.append(SheetRefusal(choice, _person_name(session, choice), str(error)))
    return tuple(refusals)


def _person_name(session: AnySession, choice: SheetChoice) -> str:
    person = session.get(Person, choice.person_id)
    return f"{person.last_name} {person.first_name}" if person else ""


def return_sheet(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    deed: Deed,
    name: str = "",
) -> Sheet:
    """The manager sends a signed month back to the person, who reads why.

    Raises: TransitionRefused: not signed, approved or locked. Conflict: a reason too short.
    """
    held = hold(session, person_id, month, deed, SheetEvent.RETURN)
    why = require_reason(deed.reason)
    held.clear_signatures()
    held.row.returned_reason = why
    return held.closed_by(SheetStepKind.RETURNED, name=name, reason=why)


def reopen_sheet(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    day: date | None = None,
    may_override: bool = False,
    deed: Deed,
    name: str = "",
) -> Sheet:
    """Open a signed or approved month again, or one day of it; both signatures are asked for anew
    and the earlier ones stay readable among the steps.

    Args: may_override: whoever reopens has the days of grace after a period lock.
    Raises: TransitionRefused: not signed, locked for a claim or by its date. Conflict: a reason too
    short, a day of another month.
    """
    held = hold(session, person_id, month, deed, SheetEvent.REOPEN, may_override)
    why = require_reason(deed.reason)
    sheet, row = held.sheet, held.row
    if sheet.state is SheetState.LOCKED:
        raise TransitionRefused(
            f"{sheet_name(sheet)} : le mois est verrouillé par sa date ; demandez au service "
            f"financier de le déverrouiller."
        )
    if day is not None and not sheet.month.contains(day):
        raise Conflict(f"Le {day_fr(day)} n'est pas un jour de ce mois.", field="day")
    row.is_partly_open = day is not None
    if day is not None:
        write_days(session, row, {day: {"is_reopened": True}})
    held.clear_signatures()
    row.returned_reason = why
    if may_override and _is_past_lock(session, held):
        row.unlocked_until = deed.as_of + timedelta(days=DAYS_REOPENED)
    return held.closed_by(SheetStepKind.REOPENED, name=name, reason=why, day=day)


def _is_past_lock(session: AnySession, hold: SheetHold) -> bool:
    """Whether the month is closed by its date for everybody who has no days of grace."""
    session.flush()
    plain = load_sheet(
        session,
        person_id=hold.row.person_id,
        month=hold.sheet.month.start,
        as_of=hold.deed.as_of,
    )
    return plain.state is SheetState.LOCKED
