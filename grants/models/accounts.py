"""Accounts and what guards the door: factors, sessions, steps, identities, failed log-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.audit import UtcMoment
from grants.models.base import Base, Identified


class UserSession(Identified, Base):
    """One browser that is logged in. The cookie holds the token, the database only its hash: who
    reads the table cannot enter with it.

    ``id_token`` is what an identity provider vouched with: it wants it back at the log-out.
    """

    __tablename__ = "user_sessions"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
    seen_at: Mapped[datetime] = mapped_column(UtcMoment)
    expires_at: Mapped[datetime] = mapped_column(UtcMoment, index=True)
    address: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(80))
    id_token: Mapped[str | None] = mapped_column(Text)


class SecondFactor(Base):
    """The secret that an account's telephone shares with us, encrypted; not in use until confirmed.

    ``last_step`` is the half minute of the last code taken: no code is taken twice.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    secret: Mapped[str] = mapped_column(String(300))
    begun_at: Mapped[datetime] = mapped_column(UtcMoment)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Identified, Base):
    """A code that opens the account once when the telephone is lost.

    Its first letters, ``selector``, find the row; the rest is kept as an argon2id hash.
    """

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "selector"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    selector: Mapped[str] = mapped_column(String(4))
    code_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class LoginStep(Identified, Base):
    """A log-in between password and code. Kept here and not in the cookie, which its holder can
    read: whether the password was right stays untold until the code is given.

    Where an identity provider vouched in place of the password, the step keeps its word too.
    """

    __tablename__ = "login_steps"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    has_password: Mapped[bool] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(UtcMoment, index=True)
    issuer: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(String(255))
    id_token: Mapped[str | None] = mapped_column(Text)


class UserIdentity(Identified, Base):
    """Somebody at an identity provider who opens an account here: issuer and subject, never an
    e-mail address, which may go to somebody else one day. One of each provider for an account.
    """

    __tablename__ = "user_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(UtcMoment)


class AccountToken(Identified, Base):
    """A link that was sent by mail, with leave to choose a new password.

    One of a purpose lives for an account; a new one takes its place, using it removes it.
    """

    __tablename__ = "account_tokens"
    __table_args__ = (UniqueConstraint("user_id", "purpose"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcMoment)
    expires_at: Mapped[datetime] = mapped_column(UtcMoment)


class LoginFailure(Identified, Base):
    """One refused log-in, or one link asked for (``door``). The e-mail is kept as a hash: what is
    typed there may be a password.
    """

    __tablename__ = "login_failures"
    __table_args__ = (Index("ix_login_failures_email_hash_failed_at", "email_hash", "failed_at"),)

    email_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    door: Mapped[str] = mapped_column(String(10), default="login", server_default="login")


class User(Identified, Base):
    """Someone who logs in. The password is kept as an argon2id hash only."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
