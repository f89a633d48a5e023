"""Log in and log out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError

from forms.auth import LoginForm
from grants.clock import clock
from grants.extensions import db
from grants.services.users import LoginRefused, TooManyTries, log_in
from grants.views.access import Visitor, public
from grants.views.errors import answer_http_error

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.services.users import Account

blueprint = Blueprint("auth", __name__)

EXPIRED = "Le formulaire avait expiré, rien n'a été envoyé. Vérifiez la saisie et recommencez."


@blueprint.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    """Log in, then go on to the page that was asked for."""
    if current_user.is_authenticated:
        return redirect(local_target(request.args.get("next")), 303)
    form = LoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _page(form, 422 if form.is_submitted() else 200)
    try:
        account = _account(form)
    except (LoginRefused, TooManyTries) as refusal:
        return _page(form, 429 if isinstance(refusal, TooManyTries) else 422, str(refusal))
    _open_session(account)
    return redirect(local_target(form.next.data), 303)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Log out; by POST only, so that no link or picture elsewhere can do it."""
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"), 303)


@blueprint.app_errorhandler(CSRFError)
def explain_expired_form(error: CSRFError) -> ResponseReturnValue:
    """A form whose token is missing or old: shown again with what was typed, never acted upon."""
    if request.endpoint == "auth.login":
        return _page(LoginForm(), 400, EXPIRED)
    return answer_http_error(error)


def local_target(target: str | None) -> str:
    """Page of this site to go on to; anything that could lead elsewhere becomes the home page.

    Browsers read ``\\`` as ``/`` and skip control characters, so that ``/\\evil`` would leave.
    """
    home = url_for("finance.home")
    if not target or not target.startswith("/") or "\\" in target or not target.isprintable():
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc or target.startswith("//") else target


def _account(form: LoginForm) -> Account:
    # Committed either way: a refusal counts against the next try.
    try:
        return log_in(
            db.session(),
            email=form.email.data,
            password=form.password.data,
            address=request.remote_addr or "",
            at=clock().now(),
        )
    finally:
        db.session.commit()


def _open_session(account: Account) -> None:
    # A session that somebody planted before the log-in must not survive it.
    session.clear()
    session.permanent = True
    login_user(Visitor(account))


def _page(form: LoginForm, status: int, message: str = "") -> ResponseReturnValue:
    return render_template("auth/login.html", form=form, message=message), status
