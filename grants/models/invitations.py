"""Invitations: a role that waits for somebody to accept it by a link sent to their address.

No account and no role exists before that: whoever invites learns nothing of who has an account.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.audit import UtcMoment
from grants.models.base import Base, Identified

OPEN = text("accepted_at IS NULL AND revoked_at IS NULL")


class Invitation(Identified, Base):
    """A role offered by mail. The mail holds the token, the database its hash; sending it anew
    draws another token, so that the former link is dead.

    Like a membership it is read before it is known whose rows a visitor reaches: no tenant's row.
    ``last_on`` is the last day of the role offered.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("(role = 'operator') = (organisation_id IS NULL)", name="operator"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
        Index(
            "uq_invitations_open",
            "email",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(40))
    last_on: Mapped[date | None] = mapped_column(Date)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    has_whole_team: Mapped[bool] = mapped_column(default=True)
    invited_by: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcMoment)
    expires_at: Mapped[datetime] = mapped_column(UtcMoment)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class InvitedConvention(Base):
    """A convention that the auditor invited is to read."""

    __tablename__ = "invited_conventions"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), primary_key=True)
    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"), primary_key=True)


class InvitedPerson(Base):
    """An agent of the team of the manager invited."""

    __tablename__ = "invited_persons"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
