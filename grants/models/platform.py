"""What carries the rest: imported files, outgoing mail, daily tasks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.audit import UtcMoment
from grants.models.base import Base, Identified


class Import(Identified, Base):
    """One workbook that was read in: its name, its hash, when."""

    __tablename__ = "imports"

    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OutgoingMail(Identified, Base):
    """One mail to one address.

    ``key`` names what it tells, so that telling it again adds nothing. ``send_after`` is the next
    try, and while somebody sends it the end of his lease. ``body`` is emptied once it is sent: it
    may hold a link that opens an account.
    """

    __tablename__ = "outgoing_mails"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_outgoing_mails_sent_at_send_after", "sent_at", "send_after"),
    )

    key: Mapped[str] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcMoment)
    send_after: Mapped[datetime] = mapped_column(UtcMoment)
    sent_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")


class PeriodicRun(Base):
    """One task of ``services/daily/periodic.py``. ``done_on`` is the last day that it was done for.

    Who does it holds it until ``leased_until`` under the number ``lease``; ``failures`` counts the
    tries since it last went well.
    """

    __tablename__ = "periodic_runs"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("lease >= 0", name="lease"),
    )

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    done_on: Mapped[date | None] = mapped_column(Date)
    lease: Mapped[int] = mapped_column(Integer, default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcMoment)
    failures: Mapped[int] = mapped_column(Integer, default=0)
