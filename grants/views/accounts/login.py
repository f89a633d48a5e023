"""Log in and log out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from flask_wtf.csrf import CSRFError

from forms.accounts import CodeForm, LoginForm
from grants.clock import clock
from grants.extensions import db
from grants.services.accounts.login import CodeRequest, LoginRefused, StepIsOver, give_code, log_in
from grants.services.accounts.openid.login import keep_identity, waiting_identity
from grants.services.accounts.passwords import is_short_alone
from grants.services.accounts.sessions import end_session, id_token_of
from grants.services.accounts.throttling import TooManyTries
from grants.views.accounts.blueprint import blueprint
from grants.views.accounts.openid import leave_provider
from grants.views.accounts.targets import STEP, local_target
from grants.views.edge.access import MUST_CHANGE_PASSWORD, open_session, public
from grants.views.edge.deed import (
    stranger_deed,
    tell_login,
    tell_logout,
    tell_refused_code,
    tell_refused_login,
    visitor_origin,
)
from grants.views.edge.devices import visiting_device
from grants.views.edge.errors import answer_http_error

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.services.accounts.openid.provider import Identity
    from grants.services.accounts.users import Account

EXPIRED = "Le formulaire avait expiré, rien n'a été envoyé. Vérifiez la saisie et recommencez."


@blueprint.route("/connexion", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    """Log in, then go on to the page that was asked for, or to the question for a code."""
    if current_user.is_authenticated:
        return redirect(local_target(request.args.get("next")), 303)
    form = LoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _page(form, 422 if form.is_submitted() else 200)
    try:
        found = _account(form)
    except (LoginRefused, TooManyTries) as refusal:
        _tell_refused(refusal, form.email.data)
        return _page(form, _status(refusal), str(refusal))
    if isinstance(found, CodeRequest):
        session.clear()
        session[STEP] = found.token
        return redirect(url_for("accounts.code", next=form.next.data or None), 303)
    open_session(found)
    tell_login(found)
    if is_short_alone(form.password.data):
        session[MUST_CHANGE_PASSWORD] = True
    return redirect(local_target(form.next.data), 303)


@blueprint.route("/connexion/code", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    """Give the code of the telephone, or a recovery code."""
    if STEP not in session:
        return redirect(url_for("accounts.login", next=request.args.get("next")), 303)
    form = CodeForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _code_page(form, 422 if form.is_submitted() else 200)
    try:
        account, identity = _account_by_code(form)
    except StepIsOver as refusal:
        session.pop(STEP)
        flash(str(refusal))
        return redirect(url_for("accounts.login", next=form.next.data or None), 303)
    except (LoginRefused, TooManyTries) as refusal:
        if isinstance(refusal, LoginRefused):
            tell_refused_code(session[STEP])
        return _code_page(form, _status(refusal), str(refusal))
    open_session(account, identity)
    tell_login(account)
    return redirect(local_target(form.next.data), 303)


@blueprint.post("/deconnexion")
def logout() -> ResponseReturnValue:
    """Log out, at the identity provider too; by POST only, so that no link or picture elsewhere
    can do it.
    """
    tell_logout(current_user.account)
    mine, running = current_user.account.id, current_user.session_id
    id_token = id_token_of(db.session(), session_id=running)
    end_session(db.session(), user_id=mine, session_id=running)
    db.session.commit()
    logout_user()
    session.clear()
    return leave_provider(id_token) or redirect(url_for("accounts.login"), 303)


@blueprint.app_errorhandler(CSRFError)
def explain_expired_form(error: CSRFError) -> ResponseReturnValue:
    """A form whose token is missing or old: shown again with what was typed, never acted upon."""
    if request.endpoint == "accounts.login":
        return _page(LoginForm(), 400, EXPIRED)
    return answer_http_error(error)


def _account(form: LoginForm) -> Account | CodeRequest:
    # Committed either way: a refusal counts against the next try.
    try:
        return log_in(
            db.session(),
            email=form.email.data,
            password=form.password.data,
            secret_key=current_app.config["SECRET_KEY"],
            address=request.remote_addr or "",
            at=clock().now(),
            device=visiting_device(),
        )
    finally:
        db.session.commit()


def _account_by_code(form: CodeForm) -> tuple[Account, Identity | None]:
    # Committed either way: a refusal counts, and a code is used up.
    now, place = clock().now(), visitor_origin()
    try:
        identity = waiting_identity(db.session(), token=session[STEP], at=now)
        account = give_code(
            db.session(),
            token=session[STEP],
            code=form.code.data,
            secret_key=current_app.config["SECRET_KEY"],
            address=place,
            at=now,
            device=visiting_device(),
            former_keys=current_app.config["SECRET_KEY_FALLBACKS"],
        )
        if identity is not None:
            keep_identity(db.session(), account=account, identity=identity, deed=stranger_deed())
        return account, identity
    finally:
        db.session.commit()


def _tell_refused(refusal: Exception, email: str) -> None:
    # Tries beyond the limit are not told: nobody may fill the trail, which is never emptied.
    if isinstance(refusal, LoginRefused):
        tell_refused_login(email)


def _status(refusal: Exception) -> int:
    return 429 if isinstance(refusal, TooManyTries) else 422


def _page(form: LoginForm, status: int, message: str = "") -> ResponseReturnValue:
    return render_template("accounts/login.html", form=form, message=message), status


def _code_page(form: CodeForm, status: int, message: str = "") -> ResponseReturnValue:
    return render_template("accounts/code.html", form=form, message=message), status
