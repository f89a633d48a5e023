"""Devices that an account was opened on before, told by a signed cookie.

Whoever guesses at an account's password closes it for strangers, not for its owner: a known device
has tries of its own. A log-in on another device is told to the owner by mail. The cookie opens
nothing; it holds, for each account, a mark of the password, so that a changed password makes
strangers of all devices.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from grants.errors import Conflict
from grants.models.accounts import User
from grants.services.platform.mail import queue_mail

LASTS = timedelta(days=180)
MOST_ACCOUNTS = 10
ID_BYTES = 16
MARK_LENGTH = 16
SALT = "grants device 1"
SUBJECT = "Connexion depuis un nouvel appareil"


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that comes back: its own name, and the accounts that were opened on it."""

    name: str
    accounts: Mapping[str, str] = field(default_factory=dict)

    def knows(self, row: User) -> bool:
        """Whether an account was opened here since its password is what it is."""
        return self.accounts.get(str(row.id)) == _mark(row)

    def with_account(self, row: User) -> Device:
        """The device once an account was opened on it; of many accounts the last ones stay."""
        others = {key: mark for key, mark in self.accounts.items() if key != str(row.id)}
        kept = list(others.items())[1 - MOST_ACCOUNTS :]
        return replace(self, accounts={**dict(kept), str(row.id): _mark(row)})


def new_device() -> Device:
    """A browser that was never seen."""
    return Device(secrets.token_urlsafe(ID_BYTES))


def read_device(text: str, keys: Sequence[str]) -> Device:
    """Device of a cookie; a new one for a cookie that we did not sign, or nobody any more.

    ``keys`` are the installation's, the present one last.
    """
    try:
        name, accounts = _serializer(keys).loads(text)
        return Device(str(name), {str(key): str(mark) for key, mark in accounts.items()})
    except (BadData, ValueError, TypeError, AttributeError):
        return new_device()


def device_text(device: Device, keys: Sequence[str]) -> str:
    """What the cookie holds."""
    text = _serializer(keys).dumps([device.name, dict(device.accounts)])
    return text if isinstance(text, str) else text.decode("ascii")


def meet(
    session: Session,
    *,
    user_id: int,
    device: Device,
    words: str,
    address: str,
    at: datetime,
    is_told: bool = True,
) -> Device:
    """The device once an account was opened on it. On one unknown so far its owner is written to,
    unless ``is_told`` is unset: they did something there that proves who they are.

    ``words`` say which browser, ``address`` where it is.
    """
    row = session.get_one(User, user_id)
    if is_told and not device.knows(row):
        context = {"name": row.name, "at": at, "device": words, "address": address}
        with suppress(Conflict):  # an address that no mail reaches must not close the door
            queue_mail(
                session, to=row.email, subject=SUBJECT, template="new_device", context=context,
                key=f"new_device:{row.id}:{at.isoformat()}", at=at,
            )  # fmt: skip
    return device.with_account(row)


def _serializer(keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(list(keys), salt=SALT)


def _mark(row: User) -> str:
    return sha256(row.password_hash.encode()).hexdigest()[:MARK_LENGTH]
