"""Slowing down those who guess, at every door: password, code, current password, link by mail.

What is counted are refusals, by account and by place, in the database: several servers count
together. The same address gets the same answer whether or not it has an account. Each door counts
its own: fifty links asked for close no log-in. A device that the account was opened on before
counts by itself alone, so that nobody closes an account for its owner.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
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


class Door(StrEnum):
    """What is tried: a way in, or a link by mail."""

    LOGIN = "login"
    RESET = "reset"


class TooManyTries(GrantsError):
    """Too many refusals lately; the text says how long to wait."""


def normalised(email: str) -> str:
    """The one spelling of an e-mail address that accounts are kept under."""
    return email.strip().casefold()


def fingerprint(email: str) -> str:
    """What refusals are counted under: what is typed as an e-mail may be a password."""
    return sha256(normalised(email).encode()).hexdigest()


def reset_fingerprint(email: str) -> str:
    """What links asked for are counted under."""
    return fingerprint(f"reset:{normalised(email)}")


def device_fingerprint(device: str, email: str) -> str:
    """What refusals are counted under on a device that the account was opened on before."""
    return sha256(f"device {device} {normalised(email)}".encode()).hexdigest()


def refuse_guessing(
    session: Session,
    *,
    mark: str,
    address: str,
    at: datetime,
    door: Door = Door.LOGIN,
    is_known: bool = False,
) -> None:
    """Let nobody try who was refused too often; ``mark`` is the ``fingerprint``, for a device that
    ``is_known`` its ``device_fingerprint``: what strangers did does not count then.

    Raises: TooManyTries.
    """
    lately, mine = LoginFailure.failed_at > at - WINDOW, LoginFailure.email_hash == mark
    this_door = LoginFailure.door == door.value
    here = LoginFailure.address == address[:ADDRESS_LENGTH]
    limits = (
        ((mine, lately, here), TRIES_FROM_ONE_PLACE),
        ((mine, lately), TRIES_FROM_ANYWHERE),
        ((mine, LoginFailure.failed_at > at - DAY), TRIES_A_DAY),
        *(() if is_known else (((lately, here), TRIES_OF_ONE_PLACE),)),
    )
    if any(_count(session, this_door, *which) >= most for which, most in limits):
        minutes = int(WINDOW.total_seconds()) // 60
        raise TooManyTries(
            f"Trop de tentatives pour cette adresse : attendez {minutes} minutes, puis réessayez."
        )


def record_failure(
    session: Session, *, mark: str, address: str, at: datetime, door: Door = Door.LOGIN
) -> None:
    """Count one refusal, and forget those of the days before."""
    session.execute(delete(LoginFailure).where(LoginFailure.failed_at < at - DAY))
    place = address[:ADDRESS_LENGTH]
    row = LoginFailure(email_hash=mark, address=place, failed_at=at, door=door.value)
    session.add(row)
    session.flush()


def forgive(session: Session, *, mark: str, address: str) -> None:
    """Forget what was counted at one place for somebody who has proved to be the right one."""
    here = LoginFailure.address == address[:ADDRESS_LENGTH]
    session.execute(delete(LoginFailure).where(LoginFailure.email_hash == mark, here))


def unlock(session: Session, *, email: str) -> int:
    """Forget every refusal of an account, at all doors; how many there were."""
    marks = (fingerprint(email), reset_fingerprint(email))
    mine = delete(LoginFailure).where(LoginFailure.email_hash.in_(marks))
    return len(session.scalars(mine.returning(LoginFailure.id)).all())


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(LoginFailure).where(*which)) or 0
