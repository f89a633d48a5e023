"""Whose account an identity provider's word opens.

An identity is known by issuer and subject. The first time it finds its account by an e-mail address
that the provider has verified; it never makes an account, nor a role. What the provider does not
vouch for, a second factor, is asked for here as after a password.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.enums import AuditAction
from grants.errors import NotFound
from grants.models.accounts import User, UserIdentity
from grants.services.accounts.login import CodeRequest, LoginRefused, begin_step, find_step
from grants.services.accounts.openid.provider import Identity, Start
from grants.services.accounts.second_factor import second_factor_state
from grants.services.accounts.telling import actor_of, record_account
from grants.services.accounts.throttling import (
    fingerprint,
    normalised,
    record_failure,
    refuse_guessing,
)
from grants.services.accounts.users import Account, account_of, find_row
from grants.services.audit.deed import Deed

# How long somebody may take at the provider's.
LASTS = timedelta(minutes=15)
RANDOM_BYTES = 32

EXPIRED = (
    "La connexion a été commencée il y a trop longtemps, dans un autre onglet, ou déjà terminée. "
    "Recommencez depuis cette page."
)
NO_ACCOUNT = (
    "Le fournisseur d'identité vous a reconnu, mais aucun compte ouvert ici ne vous correspond. "
    "Demandez à votre administrateur quelle adresse porte votre compte ; si vous en avez un, "
    "connectez-vous avec votre mot de passe."
)
UNVERIFIED = (
    "Le fournisseur d'identité ne confirme aucune adresse e-mail pour vous. Faites-la vérifier "
    "chez lui, ou connectez-vous avec votre mot de passe."
)
# What the provider says when nothing came of it: its code, our words.
REFUSALS = {
    "access_denied": "La connexion a été refusée ou annulée chez le fournisseur d'identité. "
    "Recommencez, ou connectez-vous avec votre mot de passe.",
    "server_error": "Le fournisseur d'identité ne peut connecter personne pour l'instant. "
    "Réessayez dans quelques minutes, ou connectez-vous avec votre mot de passe.",
}
REFUSALS["temporarily_unavailable"] = REFUSALS["server_error"]
REFUSED = (
    "Le fournisseur d'identité n'a pas accepté la demande de connexion. Connectez-vous avec votre "
    "mot de passe et prévenez votre administrateur."
)


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """An identity that opens an account, as its owner sees it."""

    id: int
    issuer: str
    linked_at: datetime


def new_start() -> Start:
    """State, nonce and verifier of one log-in, of 43 characters each."""
    return Start(*(secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3)))


def require_answer(
    start: Start, begun_at: datetime, *, state: str, error: str, at: datetime
) -> None:
    """Make sure that an answer belongs to the log-in that this browser began, and that it is none
    of refusal.

    Raises: LoginRefused.
    """
    is_ours = hmac.compare_digest(state.encode(), start.state.encode())
    if not is_ours or at - begun_at > LASTS:
        raise LoginRefused(EXPIRED)
    if error:
        raise LoginRefused(REFUSALS.get(error, REFUSED))


def log_in_as(session: Session, *, identity: Identity, deed: Deed) -> Account | CodeRequest:
    """Account that an identity opens, or the question for a code. Tells a first link in the trail.

    A refusal is recorded: commit it all the same. Accounts that do not exist, that are closed and
    that another identity of the provider opens get the same answer.
    Raises: TooManyTries. LoginRefused.
    """
    mark, address, at = fingerprint(f"{identity.issuer} {identity.subject}"), deed.origin, deed.at
    refuse_guessing(session, mark=mark, address=address, at=at)
    row = _linked(session, identity) or _with_email(session, identity)
    if row is None or not row.is_active:
        record_failure(session, mark=mark, address=address, at=at)
        is_silent = row is None and not identity.email
        raise LoginRefused(UNVERIFIED if is_silent else NO_ACCOUNT)
    if second_factor_state(session, user_id=row.id).is_on and not identity.is_strong:
        step, token = begin_step(session, row, fingerprint(row.email), True, at)
        step.issuer, step.subject = identity.issuer, identity.subject
        step.id_token = identity.id_token
        session.flush()
        return CodeRequest(token)
    account = account_of(row)
    keep_identity(session, account=account, identity=identity, deed=deed)
    return account


def waiting_identity(session: Session, *, token: str, at: datetime) -> Identity | None:
    """Identity of a log-in that waits for its code; None where a password began it."""
    step = find_step(session, token, at)
    if step is None or step.issuer is None or step.subject is None:
        return None
    return Identity(step.issuer, step.subject, "", is_strong=False, id_token=step.id_token)


def keep_identity(session: Session, *, account: Account, identity: Identity, deed: Deed) -> None:
    """Link an identity to the account that it has just opened, unless it is linked already.

    Raises: LoginRefused: another one was linked at the same moment.
    """
    if _linked(session, identity) is not None:
        return
    row = UserIdentity(
        user_id=account.id, issuer=identity.issuer, subject=identity.subject, linked_at=deed.at
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise LoginRefused(EXPIRED) from error
    record_account(
        session, account, deed=replace(deed, actor=actor_of(account)), action=AuditAction.CHANGED,
        after={"identity": identity.issuer},
    )  # fmt: skip


def list_identities(session: Session, *, user_id: int) -> Sequence[LinkedIdentity]:
    """Identities that open an account, the oldest link first."""
    mine = select(UserIdentity).where(UserIdentity.user_id == user_id).order_by(UserIdentity.id)
    return [LinkedIdentity(row.id, row.issuer, row.linked_at) for row in session.scalars(mine)]


def remove_identity(session: Session, *, account: Account, identity_id: int, deed: Deed) -> None:
    """Take an identity away from its account; tells the trail.

    Raises: NotFound: no such identity, or it is somebody else's.
    """
    row = session.get(UserIdentity, identity_id)
    if row is None or row.user_id != account.id:
        raise NotFound("ce lien avec un fournisseur d'identité n'existe pas, ou plus")
    session.delete(row)
    session.flush()
    record_account(
        session, account, deed=deed, action=AuditAction.CHANGED, before={"identity": row.issuer}
    )


def _linked(session: Session, identity: Identity) -> User | None:
    query = (
        select(User)
        .join(UserIdentity, UserIdentity.user_id == User.id)
        .where(UserIdentity.issuer == identity.issuer, UserIdentity.subject == identity.subject)
    )
    return session.scalars(query).one_or_none()


def _with_email(session: Session, identity: Identity) -> User | None:
    """Account of a verified address that no identity of this provider opens yet: an address that
    went to a new person must not bring them the account of the one before.
    """
    row = find_row(session, normalised(identity.email)) if identity.email else None
    if row is None:
        return None
    taken = select(UserIdentity.id).where(
        UserIdentity.user_id == row.id, UserIdentity.issuer == identity.issuer
    )
    return None if session.scalars(taken).first() is not None else row
