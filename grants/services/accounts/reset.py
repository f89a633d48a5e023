"""« Mot de passe oublié »: a link by mail, good for an hour and once.

Known and unknown addresses get the same answer. The link carries a random token, the database its
hash; the second factor, where there is one, is asked for as ever afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.errors import NotFound
from grants.models.accounts import AccountToken, User
from grants.services.accounts.devices import Device
from grants.services.accounts.passwords import hash_password, require_good_password
from grants.services.accounts.second_factor import second_factor_state
from grants.services.accounts.sessions import end_sessions
from grants.services.accounts.throttling import (
    Door,
    device_fingerprint,
    normalised,
    record_failure,
    refuse_guessing,
    reset_fingerprint,
)
from grants.services.accounts.users import Account, account_of, find_row
from grants.services.platform.mail import queue_mail

LASTS = timedelta(hours=1)
PURPOSE = "password_reset"
TOKEN_BYTES = 32
SUBJECT = "Choisir un nouveau mot de passe"
OVER = "Ce lien a déjà servi, ou a plus d'une heure : demandez-en un autre."


def request_reset(
    session: Session,
    *,
    email: str,
    address: str,
    link: Callable[[str], str],
    at: datetime,
    device: Device | None = None,
) -> None:
    """Send the link to an address, if an open account has it; nothing tells whether one has.

    ``link`` makes the address of the page from a token. Requests are counted like refusals.
    Raises: TooManyTries: too many of one address or from one place.
    """
    row = find_row(session, normalised(email))
    is_known = row is not None and device is not None and device.knows(row)
    mark = reset_fingerprint(email)
    if is_known and device is not None:
        mark = device_fingerprint(device.name, f"reset:{normalised(email)}")
    refuse_guessing(session, mark=mark, address=address, at=at, door=Door.RESET, is_known=is_known)
    record_failure(session, mark=mark, address=address, at=at, door=Door.RESET)
    if row is None or not row.is_active:
        return
    token, expires = secrets.token_urlsafe(TOKEN_BYTES), at + LASTS
    session.execute(delete(AccountToken).where(AccountToken.user_id == row.id))
    kept = AccountToken(
        user_id=row.id, purpose=PURPOSE, token_hash=_hash(token), created_at=at, expires_at=expires
    )
    session.add(kept)
    session.flush()
    context = {"name": row.name, "expires": expires, "link": link(token)}
    queue_mail(
        session, to=row.email, subject=SUBJECT, template="password_reset", context=context,
        key=f"{PURPOSE}:{_hash(token)}", at=at,
    )  # fmt: skip


def require_reset(session: Session, *, token: str, at: datetime) -> Account:
    """Account whose password a link may choose.

    Raises: NotFound: the link was used, is too old, or never was.
    """
    return account_of(_get_user(session, token, at))


def choose_password(session: Session, *, token: str, password: str, at: datetime) -> Account:
    """Put a new password in place, end every session and use the link up.

    Raises: NotFound: see ``require_reset``. Conflict: a poor password; field ``password``.
    """
    row = _get_user(session, token, at)
    with_code = second_factor_state(session, user_id=row.id).is_on
    require_good_password(password, personal=(row.email, row.name), with_second_factor=with_code)
    # In one statement: of two requests with the same link, one finds it gone.
    used = delete(AccountToken).where(AccountToken.token_hash == _hash(token))
    if not session.scalars(used.returning(AccountToken.id)).all():
        raise NotFound(OVER)
    row.password_hash = hash_password(password)
    end_sessions(session, user_id=row.id)
    session.flush()
    return account_of(row)


def _get_user(session: Session, token: str, at: datetime) -> User:
    query = (
        select(User)
        .join(AccountToken, AccountToken.user_id == User.id)
        .where(
            AccountToken.token_hash == _hash(token),
            AccountToken.purpose == PURPOSE,
            AccountToken.expires_at > at,
            User.is_active,
        )
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(OVER)
    return row


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
