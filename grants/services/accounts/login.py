"""The door: who gets in, by a password and, where an account has one, a second factor.

An unknown e-mail, a wrong password and a disabled account get the same answer after the same work.
An account with a second factor is asked for its code whatever the password was, and so is every
other unknown address: the page with the code tells neither that there is an account nor that the
password was right. Only both together open.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.errors import GrantsError
from grants.models.accounts import LoginStep, User
from grants.services.accounts.devices import Device
from grants.services.accounts.passwords import hash_password, needs_rehash, password_fits
from grants.services.accounts.second_factor import code_fits, second_factor_state
from grants.services.accounts.throttling import (
    device_fingerprint,
    fingerprint,
    forgive,
    normalised,
    record_failure,
    refuse_guessing,
)
from grants.services.accounts.users import Account, account_of, find_row

STEP_LASTS = timedelta(minutes=5)
TOKEN_BYTES = 32


class LoginRefused(GrantsError):
    """What was typed does not fit; which part of it is not said."""


class StepIsOver(GrantsError):
    """The code came too late: the log-in begins anew."""


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """The log-in goes on with a code; ``token`` finds it again."""

    token: str


def log_in(
    session: Session,
    *,
    email: str,
    password: str,
    secret_key: str,
    address: str,
    at: datetime,
    device: Device | None = None,
) -> Account | CodeRequest:
    """Account that the e-mail and the password open, or the question for a code.

    ``address`` is where the request comes from, ``device`` the browser that it comes by. A
    refusal is recorded: commit it all the same.
    Raises: TooManyTries: before the password is even looked at. LoginRefused: they do not fit.
    """
    row = find_row(session, normalised(email))
    is_known = _is_known(device, row)
    mark = _mark(email, device, row)
    refuse_guessing(session, mark=mark, address=address, at=at, is_known=is_known)
    fits = password_fits(row.password_hash if row else None, password)
    if row is not None and fits:
        fits = row.is_active
        _keep_at_todays_cost(session, row, password)
    if _asks_for_code(session, row, email, secret_key):
        # Counted whatever the password was: who may try without end would learn which one was it.
        record_failure(session, mark=mark, address=address, at=at)
        return CodeRequest(begin_step(session, row, mark, fits, at)[1])
    if row is None or not fits:
        record_failure(session, mark=mark, address=address, at=at)
        raise LoginRefused("Adresse e-mail ou mot de passe incorrect.")
    return account_of(row)


def give_code(
    session: Session,
    *,
    token: str,
    code: str,
    secret_key: str,
    address: str,
    at: datetime,
    device: Device | None = None,
    former_keys: Sequence[str] = (),
) -> Account:
    """Account that a code opens, together with the password given before.

    A refusal is recorded and a code used up: commit it all the same.
    Raises: StepIsOver. TooManyTries. LoginRefused: the password or the code was wrong.
    """
    step = find_step(session, token, at)
    if step is None:
        raise StepIsOver("La connexion a attendu trop longtemps : recommencez.")
    row = session.get(User, step.user_id) if step.user_id is not None else None
    is_known = _is_known(device, row)
    refuse_guessing(session, mark=step.email_hash, address=address, at=at, is_known=is_known)
    has_password = step.has_password
    fits = code_fits(
        session, user_id=step.user_id, code=code, secret_key=secret_key, at=at,
        consume=has_password, former=former_keys,
    )  # fmt: skip
    if row is None or not (fits and has_password and row.is_active):
        record_failure(session, mark=step.email_hash, address=address, at=at)
        raise LoginRefused("Adresse e-mail, mot de passe ou code incorrect.")
    session.delete(step)
    session.flush()
    forgive(session, mark=step.email_hash, address=address)
    return account_of(row)


def _is_known(device: Device | None, row: User | None) -> bool:
    return device is not None and row is not None and device.knows(row)


def _mark(email: str, device: Device | None, row: User | None) -> str:
    """What the tries of a log-in are counted under: the account, or a device that knows it."""
    if device is not None and _is_known(device, row):
        return device_fingerprint(device.name, email)
    return fingerprint(email)


def find_step(session: Session, token: str, at: datetime) -> LoginStep | None:
    """Log-in that waits for its code; None once it is over. For other services."""
    mine = LoginStep.token_hash == sha256(token.encode()).hexdigest()
    return session.scalars(select(LoginStep).where(mine, LoginStep.expires_at > at)).one_or_none()


def _keep_at_todays_cost(session: Session, row: User, password: str) -> None:
    if needs_rehash(row.password_hash):
        row.password_hash = hash_password(password)
        session.flush()


def _asks_for_code(session: Session, row: User | None, email: str, secret_key: str) -> bool:
    if row is not None:
        return second_factor_state(session, user_id=row.id).is_on
    # Always the same answer for the same address, as for one that has an account.
    return (
        hmac.digest(secret_key.encode(), f"decoy:{fingerprint(email)}".encode(), "sha256")[0] % 2
        == 0
    )


def begin_step(
    session: Session, row: User | None, mark: str, has_password: bool, at: datetime
) -> tuple[LoginStep, str]:
    """A log-in that waits for its code, and the token that finds it again. For other services.

    ``has_password`` says whether the first proof was good, a password or a provider's word.
    """
    session.execute(delete(LoginStep).where(LoginStep.expires_at <= at))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    step = LoginStep(
        token_hash=sha256(token.encode()).hexdigest(),
        email_hash=mark,
        user_id=None if row is None else row.id,
        has_password=has_password,
        expires_at=at + STEP_LASTS,
    )
    session.add(step)
    session.flush()
    return step, token
