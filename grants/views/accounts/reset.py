"""A forgotten password: ask for a link, choose a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, url_for

from forms.accounts import ChosenPasswordForm, ForgottenForm
from grants.clock import clock
from grants.enums import AuditAction
from grants.errors import Conflict
from grants.extensions import db
from grants.services.accounts.reset import choose_password, request_reset, require_reset
from grants.services.accounts.telling import record_account
from grants.services.accounts.throttling import TooManyTries
from grants.views.accounts.blueprint import blueprint
from grants.views.edge.access import public
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import stranger_deed, visitor_origin
from grants.views.edge.devices import visiting_device
from grants.views.edge.wording import sentence

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

# What the trail says.
CHANGED = {"password": "changé par lien"}  # nosec B105 # a word, no password
SENT = (
    "Si un compte existe pour cette adresse, un lien vient d'y être envoyé ; il vaut une heure. "
    "Rien n'arrive ? Regardez les indésirables, puis demandez à votre administrateur."
)


@blueprint.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@public
@commits
def forgotten() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether or not there is an account."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return _forgotten(form, 422 if form.is_submitted() else 200)
    try:
        request_reset(
            db.session(), email=form.email.data, address=visitor_origin(), link=_link,
            at=clock().now(), device=visiting_device(),
        )  # fmt: skip
    except TooManyTries as refusal:
        return _forgotten(form, 429, str(refusal))
    flash(SENT)
    return redirect(url_for("accounts.login"), 303)


@blueprint.route("/nouveau-mot-de-passe/<token>", methods=["GET", "POST"])
@public
@commits
def new_password(token: str) -> ResponseReturnValue:
    """Choose the password, then log in with it."""
    now = clock().now()
    require_reset(db.session(), token=token, at=now)
    form = ChosenPasswordForm()
    if not form.validate_on_submit():
        return _chosen(form, 422 if form.is_submitted() else 200)
    with giving_back(lambda refusal: _refused(form, refusal)):
        account = choose_password(db.session(), token=token, password=form.password.data, at=now)
    record_account(
        db.session(), account, deed=stranger_deed(), action=AuditAction.CHANGED, after=CHANGED
    )
    flash("Le mot de passe est changé et vos sessions sont terminées : connectez-vous.")
    return redirect(url_for("accounts.login"), 303)


def _link(token: str) -> str:
    # Never from the request's Host header: whoever sends it would receive the link's visitor.
    return str(current_app.config["SITE_URL"]) + url_for("accounts.new_password", token=token)


def _forgotten(form: ForgottenForm, status: int, message: str = "") -> ResponseReturnValue:
    return render_template("accounts/forgotten.html", form=form, message=message), status


def _refused(form: ChosenPasswordForm, refusal: Conflict) -> ResponseReturnValue:
    form.password.errors = [sentence(refusal)]
    return _chosen(form, 422)


def _chosen(form: ChosenPasswordForm, status: int) -> ResponseReturnValue:
    page = render_template("accounts/new_password.html", form=form)
    return page, status, {"Referrer-Policy": "no-referrer"}
