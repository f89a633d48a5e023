"""What the trail is told when somebody changes their own account."""

from __future__ import annotations

from collections.abc import Mapping

from flask_login import current_user

from grants.clock import clock
from grants.enums import AuditAction, AuditVia
from grants.extensions import db
from grants.rules.audit.chain import Value
from grants.services.accounts.telling import record_account
from grants.views.edge.actor import visitor_actor, visitor_origin


def tell(after: Mapping[str, Value], before: Mapping[str, Value] | None = None) -> None:
    """Record a change in the transaction that makes it."""
    record_account(
        db.session(),
        current_user.account,
        action=AuditAction.CHANGED,
        before=before,
        after=after,
        actor=visitor_actor(),
        via=AuditVia.WEB,
        origin=visitor_origin(),
        at=clock().now(),
    )
