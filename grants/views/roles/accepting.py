"""An invitation's link: accept it with one's account, or choose a password and have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from forms.accounts import InvitedForm
from forms.asking import ConfirmationForm
from grants.clock import clock
from grants.errors import Conflict
from grants.extensions import db
from grants.services.roles.invitations import (
    PATH,
    Offer,
    accept_with_account,
    accept_with_password,
    get_offer,
)
from grants.views.edge.access import open_session, public
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import stranger_deed, tell_login, visitor_deed
from grants.views.edge.navigation import home_page
from grants.views.edge.wording import sentence
from grants.views.roles.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LOG_IN_FIRST = "Connectez-vous avec le compte invité, puis acceptez."


@blueprint.route(f"{PATH}<token>", methods=["GET", "POST"])
@public
@commits
def invitation(token: str) -> ResponseReturnValue:
    """Accept: logged in with the address that was invited, or by choosing a password."""
    offer = get_offer(db.session(), token=token, at=clock().now())
    if offer.account is None:
        return _newcomer(token, offer)
    if current_user.is_authenticated and current_user.account.id == offer.account.id:
        return _member(token, offer)
    form = ConfirmationForm()
    return _page(offer, form, LOG_IN_FIRST if form.is_submitted() else "")


def _newcomer(token: str, offer: Offer) -> ResponseReturnValue:
    form = InvitedForm()
    if current_user.is_authenticated or not form.validate_on_submit():
        return _page(offer, form)
    with giving_back(lambda refusal: _page(offer, form, _beside_password(form, refusal))):
        account = accept_with_password(
            db.session(), token=token, password=form.password.data, deed=stranger_deed()
        )
    open_session(account, tells_device=False)
    tell_login(account)
    return redirect(home_page(), 303)


def _member(token: str, offer: Offer) -> ResponseReturnValue:
    form = ConfirmationForm()
    if not form.validate_on_submit():
        return _page(offer, form)
    with giving_back(lambda refusal: _page(offer, form, sentence(refusal))):
        accept_with_account(
            db.session(), token=token, account=current_user.account, deed=visitor_deed()
        )
    flash("L'invitation est acceptée.")
    return redirect(home_page(), 303)


def _beside_password(form: InvitedForm, refusal: Conflict) -> str:
    form.password.errors = [sentence(refusal)]
    return ""


def _page(
    offer: Offer, form: InvitedForm | ConfirmationForm, message: str = ""
) -> ResponseReturnValue:
    mine = current_user.is_authenticated and offer.account is not None
    page = render_template(
        "roles/invitation.html",
        offer=offer,
        form=form,
        message=message,
        is_mine=mine and current_user.account.id == offer.account.id,  # type: ignore[union-attr] # checked above
        login_url=url_for("accounts.login", next=request.path),
    )
    status = 422 if form.is_submitted() else 200
    return page, status, {"Referrer-Policy": "no-referrer"}
