"""Who may see a page: everybody who is logged in, and nobody else, unless a view says it is public.

The guard stands before every request, not on each view: a view that forgets it stays closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from flask_login import UserMixin, current_user, login_user

from grants.views.edge import assets

if TYPE_CHECKING:
    from flask import Flask

    from grants.services.accounts.openid.provider import Identity
    from grants.services.accounts.users import Account

# In the cookie of somebody whose password was good beside a second factor that is gone.
MUST_CHANGE_PASSWORD = "must_change_password"  # noqa: S105 # nosec B105 # a name, no password
# In the cookie of somebody whose identity provider vouches for a second factor too.
IS_STRONG = "is_strong"
# In the cookie of everybody: the browser that it was given to. The cookie is no use to another one.
BROWSER = "browser"
# What everybody reaches whose account is to be made safe first.
ALWAYS_OPEN_ROOM = "accounts."
ALWAYS_OPEN = {
    "privacy.my_data",
    "roles.cancel_own_delegation",
    "roles.invitation",
    "roles.own_delegations",
}

MARK_LENGTH = 32

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc] # flask-login ships no types
    """The account of the person at the screen, as flask-login wants it."""

    account: Account
    token: str = field(repr=False)
    session_id: int

    def get_id(self) -> str:
        """What the session cookie holds: a random token, worth nothing once its session ended."""
        return self.token


def public(view: F) -> F:
    """Open a view to everybody; put it directly above the function."""
    view.is_public = True  # type: ignore[attr-defined] # a mark on a function
    return view


def register(app: Flask) -> None:
    """Load the visitor from the session, and close every view that is not public."""
    from grants.views.edge.extensions import login

    login.user_loader(load_visitor)
    app.before_request(require_login)


def open_session(
    account: Account, identity: Identity | None = None, *, tells_device: bool = True
) -> None:
    """Log an account in: a new session, whatever somebody may have planted in the old one.

    ``identity`` is the provider's word, where it opened the account instead of a password. The
    account's owner is written to when the browser is unknown, unless ``tells_device`` is unset.
    """
    from flask import request, session

    from grants.clock import clock
    from grants.extensions import db
    from grants.services.accounts import sessions
    from grants.views.edge.devices import note_device
    from grants.views.edge.step_up import note_proof

    session.clear()
    session.permanent = True
    session[BROWSER] = browser_mark()
    note_proof()
    words = device_name(request.user_agent.string)
    token = sessions.open_session(
        db.session(),
        user_id=account.id,
        address=request.remote_addr or "",
        device=words,
        at=clock().now(),
        id_token=identity.id_token if identity else None,
    )
    note_device(account.id, words, is_told=tells_device)
    db.session.commit()
    if identity is not None and identity.is_strong:
        session[IS_STRONG] = True
    visitor = load_visitor(token)
    if visitor is not None:
        login_user(visitor)


def browser_mark() -> str:
    """What tells this browser from another, in the cookie's signed content."""
    from flask import request

    return sha256(request.user_agent.string.encode()).hexdigest()[:MARK_LENGTH]


def load_visitor(token: str) -> Visitor | None:
    """Visitor of a running session; None ends it, and for a cookie that another browser sends."""
    from flask import session as cookie

    from grants.clock import clock
    from grants.extensions import db, writing
    from grants.services.accounts.sessions import find_session, is_visit_due, note_visit
    from grants.services.accounts.users import find_active_user

    if not compare_digest(str(cookie.get(BROWSER, "")), browser_mark()):
        return None
    session, now = db.session(), clock().now()
    running = find_session(session, token=token, at=now)
    account = None if running is None else find_active_user(session, running.user_id)
    if running is None or account is None:
        return None
    if is_visit_due(running, at=now):
        session.rollback()  # what was read so far; the write waits for its turn from its beginning
        with writing():
            note_visit(session, running=running, at=now)
            session.commit()
    return Visitor(account, token, running.id)


BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"), ("curl", "curl"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """Browser and system in words, so that a person recognises theirs; the first that fits.

    Example:
    >>> device_name("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0")
    'Firefox, Windows'
    """
    names = (
        next((name for mark, name in marks if mark in user_agent), None)
        for marks in (BROWSERS, SYSTEMS)
    )
    return ", ".join(name for name in names if name) or "Appareil inconnu"


def require_login() -> Any:
    """Send a stranger to the log-in page; an address that leads nowhere stays a 404 for all."""
    from flask import abort, current_app, request

    from grants.views.edge.errors import wants_json
    from grants.views.edge.extensions import login

    endpoint = request.endpoint
    if endpoint is None or endpoint == assets.ENDPOINT:
        return None
    if getattr(current_app.view_functions[endpoint], "is_public", False):
        return None
    if not current_user.is_authenticated:
        if wants_json():
            abort(HTTPStatus.UNAUTHORIZED)
        return login.unauthorized()
    if endpoint.startswith(ALWAYS_OPEN_ROOM) or endpoint in ALWAYS_OPEN:
        return None
    return _make_safe_first()


def _make_safe_first() -> Any:
    """Lead to what an account lacks before it sees anything else."""
    from flask import redirect, session, url_for

    if MUST_CHANGE_PASSWORD in session:
        return redirect(url_for("accounts.password"), 303)
    if lacks_second_factor():
        return redirect(url_for("accounts.second_factor"), 303)
    return None


def lacks_second_factor() -> bool:
    """Whether a role of the visitor wants a second factor and none is in use, neither here nor at
    the identity provider that let them in.
    """
    from flask import current_app, session

    from grants.extensions import db
    from grants.services.accounts.second_factor import second_factor_state
    from grants.views.edge.permissions import held_roles

    wanted = current_app.config["SECOND_FACTOR_ROLES"]
    if (
        not wanted
        or IS_STRONG in session
        or not any(grant.role in wanted for grant in held_roles())
    ):
        return False
    return not second_factor_state(db.session(), user_id=current_user.account.id).is_on
