"""Whose sheets a visitor may have as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from flask import current_app

from grants.clock import clock
from grants.errors import NotFound
from grants.extensions import db
from grants.rules.timesheets.sheet import Sheet
from grants.services.platform.storage import FileStorage, piece_storage
from grants.services.timesheets.access import SheetRight, SheetRights, get_sheet_rights
from grants.services.timesheets.loading import load_sheet
from grants.views.edge.permissions import held_roles

UNSIGNED = "Cette feuille n'est pas encore signée : un contrôleur lit celles qui le sont."


def get_rights(person_id: int, right: SheetRight = SheetRight.READ) -> SheetRights:
    """What the visitor may do with a person's sheets.

    Raises: NotFound: they may not know of them. Forbidden: they may, and lack the right.
    """
    return get_sheet_rights(db.session(), held_roles(), person_id=person_id, right=right)


def get_month(rights: SheetRights, month: date) -> Sheet:
    """The month as the visitor may see it.

    Raises: NotFound: a sheet without both signatures, for an auditor.
    """
    sheet = load_sheet(
        db.session(),
        person_id=rights.person_id,
        month=month,
        as_of=clock().today(),
        may_override=rights.overrides,
    )
    shown = visible([sheet], rights)
    if not shown:
        raise NotFound(UNSIGNED)
    return shown[0]


def visible(sheets: Sequence[Sheet], rights: SheetRights) -> list[Sheet]:
    """Sheets that the visitor may see: an auditor those that both have signed."""
    return [one for one in sheets if one.signed_by_manager or not rights.is_audit]


def storage() -> FileStorage:
    """Where files are kept."""
    return piece_storage(Path(current_app.config["DATA_DIR"]))
