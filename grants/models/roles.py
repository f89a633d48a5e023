"""Roles held, lent and offered: memberships, delegations, invitations."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.audit import UtcMoment
from grants.models.base import Base, Dated, Identified

REASON_LENGTH = 300


class Membership(Identified, Dated, Base):
    """A user's role in an organisation over days; ``end_on`` is the first day without it.

    The platform's operator has no organisation, an auditor's role always ends. ``person_id`` is the
    agent that the user is, where the organisation employs them. A manager has everybody of the
    organisation, or with ``has_whole_team`` unset those of ``ManagedPerson`` and no other.
    ``sees_eligibility`` opens the reasons why participants are eligible: health and benefits.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", "role", "start_on"),
        CheckConstraint("(role = 'operator') = (organisation_id IS NULL)", name="operator"),
        CheckConstraint("role <> 'auditor' OR end_on IS NOT NULL", name="auditor_ends"),
        CheckConstraint("end_on > start_on", name="period"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    has_whole_team: Mapped[bool] = mapped_column(default=True, server_default=true())
    sees_eligibility: Mapped[bool] = mapped_column(default=False, server_default=false())


class AuditedConvention(Base):
    """A convention that an auditor may read: an auditor sees those named here and no other."""

    __tablename__ = "audited_conventions"

    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), primary_key=True)
    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"), primary_key=True)


class ManagedPerson(Base):
    """An agent of a manager's team, where the team is not the whole organisation."""

    __tablename__ = "managed_persons"

    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)


class Delegation(Identified, Base):
    """A role that somebody exercises for somebody else who is absent, from ``start_on`` until the
    day before ``end_on``.

    Like a membership it is read before it is known whose rows a visitor reaches: no tenant's row.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("end_on > start_on", name="period"),
        CheckConstraint("from_user_id <> to_user_id", name="somebody_else"),
        CheckConstraint("role IN ('manager', 'finance', 'director')", name="role"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    from_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    to_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    start_on: Mapped[date] = mapped_column(Date)
    end_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class RoleRequest(Identified, Base):
    """A right that somebody asks for themselves, until somebody else answers: a role, a later end
    of one, or the substitution of ``holder_id``. ``wanted`` holds its limits, as JSON.

    Like a membership it is no tenant's row: the platform's operators may ask too.
    """

    __tablename__ = "role_requests"
    __table_args__ = (
        CheckConstraint("decided_by_id <> asked_by_id OR NOT is_accepted", name="somebody_else"),
        CheckConstraint("decided_at IS NOT NULL OR NOT is_accepted", name="decided"),
    )

    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(40))
    wanted: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(UtcMoment)
    expires_at: Mapped[datetime] = mapped_column(UtcMoment)
    decided_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_accepted: Mapped[bool] = mapped_column(default=False, server_default=false())


OPEN = text("accepted_at IS NULL AND revoked_at IS NULL")
UNIQUE_OPEN = "uq_invitations_open"


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
            UNIQUE_OPEN,
            "email",
            "organisation_id",
            "role",
            unique=True,
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


@event.listens_for(Invitation.__table__, "before_create")
def hold_open_ones_alone(table: Table, _connection: Connection, **_options: object) -> None:
    """Narrow the unique index to invitations that still stand.

    Said when the table is made: an index that names PostgreSQL loads its three drivers' dialects,
    also in a process that never meets one.
    """
    for index in table.indexes:
        if index.name == UNIQUE_OPEN:
            index.dialect_kwargs.update(sqlite_where=OPEN, postgresql_where=OPEN)
