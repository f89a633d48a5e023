"""Rights that somebody asks for themselves: who may say yes does so here, or says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from forms.asking import AnswerForm
from grants.extensions import db
from grants.services.roles import requests as service
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.wording import sentence
from grants.views.roles.blueprint import blueprint
from grants.views.roles.steward import SECTION, current_steward, own_steward

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.services.roles.stewardship import Steward

ASKED = (
    "La demande est envoyée : elle vaut quatorze jours et attend la réponse de quelqu'un d'autre."
)
OWN_SECTION = "account"


@blueprint.route("/demandes/<int:request_id>", methods=["GET", "POST"])
@commits
def answer_request(request_id: int) -> ResponseReturnValue:
    """Confirm or refuse, as somebody who administers the organisation."""
    form = AnswerForm()
    steward = current_steward(form.reason.data or "")
    return _answered(request_id, form, steward, url_for("roles.users"), SECTION)


@blueprint.route("/compte/demandes/<int:request_id>", methods=["GET", "POST"])
@commits
def answer_own_request(request_id: int) -> ResponseReturnValue:
    """Confirm or refuse, as the holder of the role that is asked for."""
    form = AnswerForm()
    steward = own_steward(form.reason.data or "")
    return _answered(request_id, form, steward, url_for("roles.own_delegations"), OWN_SECTION)


def _answered(
    request_id: int, form: AnswerForm, steward: Steward, back: str, section: str
) -> ResponseReturnValue:
    asked = service.get_request(db.session(), steward=steward, request_id=request_id)

    def page(message: str = "") -> ResponseReturnValue:
        shown = render_template(
            "roles/request.html", asked=asked, form=form, back=back, message=message,
            section=section, is_own=asked.asked_by_id == steward.user_id,
        )  # fmt: skip
        return shown, 422 if form.is_submitted() else 200

    if not form.validate_on_submit():
        return page()
    act = service.confirm_request if form.is_yes else service.refuse_request
    with giving_back(lambda refusal: page(sentence(refusal))):
        act(db.session(), steward=steward, request_id=request_id)
    flash("La demande est confirmée." if form.is_yes else "La demande est refusée.")
    return redirect(back, 303)
