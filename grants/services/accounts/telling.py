"""What the trail tells of accounts: opened, closed, logged in, logged out, refused.

An account stands there by its number and the name of its person. E-mail addresses never do: the
trail cannot be purged, and what is typed as an address may be a password.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from grants.enums import AuditAction, AuditObject
from grants.rules.audit.chain import Value
from grants.services.accounts.login import find_step
from grants.services.accounts.users import Account, find_user
from grants.services.audit.deed import Actor, Deed
from grants.services.audit.writing import record


def actor_of(account: Account, role: str = "") -> Actor:
    """Account as somebody who does something."""
    return Actor(account.id, account.name, role)


def record_account(
    session: Session,
    account: Account,
    *,
    deed: Deed,
    action: AuditAction,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
) -> None:
    """Tell what was done to an account, or that its person came or went. Flushes."""
    record(
        session,
        deed=deed,
        organisation_id=account.organisation_id,
        action=action,
        object_kind=AuditObject.USER,
        object_key=str(account.id),
        before=before,
        after=after,
    )


def record_refused_login(session: Session, *, email: str, deed: Deed) -> None:
    """Tell that a log-in was refused: of which account when there is one, else only from where.
    The same work either way. Flushes.
    """
    account = find_user(session, email)
    record(
        session,
        deed=deed,
        organisation_id=None if account is None else account.organisation_id,
        action=AuditAction.LOGIN_REFUSED,
        object_kind=AuditObject.USER,
        object_key="" if account is None else str(account.id),
    )


def record_refused_code(session: Session, *, token: str, deed: Deed) -> None:
    """Tell that the second step of a log-in was refused: of which account when there is one. The
    same work either way. Flushes.

    ``token`` is that of the log-in which waits for its code (``accounts.CodeRequest``).
    """
    step = find_step(session, token, deed.at)
    user_id = None if step is None else step.user_id
    record(
        session, deed=deed, organisation_id=None, action=AuditAction.CODE_REFUSED,
        object_kind=AuditObject.USER, object_key="" if user_id is None else str(user_id),
    )  # fmt: skip
