"""Whose sheets a visitor may have as files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import current_app

from grants.clock import clock
from grants.errors import NotFound
from grants.extensions import db
from grants.rules.timesheets.sheet import Sheet
from grants.services.platform.storage import FileStorage, piece_storage
from grants.services.timesheets.access import SheetRight, SheetRights, get_sheet_rights, seen
from grants.services.timesheets.loading import load_sheet
from grants.views.edge.permissions import held_roles

UNSIGNED = "Un contrôleur lit les feuilles signées par les deux, des mois de la convention qui lui "
UNSIGNED += "est ouverte : celle-ci n'en est pas."


def get_rights(person_id: int, right: SheetRight = SheetRight.READ) -> SheetRights:
    """What the visitor may do with a person's sheets.

    Raises: NotFound: they may not know of them. Forbidden: they may, and lack the right.
    """
    return get_sheet_rights(db.session(), held_roles(), person_id=person_id, right=right)


def get_month(rights: SheetRights, month: date) -> Sheet:
    """The month as the visitor may see it.

    Raises: NotFound: for an auditor, a sheet without both signatures or of other days.
    """
    sheet = load_sheet(
        db.session(),
        person_id=rights.person_id,
        month=month,
        as_of=clock().today(),
        may_override=rights.overrides,
    )
    shown = seen([sheet], rights)
    if not shown:
        raise NotFound(UNSIGNED)
    return shown[0]


def storage() -> FileStorage:
    """Where files are kept."""
    return piece_storage(Path(current_app.config["DATA_DIR"]))
