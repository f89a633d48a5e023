"""What guards the door: log-in attempts that failed, so that guessing a password gets slow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Identified


class LoginFailure(Identified, Base):
    """One refused log-in. The e-mail is kept as a hash: what is typed there may be a password."""

    __tablename__ = "login_failures"
    __table_args__ = (Index("ix_login_failures_email_hash_failed_at", "email_hash", "failed_at"),)

    email_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
