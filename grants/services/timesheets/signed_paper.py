"""A sheet closed from outside the flow: by the copy that was signed on paper."""

from __future__ import annotations

from datetime import date

from grants.enums import SheetStepKind
from grants.errors import Conflict, TransitionRefused
from grants.french import day_fr
from grants.models.base import AnySession
from grants.rules.timesheets.document import FirstSignature
from grants.rules.timesheets.sheet import Sheet
from grants.rules.timesheets.state import SheetEvent
from grants.services.audit.deed import Deed
from grants.services.timesheets.documents import keep_document
from grants.services.timesheets.hold import hold, require_reason, sheet_name


def attach_scan(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    piece: str,
    signed_by_person_on: date,
    signed_by_manager_on: date,
    manager: str,
    deed: Deed,
) -> Sheet:
    """Enter the signatures of a sheet that was signed on paper; ``piece`` is the scan's reference.

    Raises: TransitionRefused: locked. Conflict: days out of order or in the future, no manager, a
    scan that stands there already without a reason to replace it; ``field`` says which.
    """
    held = hold(session, person_id, month, deed, SheetEvent.SCAN)
    _check_paper(held.sheet, signed_by_person_on, signed_by_manager_on, manager, deed.as_of)
    why = require_reason(deed.reason) if held.row.piece or held.is_signed else deed.reason.strip()
    row = held.row
    held.clear_signatures()
    row.signed_by_person_on, row.signed_by_manager_on = signed_by_person_on, signed_by_manager_on
    row.signer, row.manager, row.piece = held.sheet.person.name, manager.strip(), piece
    row.returned_reason = ""
    keep_document(
        held,
        FirstSignature(
            row.signer, signed_by_person_on, None, row.manager, signed_by_manager_on, piece
        ),
    )
    held.close_days()
    return held.closed_by(SheetStepKind.SCANNED, reason=why)


def _check_paper(
    sheet: Sheet, person_on: date, manager_on: date, manager: str, as_of: date
) -> None:
    if not sheet.total_minutes:
        raise TransitionRefused(
            f"{sheet_name(sheet)} : aucune heure n'est saisie ; saisissez d'abord celles de la "
            f"feuille."
        )
    last = max((one.day for one in sheet.days if one.contract_minutes), default=sheet.month.last)
    checks = (
        (person_on >= last, "signed_by_person_on", f"l'agent signe à partir du {day_fr(last)}"),
        (manager_on >= person_on, "signed_by_manager_on", "le responsable signe après l'agent"),
        (manager_on <= as_of, "signed_by_manager_on", "une signature à venir n'en est pas une"),
        (bool(manager.strip()), "manager", "donnez le nom du responsable qui a signé"),
    )
    for holds, field, message in checks:
        if not holds:
            raise Conflict(f"{sheet_name(sheet)} : {message}.", field=field)
