"""A restoration in the trail: what was put back, and who runs the platform from now on.

A restored database may be anybody's: its own trail cannot be asked who made whom an operator.
"""

from __future__ import annotations

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import Session

from grants.enums import AuditAction, AuditObject, Role
from grants.models.accounts import User
from grants.models.roles import Membership
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.backup.format import Manifest
from grants.services.platform.tenancy import EVERY, set_scope


def tell_restoration(
    connection: Connection, manifest: Manifest, *, sha256: str, is_ours: bool, deed: Deed
) -> tuple[str, ...]:
    """Tell the restored trail, inside the restoration's own transaction.

    Returns: the operators who may log in, by name and number.
    """
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        set_scope(session, EVERY)
        found = _operators(session, deed)
        record(
            session, deed=deed, organisation_id=None, action=AuditAction.RESTORED,
            object_kind=AuditObject.BACKUP, object_key=manifest.created_at,
            after={
                "sha256": sha256, "program": manifest.program_version, "rows": manifest.rows,
                "backup_key": manifest.key, "is_own_backup": is_ours,
                "operators": ", ".join(found),
            },
        )  # fmt: skip
        session.commit()
    return found


def _operators(session: Session, deed: Deed) -> tuple[str, ...]:
    query = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.is_active,
            Membership.role == Role.OPERATOR.value,
            Membership.start_on <= deed.as_of,
            or_(Membership.end_on.is_(None), Membership.end_on > deed.as_of),
        )
        .distinct()
        .order_by(User.id)
    )
    return tuple(f"{name} (compte {number})" for number, name in session.execute(query))
