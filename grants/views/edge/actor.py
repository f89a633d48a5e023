"""Who is at the screen and from where, for the trail; and what the door tells it.

The door's events are committed here, in a transaction of their own that begins with a write: on
SQLite it then waits for whoever writes at the same moment instead of being refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import request
from flask_login import current_user

from grants.clock import clock
from grants.enums import AuditAction
from grants.extensions import db
from grants.services.accounts.telling import (
    actor_of,
    record_refused_code,
    record_refused_login,
    record_visit,
)
from grants.services.accounts.users import account_name
from grants.views.edge.permissions import acts_for

if TYPE_CHECKING:
    from grants.services.accounts.users import Account
    from grants.services.audit.writing import Actor


def visitor_actor(role: str = "") -> Actor:
    """The visitor who is logged in, in the role that opened the page; « X pour Y » where only a
    delegation of Y's opened it.
    """
    mine = actor_of(current_user.account, role)
    absent = acts_for()
    if absent is None:
        return mine
    return replace(mine, label=f"{mine.label} pour {account_name(db.session(), absent)}")


def visitor_origin() -> str:
    """Address that the request comes from."""
    return request.remote_addr or ""


def tell_login(account: Account) -> None:
    """Somebody got in. Commits."""
    _tell_visit(account, AuditAction.LOGGED_IN)


def tell_logout(account: Account) -> None:
    """Somebody left. Commits."""
    _tell_visit(account, AuditAction.LOGGED_OUT)


def tell_refused_login(email: str) -> None:
    """Somebody was not let in; whose account was meant is told by its number only. Commits."""
    record_refused_login(db.session(), email=email, origin=visitor_origin(), at=clock().now())
    db.session.commit()


def tell_refused_code(token: str) -> None:
    """Somebody gave a wrong code, or had given a wrong password before it. Commits."""
    record_refused_code(db.session(), token=token, origin=visitor_origin(), at=clock().now())
    db.session.commit()


def _tell_visit(account: Account, action: AuditAction) -> None:
    db.session.commit()
    record_visit(db.session(), account, action=action, origin=visitor_origin(), at=clock().now())
    db.session.commit()
