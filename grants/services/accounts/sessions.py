"""Who is logged in where: sessions that expire, that can be looked through and be ended.

The browser holds a random token in its signed cookie, the database the token's hash. A session ends
at its row's: after an hour without a page, after twelve hours whatever happens, when its owner ends
it, or with a change of password.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from grants.errors import NotFound
from grants.models.accounts import UserSession

# NIST SP 800-63B-4, section 2.2.3 (AAL2): at most 24 hours overall, an hour without activity.
LASTS = timedelta(hours=12)
IDLE = timedelta(hours=1)
# Last seen is written down this often, not with every page.
SEEN_EVERY = timedelta(minutes=5)
TOKEN_BYTES = 32
ADDRESS_LENGTH = 64
DEVICE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class RunningSession:
    """A session that has not ended, as its owner sees it."""

    id: int
    user_id: int
    started_at: datetime
    seen_at: datetime
    address: str
    device: str


def open_session(
    session: Session,
    *,
    user_id: int,
    address: str,
    device: str,
    at: datetime,
    id_token: str | None = None,
) -> str:
    """Token of a new session: the only time that it is told. Sessions long over are cleared away.

    ``address`` is where the request comes from, ``device`` the browser in words, ``id_token`` what
    an identity provider vouched with.
    """
    session.execute(delete(UserSession).where(UserSession.expires_at <= at))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = UserSession(
        user_id=user_id, token_hash=_hash(token), started_at=at, seen_at=at,
        expires_at=at + LASTS, address=address[:ADDRESS_LENGTH], device=device[:DEVICE_LENGTH],
        id_token=id_token,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return token


def find_session(session: Session, *, token: str, at: datetime) -> RunningSession | None:
    """Session behind a token; None once it has ended, whatever ended it."""
    row = session.scalars(
        select(UserSession).where(UserSession.token_hash == _hash(token), *_running(at))
    ).one_or_none()
    return None if row is None else _shown(row)


def is_visit_due(running: RunningSession, *, at: datetime) -> bool:
    """Whether it was not written down lately that a session is in use."""
    return at - running.seen_at >= SEEN_EVERY


def note_visit(session: Session, *, running: RunningSession, at: datetime) -> None:
    """Write down that a session is in use.

    The one write that a visit itself makes: without it a session at work would expire as idle.
    """
    session.execute(update(UserSession).where(UserSession.id == running.id).values(seen_at=at))


def list_sessions(session: Session, *, user_id: int, at: datetime) -> Sequence[RunningSession]:
    """Running sessions of an account, the one used last first."""
    query = select(UserSession).where(UserSession.user_id == user_id, *_running(at))
    rows = session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc()))
    return [_shown(row) for row in rows]


def id_token_of(session: Session, *, session_id: int) -> str | None:
    """What an identity provider opened a session with; None for a password."""
    query = select(UserSession.id_token).where(UserSession.id == session_id)
    return session.scalars(query).one_or_none()


def end_session(session: Session, *, user_id: int, session_id: int) -> None:
    """End one session of an account.

    Raises: NotFound: no such session, or it is somebody else's.
    """
    mine = delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    if not session.scalars(mine.returning(UserSession.id)).all():
        raise NotFound("cette session n'existe pas, ou est déjà terminée")


def end_sessions(session: Session, *, user_id: int, except_id: int | None = None) -> int:
    """End all sessions of an account, or all but one; how many there were."""
    mine = delete(UserSession).where(UserSession.user_id == user_id)
    if except_id is not None:
        mine = mine.where(UserSession.id != except_id)
    return len(session.scalars(mine.returning(UserSession.id)).all())


def _running(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (UserSession.expires_at > at, UserSession.seen_at > at - IDLE)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _shown(row: UserSession) -> RunningSession:
    return RunningSession(row.id, row.user_id, row.started_at, row.seen_at, row.address, row.device)
