"""What a visitor's change hands to the trail."""

from __future__ import annotations

from grants.clock import clock
from grants.enums import AuditVia
from grants.services.audit.deed import Told
from grants.views.edge.actor import visitor_actor, visitor_origin


def told(reason: str = "") -> Told:
    """The visitor, by the site, now."""
    now = clock()
    return Told(
        visitor_actor(), AuditVia.WEB, now.now(), now.today(), visitor_origin(), reason.strip()
    )
