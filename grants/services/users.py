"""Who may log in: accounts, the check of a password, and the slowing down of guesses.

An unknown e-mail, a wrong password and a disabled account get the same answer after the same work:
nobody learns from outside who has an account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from grants.errors import Conflict, GrantsError, NotFound
from grants.models.access import LoginFailure
from grants.models.organisations import User
from grants.services.passwords import (
    hash_password,
    needs_rehash,
    password_fits,
    require_good_password,
)

EMAIL_MAX_LENGTH = 254

# A person who mistypes gets five tries from one place; guesses spread over many places get twenty.
WINDOW = timedelta(minutes=15)
TRIES_FROM_ONE_PLACE = 5
TRIES_FROM_ANYWHERE = 20
FAILURES_KEPT = timedelta(days=1)


class LoginRefused(GrantsError):
    """The e-mail and the password do not fit; which of the two is not said."""


class TooManyTries(GrantsError):
    """Too many refused log-ins lately; the text says how long to wait."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as screens and commands show it: never its password's hash."""

    id: int
    email: str
    name: str
    organisation_id: int | None
    is_active: bool


def add_user(session: Session, *, email: str, name: str, password: str, at: datetime) -> Account:
    """Open an account.

    Raises: Conflict: an e-mail that is none or is taken, a poor password; ``field`` says which.
    """
    address = _normalised(email)
    _require(_is_email(address), "email", f"« {email} » n'est pas une adresse e-mail")
    _require(bool(name.strip()), "name", "le nom est vide : donnez celui de la personne")
    require_good_password(password, personal=(address, name))
    taken = _row(session, address) is not None
    _require(not taken, "email", f"un compte existe déjà pour « {address} »")
    row = User(
        email=address, name=name.strip(), password_hash=hash_password(password), created_at=at
    )
    session.add(row)
    session.flush()
    return _account(row)


def list_users(session: Session) -> Sequence[Account]:
    """Every account, by e-mail."""
    return [_account(row) for row in session.scalars(select(User).order_by(User.email))]


def find_user(session: Session, email: str) -> Account | None:
    """Account of an e-mail, or None."""
    row = _row(session, _normalised(email))
    return None if row is None else _account(row)


def find_active_user(session: Session, user_id: int) -> Account | None:
    """Account behind a running session; None once it is disabled, so that it ends at once."""
    row = session.get(User, user_id)
    return _account(row) if row is not None and row.is_active else None


def disable_user(session: Session, *, email: str) -> Account:
    """Close an account: its running sessions end with their next page.

    Raises: NotFound: no such account.
    """
    row = _row(session, _normalised(email))
    if row is None:
        raise NotFound(f"aucun compte pour « {email} » ; « grants user list » les montre tous")
    row.is_active = False
    session.flush()
    return _account(row)


def log_in(session: Session, *, email: str, password: str, address: str, at: datetime) -> Account:
    """Account that the e-mail and the password open.

    ``address`` is where the request comes from. A refusal is recorded: commit it all the same.
    Raises: TooManyTries: before the password is even looked at. LoginRefused: they do not fit.
    """
    _refuse_guessing(session, email, address, at)
    row = _row(session, _normalised(email))
    fits = password_fits(row.password_hash if row else None, password)
    if row is None or not fits or not row.is_active:
        _record_failure(session, email, address, at)
        raise LoginRefused("Adresse e-mail ou mot de passe incorrect.")
    if needs_rehash(row.password_hash):
        row.password_hash = hash_password(password)
        session.flush()
    return _account(row)


def _refuse_guessing(session: Session, email: str, address: str, at: datetime) -> None:
    since = at - WINDOW
    recent = (LoginFailure.email_hash == _fingerprint(email), LoginFailure.failed_at > since)
    anywhere = session.scalar(select(func.count()).where(*recent)) or 0
    here = session.scalar(select(func.count()).where(*recent, LoginFailure.address == address)) or 0
    if here >= TRIES_FROM_ONE_PLACE or anywhere >= TRIES_FROM_ANYWHERE:
        minutes = int(WINDOW.total_seconds()) // 60
        raise TooManyTries(
            f"Trop de tentatives pour cette adresse : attendez {minutes} minutes, puis réessayez."
        )


def _record_failure(session: Session, email: str, address: str, at: datetime) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.failed_at < at - FAILURES_KEPT))
    session.add(LoginFailure(email_hash=_fingerprint(email), address=address[:64], failed_at=at))
    session.flush()


def _row(session: Session, address: str) -> User | None:
    return session.scalars(select(User).where(User.email == address)).one_or_none()


def _account(row: User) -> Account:
    return Account(row.id, row.email, row.name, row.organisation_id, row.is_active)


def _normalised(email: str) -> str:
    return email.strip().casefold()


def _fingerprint(email: str) -> str:
    return sha256(_normalised(email).encode()).hexdigest()


def _is_email(address: str) -> bool:
    local, at_sign, domain = address.rpartition("@")
    plain = len(address) <= EMAIL_MAX_LENGTH and not any(char.isspace() for char in address)
    return bool(plain and local and at_sign and "." in domain.strip("."))


def _require(holds: bool, field: str, message: str) -> None:
    if not holds:
        raise Conflict(message, field=field)
