"""The trail, checked each day; who runs the platform is told by mail when it was altered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grants.enums import Role
from grants.models.accounts import User
from grants.models.roles import Membership
from grants.services.audit.writing import verify_trail
from grants.services.platform.mail import queue_mail


def check_trail(session: Session, *, day: date, at: datetime, site_url: str) -> int:
    """Check every chain of the trail; a daily task. Flushes.

    Returns: how many chains are broken. Each operator then has one mail of the day.
    """
    broken = [chain for chain in verify_trail(session) if chain.report.broken]
    session.rollback()  # a long reading, and nothing written: see ``periodic.Work``
    if broken:
        codes = ", ".join(chain.code for chain in broken)
        for operator in _operators(session, day):
            queue_mail(
                session,
                to=operator.email,
                subject="Piste d'audit altérée",
                template="trail_altered",
                context={"name": operator.name, "codes": codes, "at": at, "site": site_url},
                key=f"trail:{day.isoformat()}:{operator.id}",
                at=at,
            )
    return len(broken)


def _operators(session: Session, day: date) -> Sequence[User]:
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.is_active,
            Membership.role == Role.OPERATOR,
            Membership.start_on <= day,
            or_(Membership.end_on.is_(None), Membership.end_on > day),
        )
        .order_by(User.id)
        .distinct()
    )
    return session.scalars(query).all()
