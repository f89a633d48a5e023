"""Who does something, by which door and when: what every change hands to the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from grants.enums import AuditVia
from grants.services.audit.writing import Actor


@dataclass(frozen=True, slots=True)
class Told:
    """Who does it, by which door, when. ``as_of`` is the day in France, ``at`` the moment."""

    actor: Actor
    via: AuditVia
    at: datetime
    as_of: date
    origin: str = ""
    reason: str = ""
