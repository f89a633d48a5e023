"""The second factor: a code that a telephone shows for half a minute (TOTP, RFC 6238), and the ten
recovery codes for the day it is lost.

The shared secret is encrypted at rest by a key that is derived from the installation's own: a copy
of the database alone makes no code. A code is taken once, one half minute early or late at most.
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyotp.utils import strings_equal
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from grants.errors import Conflict
from grants.models.accounts import RecoveryCode, SecondFactor
from grants.services.accounts.passwords import hash_password, password_fits

ISSUER = "Subventions de postes"
STEP_SECONDS = 30
STEPS_OFF = 1
NONCE_BYTES = 12
KEY_BYTES = 32
RECOVERY_CODES = 10
# 12 letters out of 31, the first two only find the code: 49 bits remain to be guessed.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
SELECTOR_LENGTH = 2
CODE_LENGTH = 12
GROUP = 4


@dataclass(frozen=True, slots=True)
class FactorState:
    """Whether a second factor is in use, since when, and how many recovery codes are left."""

    since: datetime | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        """Whether the log-in asks for a code."""
        return self.since is not None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a telephone has to be told: the secret to type, and the address a QR code holds."""

    secret: str
    uri: str


def second_factor_state(session: Session, *, user_id: int) -> FactorState:
    """How an account stands."""
    row = session.get(SecondFactor, user_id)
    unused = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    since = row.confirmed_at if row else None
    return FactorState(since, (session.scalar(unused) or 0) if since else 0)


def begin_second_factor(session: Session, *, user_id: int, secret_key: str, at: datetime) -> None:
    """Draw a secret; it is asked for at log-in only once a code has confirmed it.

    Raises: Conflict: a second factor is in use already.
    """
    row = session.get(SecondFactor, user_id)
    if row is not None and row.confirmed_at is not None:
        raise Conflict(
            "la double authentification est déjà active : désactivez-la d'abord", field="code"
        )
    sealed = _sealed(pyotp.random_base32(), secret_key, user_id)
    if row is None:
        row = SecondFactor(user_id=user_id, secret=sealed, begun_at=at, last_step=0)
        session.add(row)
    row.secret, row.begun_at = sealed, at
    session.flush()


def find_enrolment(
    session: Session, *, user_id: int, email: str, secret_key: str, former: Sequence[str] = ()
) -> Enrolment | None:
    """Secret that was begun and waits for its first code; None when none does."""
    row = session.get(SecondFactor, user_id)
    secret = _opened(row, secret_key, former) if row and row.confirmed_at is None else None
    if secret is None:
        return None
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    return Enrolment(" ".join(re.findall(f".{{1,{GROUP}}}", secret)), uri)


def confirm_second_factor(
    session: Session,
    *,
    user_id: int,
    code: str,
    secret_key: str,
    at: datetime,
    former: Sequence[str] = (),
) -> tuple[str, ...]:
    """Put the second factor in use and give its recovery codes: the only time that they are told.

    Raises: Conflict: nothing was begun, or the code is not the telephone's; field ``code``.
    """
    row = session.get(SecondFactor, user_id)
    if row is None or row.confirmed_at is not None:
        raise Conflict("recommencez l'activation depuis « Mon compte »", field="code")
    if not _takes_totp(session, row, code, (secret_key, *former), at, consume=True):
        raise Conflict(
            "ce n'est pas le code que l'application affiche en ce moment : vérifiez l'heure du "
            "téléphone, puis donnez le code suivant",
            field="code",
        )
    row.confirmed_at = at
    session.flush()
    return renew_recovery_codes(session, user_id=user_id)


def renew_recovery_codes(session: Session, *, user_id: int) -> tuple[str, ...]:
    """Ten new recovery codes in place of all former ones; told this once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes: dict[str, str] = {}
    while len(codes) < RECOVERY_CODES:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        codes[drawn[:SELECTOR_LENGTH]] = drawn
    for selector, code in codes.items():
        kept = hash_password(code[SELECTOR_LENGTH:])
        session.add(RecoveryCode(user_id=user_id, selector=selector, code_hash=kept))
    session.flush()
    return tuple("-".join(re.findall(f".{{{GROUP}}}", code)) for code in codes.values())


def remove_second_factor(session: Session, *, user_id: int) -> bool:
    """Take the second factor and its recovery codes away; whether there was one."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    mine = delete(SecondFactor).where(SecondFactor.user_id == user_id)
    return bool(session.scalars(mine.returning(SecondFactor.user_id)).all())


def code_fits(
    session: Session,
    *,
    user_id: int | None,
    code: str,
    secret_key: str,
    at: datetime,
    consume: bool = True,
    former: Sequence[str] = (),
) -> bool:
    """Whether a code of the telephone, or a recovery code, opens an account; it is then used up.

    Without ``consume`` the same work is done and the code stays good: a log-in whose password was
    wrong must not cost the person a code. Without an account the same work is done for no.
    """
    typed = re.sub(r"[\s-]", "", code.casefold())
    row = session.get(SecondFactor, user_id) if user_id is not None else None
    if typed.isdecimal():
        return _takes_totp(session, row, typed, (secret_key, *former), at, consume=consume)
    return _takes_recovery(session, user_id, typed, at, consume=consume)


def _takes_totp(
    session: Session,
    row: SecondFactor | None,
    code: str,
    keys: Sequence[str],
    at: datetime,
    *,
    consume: bool,
) -> bool:
    secret = (_opened(row, keys[0], keys[1:]) if row else None) or pyotp.random_base32()
    generator, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    typed = re.sub(r"\s", "", code)
    fitting = [
        step
        for step in range(now - STEPS_OFF, now + STEPS_OFF + 1)
        if strings_equal(generator.generate_otp(step), typed)
    ]
    if row is None or not fitting or fitting[-1] <= row.last_step:
        return False
    return not consume or _step_is_new(session, row.user_id, fitting[-1])


def _step_is_new(session: Session, user_id: int, step: int) -> bool:
    # In one statement: of two requests with the same code at the same moment, one finds nothing.
    taken = (
        update(SecondFactor)
        .where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.user_id)
    )
    return bool(session.scalars(taken).all())


def _takes_recovery(
    session: Session, user_id: int | None, typed: str, at: datetime, *, consume: bool
) -> bool:
    mine = (
        RecoveryCode.user_id == user_id,
        RecoveryCode.selector == typed[:SELECTOR_LENGTH],
        RecoveryCode.used_at.is_(None),
    )
    row = session.scalars(select(RecoveryCode).where(*mine)).one_or_none()
    fits = password_fits(row.code_hash if row else None, typed[SELECTOR_LENGTH:])
    if row is None or not fits:
        return False
    if not consume:
        return True
    used = update(RecoveryCode).where(*mine).values(used_at=at).returning(RecoveryCode.id)
    return bool(session.scalars(used).all())


def reseal(session: Session, *, secret_key: str, former: Sequence[str]) -> tuple[int, int]:
    """Seal by the present key what former ones sealed. Flushes, never commits.

    Returns: how many were sealed anew, and how many no key opens: their owners enrol again.
    """
    anew = lost = 0
    for row in session.scalars(select(SecondFactor).order_by(SecondFactor.user_id)):
        if _opened(row, secret_key) is not None:
            continue
        secret = _opened(row, secret_key, former)
        if secret is None:
            lost += 1
        else:
            row.secret, anew = _sealed(secret, secret_key, row.user_id), anew + 1
    session.flush()
    return anew, lost


def _cipher(secret_key: str) -> AESGCM:
    derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"second factor 1")
    return AESGCM(derivation.derive(secret_key.encode()))


def _sealed(secret: str, secret_key: str, user_id: int) -> str:
    # Bound to the account: a secret copied into another's row cannot be opened.
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(secret_key).encrypt(nonce, secret.encode(), str(user_id).encode())
    return urlsafe_b64encode(nonce + sealed).decode()


def _opened(row: SecondFactor, secret_key: str, former: Sequence[str] = ()) -> str | None:
    """Secret of a row; None when it was sealed by a key that is neither the present one nor one of
    the former.
    """
    data = urlsafe_b64decode(row.secret)
    nonce, sealed = data[:NONCE_BYTES], data[NONCE_BYTES:]
    for key in (secret_key, *former):
        with suppress(InvalidTag):
            return _cipher(key).decrypt(nonce, sealed, str(row.user_id).encode()).decode()
    return None
