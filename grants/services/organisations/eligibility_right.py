"""Who may read why participants are eligible: a right of each role that somebody holds, given and
taken by an administrator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grants.enums import AuditAction, AuditObject, Role
from grants.errors import Forbidden, NotFound
from grants.labels import label
from grants.models.accounts import User
from grants.models.roles import Membership
from grants.services.audit.deed import Deed
from grants.services.audit.reading import PART_OF
from grants.services.audit.writing import record


@dataclass(frozen=True, slots=True)
class EligibilityRight:
    """A role that somebody holds, and whether it opens the reasons."""

    id: int
    name: str
    role: Role
    sees: bool


def list_rights(
    session: Session, *, organisation_id: int, as_of: date
) -> Sequence[EligibilityRight]:
    """Roles of an organisation that hold on a day or will, by name."""
    query = (
        select(Membership, User.name)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            or_(Membership.end_on.is_(None), Membership.end_on > as_of),
        )
        .order_by(User.name, Membership.id)
    )
    return [
        EligibilityRight(row.id, name, Role(row.role), row.sees_eligibility)
        for row, name in session.execute(query)
    ]


def switch_right(
    session: Session, *, organisation_id: int, membership_id: int, sees: bool, deed: Deed
) -> None:
    """Give or take the right; doing so twice tells once. Flushes, never commits.

    Raises: NotFound: no such role in the organisation. Forbidden: it would be given to oneself.
    """
    row = session.get(Membership, membership_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound("Ce rôle n'existe pas, ou n'est pas de cette structure.")
    if sees and row.user_id == deed.actor.id:
        raise Forbidden(
            "Personne ne se donne un droit à soi-même : un autre administrateur vous le donne."
        )
    if row.sees_eligibility == sees:
        return
    row.sees_eligibility = sees
    session.flush()
    record(
        session, deed=deed, organisation_id=organisation_id, action=AuditAction.CHANGED,
        object_kind=AuditObject.ROLE,
        object_key=f"{row.user_id}{PART_OF}{label(Role(row.role))}",
        before={"sees_eligibility": not sees}, after={"sees_eligibility": sees},
    )  # fmt: skip
