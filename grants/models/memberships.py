"""Who does what for which organisation, and until when: an account without a row sees nothing."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Dated, Identified


class Membership(Identified, Dated, Base):
    """A user's role in an organisation over days; ``end_on`` is the first day without it.

    The platform's operator has no organisation, an auditor's role always ends. ``person_id`` is the
    agent that the user is, where the organisation employs them.
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


class AuditedConvention(Base):
    """A convention that an auditor may read: an auditor sees those named here and no other."""

    __tablename__ = "audited_conventions"

    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), primary_key=True)
    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"), primary_key=True)
