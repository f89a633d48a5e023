"""Who may see a page: everybody who is logged in, and nobody else, unless a view says it is public.

The guard stands before every request, not on each view: a view that forgets it stays closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask_login import UserMixin, current_user

if TYPE_CHECKING:
    from flask import Flask

    from grants.services.users import Account

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc] # flask-login ships no types
    """The account of the person at the screen, as flask-login wants it."""

    account: Account

    def get_id(self) -> str:
        """What the session cookie holds."""
        return str(self.account.id)


def public(view: F) -> F:
    """Open a view to everybody; put it directly above the function."""
    view.is_public = True  # type: ignore[attr-defined] # a mark on a function
    return view


def register(app: Flask) -> None:
    """Load the visitor from the session, and close every view that is not public."""
    from grants.extensions import login

    login.user_loader(load_visitor)
    app.before_request(require_login)


def load_visitor(user_id: str) -> Visitor | None:
    """Visitor of a running session; None ends it."""
    from grants.extensions import db
    from grants.services.users import find_active_user

    account = find_active_user(db.session(), int(user_id)) if user_id.isdecimal() else None
    return None if account is None else Visitor(account)


def require_login() -> Any:
    """Send a stranger to the log-in page; an address that leads nowhere stays a 404 for all."""
    from flask import current_app, request

    from grants.extensions import login

    endpoint = request.endpoint
    if endpoint is None or endpoint == "static" or endpoint.endswith(".static"):
        return None
    if getattr(current_app.view_functions[endpoint], "is_public", False):
        return None
    return None if current_user.is_authenticated else login.unauthorized()
