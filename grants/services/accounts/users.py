"""Accounts: opening, closing, reopening them, and what their owners change themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.errors import Conflict, NotFound
from grants.models.accounts import User
from grants.services.accounts.passwords import (
    hash_password,
    is_short_alone,
    password_fits,
    require_good_password,
)
from grants.services.accounts.second_factor import remove_second_factor, second_factor_state
from grants.services.accounts.sessions import end_sessions
from grants.services.accounts.throttling import (
    fingerprint,
    normalised,
    record_failure,
    refuse_guessing,
)

EMAIL_MAX_LENGTH = 254


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
    address = normalised(email)
    _require(_is_email(address), "email", f"« {email} » n'est pas une adresse e-mail")
    _require(bool(name.strip()), "name", "le nom est vide : donnez celui de la personne")
    require_good_password(password, personal=(address, name))
    taken = find_row(session, address) is not None
    _require(not taken, "email", f"un compte existe déjà pour « {address} »")
    row = User(
        email=address, name=name.strip(), password_hash=hash_password(password), created_at=at
    )
    session.add(row)
    session.flush()
    return account_of(row)


def list_users(session: Session) -> Sequence[Account]:
    """Every account, by e-mail."""
    return [account_of(row) for row in session.scalars(select(User).order_by(User.email))]


def find_user(session: Session, email: str) -> Account | None:
    """Account of an e-mail, or None."""
    row = find_row(session, normalised(email))
    return None if row is None else account_of(row)


def get_user(session: Session, *, email: str) -> Account:
    """Account of an e-mail.

    Raises: NotFound: no such account.
    """
    return account_of(_get_row(session, email))


def account_name(session: Session, user_id: int) -> str:
    """Name of an account's person."""
    return session.get_one(User, user_id).name


def find_active_user(session: Session, user_id: int) -> Account | None:
    """Account behind a running session; None once it is disabled, so that it ends at once."""
    row = session.get(User, user_id)
    return account_of(row) if row is not None and row.is_active else None


def disable_user(session: Session, *, email: str) -> Account:
    """Close an account: its running sessions end with their next page.

    Raises: NotFound: no such account.
    """
    row = _get_row(session, email)
    row.is_active = False
    end_sessions(session, user_id=row.id)
    session.flush()
    return account_of(row)


def enable_user(session: Session, *, email: str) -> Account:
    """Open a closed account again; its person logs in anew.

    Raises: NotFound: no such account.
    """
    row = _get_row(session, email)
    row.is_active = True
    session.flush()
    return account_of(row)


def sign_out_user(session: Session, *, email: str) -> int:
    """End every session of an account; how many there were.

    Raises: NotFound: no such account.
    """
    return end_sessions(session, user_id=_get_row(session, email).id)


def require_password(
    session: Session, *, user_id: int, password: str, address: str, at: datetime
) -> None:
    """Make sure that the account's own person sits at the screen, before something serious.

    A wrong password is recorded like a refused log-in: commit it all the same.
    Raises: TooManyTries. Conflict: it is wrong; field ``current``.
    """
    row = session.get_one(User, user_id)
    mark = fingerprint(row.email)
    refuse_guessing(session, mark=mark, address=address, at=at)
    if not password_fits(row.password_hash, password):
        record_failure(session, mark=mark, address=address, at=at)
        raise Conflict("ce n'est pas votre mot de passe actuel", field="current")


def drop_second_factor(session: Session, *, user_id: int, password: str) -> bool:
    """Take one's own second factor away; ``password`` was just proved (``require_password``).

    Returns: whether there was one.
    Raises: Conflict: the password is too short to stand alone.
    """
    if is_short_alone(password):
        raise Conflict(
            f"votre mot de passe a {len(password)} caractères, ce qui ne suffit pas sans double "
            "authentification : choisissez d'abord un mot de passe plus long",
            field="current",
        )
    return remove_second_factor(session, user_id=user_id)


def reset_second_factor(session: Session, *, email: str) -> bool:
    """Take an account's second factor away when telephone and codes are lost, and end its sessions.

    Returns: whether there was one. Raises: NotFound: no such account.
    """
    row = _get_row(session, email)
    end_sessions(session, user_id=row.id)
    return remove_second_factor(session, user_id=row.id)


def change_password(
    session: Session, *, user_id: int, current: str, new: str, address: str, at: datetime
) -> None:
    """Put a new password in place of the current one, and end every session of the account.

    A wrong current password is recorded like a refused log-in: commit it all the same.
    Raises: TooManyTries. Conflict: ``current`` is wrong, or ``new`` is poor or no other; ``field``
    says which.
    """
    require_password(session, user_id=user_id, password=current, address=address, at=at)
    row = session.get_one(User, user_id)
    _require(new != current, "password", "c'est déjà votre mot de passe : choisissez-en un autre")
    with_code = second_factor_state(session, user_id=user_id).is_on
    require_good_password(new, personal=(row.email, row.name), with_second_factor=with_code)
    row.password_hash = hash_password(new)
    end_sessions(session, user_id=user_id)
    session.flush()


def find_row(session: Session, address: str) -> User | None:
    """Row of a normalised e-mail address, or None; for other services."""
    return session.scalars(select(User).where(User.email == address)).one_or_none()


def _get_row(session: Session, email: str) -> User:
    row = find_row(session, normalised(email))
    if row is None:
        raise NotFound(f"aucun compte pour « {email} » ; « grants user list » les montre tous")
    return row


def account_of(row: User) -> Account:
    """An account as screens show it."""
    return Account(row.id, row.email, row.name, row.organisation_id, row.is_active)


def _is_email(address: str) -> bool:
    local, at_sign, domain = address.rpartition("@")
    plain = len(address) <= EMAIL_MAX_LENGTH and not any(char.isspace() for char in address)
    return bool(plain and local and at_sign and "." in domain.strip("."))


def _require(holds: bool, field: str, message: str) -> None:
    if not holds:
        raise Conflict(message, field=field)
