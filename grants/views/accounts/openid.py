"""Log in and out through an identity provider.

The log-in begins with a link, not a form: the content security policy lets forms lead nowhere but
here. What it has to remember until the way back stands in the session's signed cookie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import (
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user

from forms.accounts import LoginForm
from grants.clock import clock
from grants.errors import GrantsError
from grants.extensions import db, writing
from grants.services.accounts.login import CodeRequest, LoginRefused
from grants.services.accounts.openid import login as service
from grants.services.accounts.openid.provider import Identity, Provider, Start
from grants.services.accounts.openid.tokens import TokenRefused
from grants.services.accounts.openid.wire import ProviderDown
from grants.services.accounts.throttling import (
    TooManyTries,
    fingerprint,
    record_failure,
    refuse_guessing,
)
from grants.views.accounts.blueprint import blueprint
from grants.views.accounts.targets import STEP, local_target
from grants.views.edge.access import open_session, public
from grants.views.edge.deed import stranger_deed, tell_login, tell_refused_login, visitor_origin

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.config_openid import OpenIdSettings
    from grants.services.accounts.users import Account

# Where the cookie keeps what a log-in began with.
BEGUN = "openid_begun"
# A cookie holds four kilobytes; a longer address of ours leads to the first page instead.
NEXT_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A log-in on its way: what it began with, when, and the page to go on to."""

    start: Start
    at: datetime
    next: str


@blueprint.get("/connexion/openid")
@public
def openid() -> ResponseReturnValue:
    """Send the browser to the provider."""
    target = request.args.get("next", "")
    if current_user.is_authenticated:
        return redirect(local_target(target), 303)
    start, now = service.new_start(), clock().now()
    try:
        url = provider().authorization_url(start, back_to=_back(), at=now)
    except ProviderDown as refusal:
        return _page(refusal)
    kept = target if len(target) <= NEXT_LENGTH else ""
    session[BEGUN] = [start.state, start.nonce, start.verifier, now.isoformat(), kept]
    return redirect(url, 303)


@blueprint.get("/login/openid/return")
@blueprint.get("/connexion/openid/retour")
@public
def openid_return() -> ResponseReturnValue:
    """Take the browser back from the provider, and let in whom it vouches for."""
    begun = _begun()
    try:
        identity = _identity(begun)
        with writing():  # a GET by its nature, and yet it opens a session
            return _let_in(identity, begun)
    except GrantsError as refusal:
        return _page(refusal)


def _let_in(identity: Identity, begun: PendingLogin) -> ResponseReturnValue:
    found = _account(identity)
    if isinstance(found, CodeRequest):
        session.clear()
        session[STEP] = found.token
        return redirect(url_for("accounts.code", next=begun.next or None), 303)
    open_session(found, identity)
    tell_login(found)
    return redirect(local_target(begun.next), 303)


def provider() -> Provider:
    """The provider of the settings, one for the process; without one these pages do not exist."""
    settings = _get_settings()
    kept: Provider | None = current_app.extensions.get("grants_openid")
    if kept is None or kept.settings is not settings:
        kept = current_app.extensions["grants_openid"] = Provider(settings)
    return kept


def _get_settings() -> OpenIdSettings:
    settings: OpenIdSettings | None = current_app.config["OPENID"]
    if settings is None:
        abort(404)
    return settings


def leave_provider(id_token: str | None) -> ResponseReturnValue | None:
    """Page that leads on to where the provider ends its own session; None when it has no such
    place. A page and no redirect: the form of the log-out may lead nowhere else.
    """
    if id_token is None or current_app.config["OPENID"] is None:
        return None
    back = str(current_app.config["SITE_URL"]) + _get_settings().logout_path
    url = provider().logout_url(
        id_token, back_to=back, state=service.new_start().state, at=clock().now()
    )
    if url is None:
        return None
    response = make_response(render_template("accounts/logged_out.html", url=url))
    response.headers["Refresh"] = f"0; url={url}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _begun() -> PendingLogin:
    """What this browser began with, once; a stranger's return finds nothing that fits."""
    kept = session.pop(BEGUN, None)
    if kept is None:
        return PendingLogin(service.new_start(), clock().now(), "")
    state, nonce, verifier, at, target = kept
    return PendingLogin(Start(state, nonce, verifier), datetime.fromisoformat(at), target)


def _identity(begun: PendingLogin) -> Identity:
    """Who the provider says it is. Nothing of the database is held while it is asked."""
    given, now = request.args, clock().now()
    service.require_answer(
        begun.start, begun.at, state=given.get("state", ""), error=given.get("error", ""), at=now
    )
    mark = fingerprint(f"openid {begun.start.state}")
    refuse_guessing(db.session(), mark=mark, address=visitor_origin(), at=now)
    db.session.commit()
    try:
        provider().require_issuer(given.get("iss"), at=now)
        return provider().identity(given.get("code", ""), begun.start, back_to=_back(), at=now)
    except TokenRefused:
        record_failure(db.session(), mark=mark, address=visitor_origin(), at=now)
        db.session.commit()
        raise


def _account(identity: Identity) -> Account | CodeRequest:
    # Committed either way: a refusal counts against the next try.
    try:
        return service.log_in_as(db.session(), identity=identity, deed=stranger_deed())
    except LoginRefused:
        db.session.commit()
        tell_refused_login(identity.email)
        raise
    finally:
        db.session.commit()


def _back() -> str:
    # Never from the request's Host header: the code must come back to this site.
    return str(current_app.config["SITE_URL"]) + _get_settings().return_path


def _page(refusal: GrantsError) -> tuple[str, int]:
    statuses = {TooManyTries: 429, ProviderDown: 503}
    page = render_template(
        "accounts/login.html", form=LoginForm(formdata=None), message=str(refusal)
    )
    return page, statuses.get(type(refusal), 403)
