"""Changing one's password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from forms.accounts import PasswordForm
from grants.clock import clock
from grants.errors import Conflict
from grants.extensions import db
from grants.services.accounts.throttling import TooManyTries
from grants.services.accounts.users import change_password
from grants.views.accounts.blueprint import blueprint
from grants.views.accounts.trail import tell
from grants.views.edge.access import open_session
from grants.views.edge.commits import commits
from grants.views.edge.wording import put_error

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/compte/mot-de-passe", methods=["GET", "POST"])
@commits
def password() -> ResponseReturnValue:
    """Change the password; every session ends, and this one begins anew."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(form, 422 if form.is_submitted() else 200)
    try:
        _change(form)
    except Conflict as refusal:
        # Returned, not given back: the refusal is kept, and counts against the next try.
        put_error(form, refusal)
        return _page(form, 422)
    except TooManyTries as refusal:
        return _page(form, 429, str(refusal))
    open_session(current_user.account, tells_device=False)
    flash("Le mot de passe est changé ; vos autres sessions sont terminées.")
    return redirect(url_for("accounts.home"), 303)


def _change(form: PasswordForm) -> None:
    change_password(
        db.session(),
        user_id=current_user.account.id,
        current=form.current.data,
        new=form.password.data,
        address=request.remote_addr or "",
        at=clock().now(),
    )
    tell({"password": "changé"})  # nosec B105 # a word of the trail


def _page(form: PasswordForm, status: int, message: str = "") -> ResponseReturnValue:
    page = render_template("accounts/password.html", form=form, message=message, section="account")
    return page, status
