"""Forgetting what is over: sessions, half log-ins and links that no longer open anything.

They hold addresses of machines and names of browsers: nothing that is worth keeping for a day more.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from grants.models.accounts import AccountToken, LoginFailure, LoginStep, UserSession
from grants.services.accounts.throttling import DAY


def forget_expired(session: Session, *, day: date, at: datetime, site_url: str) -> int:
    """Delete what expired before ``at``; a daily task. Flushes.

    Returns: 0, for nothing has to be looked at.
    """
    for over in (
        delete(UserSession).where(UserSession.expires_at <= at),
        delete(LoginStep).where(LoginStep.expires_at <= at),
        delete(AccountToken).where(AccountToken.expires_at <= at),
        delete(LoginFailure).where(LoginFailure.failed_at < at - DAY),
    ):
        session.execute(over)
    return 0
