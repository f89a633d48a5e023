"""Accounts of the demonstration: opened once, with passwords that only this installation knows.

Nothing secret stands in the code: a password comes from the installation's own key, so that it can
be printed again at every start and differs everywhere else.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grants.services.users import add_user, find_user

ACCOUNTS = (
    ("finance@demonstration.example", "Chargé de gestion (démonstration)"),
    ("direction@demonstration.example", "Direction (démonstration)"),
)
GROUP = 4
GROUPS = 4


@dataclass(frozen=True, slots=True)
class DemonstrationLogin:
    """What a visitor of the demonstration types in."""

    email: str
    password: str
    name: str


def open_demonstration_accounts(
    session: Session, *, secret: str, at: datetime
) -> Sequence[DemonstrationLogin]:
    """Open the accounts that do not exist yet and tell all their passwords.

    ``secret`` is the installation's SECRET_KEY. An account that exists is left as it is.
    """
    logins = [
        DemonstrationLogin(email, demonstration_password(secret, email), name)
        for email, name in ACCOUNTS
    ]
    for login in logins:
        if find_user(session, login.email) is None:
            add_user(session, email=login.email, name=login.name, password=login.password, at=at)
    return logins


def demonstration_password(secret: str, email: str) -> str:
    """Password of a demonstration account: 80 bits drawn from the installation's key.

    Example:
    >>> len(demonstration_password("key", "a@b.example"))
    19
    """
    digest = hmac.digest(secret.encode(), f"demonstration:{email}".encode(), "sha256")
    letters = b32encode(digest).decode().lower()
    return "-".join(letters[GROUP * n : GROUP * (n + 1)] for n in range(GROUPS))
