"""One's second factor: put it in use, renew its recovery codes, take it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import segno
from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user

from forms.accounts import ConfirmForm, FirstCodeForm
from grants.clock import clock
from grants.errors import Conflict
from grants.extensions import db
from grants.services.accounts import second_factor as service
from grants.services.accounts.throttling import TooManyTries
from grants.services.accounts.users import drop_second_factor, require_password
from grants.views.accounts.blueprint import blueprint
from grants.views.accounts.trail import tell
from grants.views.edge.access import lacks_second_factor
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.wording import put_error, sentence

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

QR_SCALE = 5


@blueprint.get("/compte/second-facteur")
def second_factor() -> ResponseReturnValue:
    """How the second factor stands; a QR code while it waits for its first code."""
    return _page(ConfirmForm(), FirstCodeForm(), 200)


@blueprint.post("/compte/second-facteur/commencer")
@commits
def begin() -> ResponseReturnValue:
    """Draw the secret, once the password was given."""
    return _after_password(
        lambda: service.begin_second_factor(
            db.session(), user_id=_me(), secret_key=_key(), at=clock().now()
        )
    )


@blueprint.post("/compte/second-facteur/confirmer")
@commits
def confirm() -> ResponseReturnValue:
    """Put it in use by a first code, and show the recovery codes: this once."""
    form = FirstCodeForm()
    if not form.validate_on_submit():
        return _page(ConfirmForm(), form, 422)
    with giving_back(lambda refusal: _unconfirmed(form, refusal)):
        codes = service.confirm_second_factor(
            db.session(),
            user_id=_me(),
            code=form.code.data,
            secret_key=_key(),
            at=clock().now(),
            former=current_app.config["SECRET_KEY_FALLBACKS"],
        )
    tell({"second_factor": "active"}, {"second_factor": "inactive"})
    return render_template("accounts/recovery_codes.html", codes=codes, section="account")


@blueprint.post("/compte/second-facteur/codes")
@commits
def renew_codes() -> ResponseReturnValue:
    """Ten new recovery codes in place of the former ones: shown this once."""
    form = ConfirmForm()
    refused = _password_refused(form)
    if refused is not None:
        return refused
    if not service.second_factor_state(db.session(), user_id=_me()).is_on:
        return redirect(url_for("accounts.second_factor"), 303)
    codes = service.renew_recovery_codes(db.session(), user_id=_me())
    tell({"recovery_codes": "renouvelés"})
    return render_template("accounts/recovery_codes.html", codes=codes, section="account")


@blueprint.post("/compte/second-facteur/retirer")
@commits
def remove() -> ResponseReturnValue:
    """Log in by password alone from now on."""

    def drop() -> None:
        password = ConfirmForm().current.data or ""
        if drop_second_factor(db.session(), user_id=_me(), password=password):
            tell({"second_factor": "inactive"}, {"second_factor": "active"})

    return _after_password(drop)


def _unconfirmed(form: FirstCodeForm, refusal: Conflict) -> ResponseReturnValue:
    put_error(form, refusal)
    return _page(ConfirmForm(), form, 422)


def _after_password(act: Callable[[], object]) -> ResponseReturnValue:
    form = ConfirmForm()
    refused = _password_refused(form)
    if refused is not None:
        return refused
    with giving_back(
        lambda refusal: _page(form, FirstCodeForm(formdata=None), 409, sentence(refusal))
    ):
        act()
    return redirect(url_for("accounts.second_factor"), 303)


def _password_refused(form: ConfirmForm) -> ResponseReturnValue | None:
    """Page that says why the password does not do; None when it does."""
    if not form.validate_on_submit():
        return _page(form, FirstCodeForm(formdata=None), 422)
    try:
        require_password(
            db.session(),
            user_id=_me(),
            password=form.current.data,
            address=request.remote_addr or "",
            at=clock().now(),
        )
    except Conflict as refusal:
        # Returned, not given back: the refusal is kept, and counts against the next try.
        put_error(form, refusal)
        return _page(form, FirstCodeForm(formdata=None), 422)
    except TooManyTries as refusal:
        return _page(form, FirstCodeForm(formdata=None), 429, str(refusal))
    return None


def _page(
    form: ConfirmForm, code_form: FirstCodeForm, status: int, message: str = ""
) -> ResponseReturnValue:
    session = db.session()
    enrolment = service.find_enrolment(
        session,
        user_id=_me(),
        email=current_user.account.email,
        secret_key=_key(),
        former=current_app.config["SECRET_KEY_FALLBACKS"],
    )
    page = render_template(
        "accounts/second_factor.html",
        state=service.second_factor_state(session, user_id=_me()),
        enrolment=enrolment,
        qr=segno.make(enrolment.uri).svg_data_uri(scale=QR_SCALE, light="white")
        if enrolment
        else None,
        form=form,
        code_form=code_form,
        message=message,
        is_wanted=lacks_second_factor(),
        section="account",
    )
    return page, status


def _qr(text: str) -> str:
    """QR code as the address of a picture, on white whatever the page's ground."""
    return segno.make(text).svg_data_uri(scale=QR_SCALE, light="white")


def _me() -> int:
    return int(current_user.account.id)


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
