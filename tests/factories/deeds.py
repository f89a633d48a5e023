"""Who does something in a test that tells the trail."""

from __future__ import annotations

from datetime import datetime

from grants.enums import AuditVia
from grants.services.audit.deed import PROGRAM, Deed


def program_deed(at: datetime) -> Deed:
    """What the program does by itself at a moment."""
    return Deed(PROGRAM, at, AuditVia.CLI)
