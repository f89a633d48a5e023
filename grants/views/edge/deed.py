"""What a visitor does, for the trail: who is at the screen, from where; and what the door tells.

The door's events are committed here, in a transaction of their own that begins with a write: on
SQLite it then waits for whoever writes at the same moment instead of being refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import request
from flask_login import current_user

from grants.clock import clock
from grants.enums import AuditAction, AuditVia
from grants.extensions import db
from grants.services.accounts.telling import (
    actor_of,
    record_account,
    record_refused_code,
    record_refused_login,
)
from grants.services.accounts.users import account_name
from grants.services.audit.deed import STRANGER, Actor, Deed
from grants.views.edge.permissions import acts_for

if TYPE_CHECKING:
    from grants.services.accounts.users import Account


def visitor_deed(reason: str = "") -> Deed:
    """What the visitor who is logged in does now; « X pour Y » where only a delegation of Y's
    opened the page.
    """
    return _by(_visitor(), reason)


def account_deed(account: Account, reason: str = "") -> Deed:
    """What somebody does in their own name, whatever opened the page: they come, go, sign."""
    return _by(actor_of(account), reason)


def stranger_deed() -> Deed:
    """What a visitor does who is not logged in."""
    return _by(STRANGER)


def visitor_origin() -> str:
    """Address that the request comes from."""
    return request.remote_addr or ""


def _by(actor: Actor, reason: str = "") -> Deed:
    return Deed(actor, clock().now(), AuditVia.WEB, visitor_origin(), reason.strip())


def _visitor() -> Actor:
    mine = actor_of(current_user.account)
    absent = acts_for()
    if absent is None:
        return mine
    return replace(mine, label=f"{mine.label} pour {account_name(db.session(), absent)}")


def tell_login(account: Account) -> None:
    """Somebody got in. Commits."""
    _tell_visit(account, AuditAction.LOGGED_IN)


def tell_logout(account: Account) -> None:
    """Somebody left. Commits."""
    _tell_visit(account, AuditAction.LOGGED_OUT)


def tell_refused_login(email: str) -> None:
    """Somebody was not let in; whose account was meant is told by its number only. Commits."""
    record_refused_login(db.session(), email=email, deed=stranger_deed())
    db.session.commit()


def tell_refused_code(token: str) -> None:
    """Somebody gave a wrong code, or had given a wrong password before it. Commits."""
    record_refused_code(db.session(), token=token, deed=stranger_deed())
    db.session.commit()


def _tell_visit(account: Account, action: AuditAction) -> None:
    db.session.commit()
    record_account(db.session(), account, deed=account_deed(account), action=action)
    db.session.commit()
