"""What the trail is told when somebody changes their own account."""

from __future__ import annotations

from collections.abc import Mapping

from flask_login import current_user

from grants.enums import AuditAction
from grants.extensions import db
from grants.rules.audit.chain import Value
from grants.services.accounts.telling import record_account
from grants.views.edge.deed import visitor_deed


def tell(after: Mapping[str, Value], before: Mapping[str, Value] | None = None) -> None:
    """Record a change in the transaction that makes it."""
    record_account(
        db.session(),
        current_user.account,
        deed=visitor_deed(),
        action=AuditAction.CHANGED,
        before=before,
        after=after,
    )
