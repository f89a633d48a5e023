"""Slowing down those who guess, at every door: password, code, current password.

What is counted are refusals, by account and by place, in the database: several servers count
together. The same address gets the same answer whether or not it has an account.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from grants.errors import GrantsError
from grants.models.accounts import LoginFailure

# A person who mistypes gets five tries from one place; guesses spread over many places get twenty;
# one place that tries many accounts gets fifty.
WINDOW = timedelta(minutes=15)
TRIES_FROM_ONE_PLACE = 5
TRIES_FROM_ANYWHERE = 20
TRIES_OF_ONE_PLACE = 50
# NIST SP 800-63B, section 5.2.2: at most 100 failed attempts on one account.
TRIES_A_DAY = 100
DAY = timedelta(days=1)
ADDRESS_LENGTH = 64


class TooManyTries(GrantsError):
    """Too many refusals lately; the text says how long to wait."""


def normalised(email: str) -> str:
    """The one spelling of an e-mail address that accounts are kept under."""
    return email.strip().casefold()


def fingerprint(email: str) -> str:
    """What refusals are counted under: what is typed as an e-mail may be a password."""
    return sha256(normalised(email).encode()).hexdigest()


def refuse_guessing(session: Session, *, mark: str, address: str, at: datetime) -> None:
    """Let nobody try who was refused too often; ``mark`` is the ``fingerprint``.

    Raises: TooManyTries.
    """
    lately, mine = LoginFailure.failed_at > at - WINDOW, LoginFailure.email_hash == mark
    here = LoginFailure.address == address[:ADDRESS_LENGTH]
    limits = (
        ((mine, lately, here), TRIES_FROM_ONE_PLACE),
        ((mine, lately), TRIES_FROM_ANYWHERE),
        ((lately, here), TRIES_OF_ONE_PLACE),
        ((mine, LoginFailure.failed_at > at - DAY), TRIES_A_DAY),
    )
    if any(_count(session, *which) >= most for which, most in limits):
        minutes = int(WINDOW.total_seconds()) // 60
        raise TooManyTries(
            f"Trop de tentatives pour cette adresse : attendez {minutes} minutes, puis réessayez."
        )


def record_failure(session: Session, *, mark: str, address: str, at: datetime) -> None:
    """Count one refusal, and forget those of the days before."""
    session.execute(delete(LoginFailure).where(LoginFailure.failed_at < at - DAY))
    place = address[:ADDRESS_LENGTH]
    session.add(LoginFailure(email_hash=mark, address=place, failed_at=at))
    session.flush()


def forgive(session: Session, *, mark: str, address: str) -> None:
    """Forget what was counted at one place for somebody who has proved to be the right one."""
    here = LoginFailure.address == address[:ADDRESS_LENGTH]
    session.execute(delete(LoginFailure).where(LoginFailure.email_hash == mark, here))


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(LoginFailure).where(*which)) or 0
