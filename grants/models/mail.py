"""The outbox: every mail is a row before it is a message, so that none is lost and none sent twice.

Whoever causes a mail adds the row in the same transaction as what the mail tells; sending comes
after, by another process.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.audit import UtcMoment
from grants.models.base import Base, Identified


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
