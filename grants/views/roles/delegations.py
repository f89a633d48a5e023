"""A user's role, exercised by a colleague during an absence: made by an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from forms.asking import ConfirmationForm
from forms.invitations import DelegationForm
from grants.extensions import db
from grants.services.roles import delegations as service
from grants.services.roles.requests import request_delegation
from grants.services.roles.stewardship import NotOneself, get_user_row
from grants.views.edge.asking import ask, refuse
from grants.views.edge.commits import commits, giving_back
from grants.views.roles.blueprint import blueprint
from grants.views.roles.delegating import ending, offer, wanted
from grants.views.roles.requests import ASKED
from grants.views.roles.steward import SECTION, current_steward

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.services.roles.delegations import WantedDelegation
    from grants.services.roles.stewardship import Steward


@blueprint.route("/utilisateurs/<int:user_id>/delegations/nouvelle", methods=["GET", "POST"])
@commits
def new_delegation(user_id: int) -> ResponseReturnValue:
    """Let a colleague exercise one of the user's roles."""
    form = DelegationForm()
    steward = current_steward(form.reason.data or "")
    name = get_user_row(db.session(), steward=steward, user_id=user_id).name
    roles = service.delegable_roles(
        db.session(), user_id=user_id, as_of=steward.today, steward=steward
    )
    offer(form, roles)
    if not form.validate_on_submit():
        return _page(form, user_id, name, has_roles=bool(roles))
    with giving_back(
        lambda refusal: _page(form, user_id, name, has_roles=True, message=refuse(form, refusal))
    ):
        flash(_lent(steward, name, wanted(form, user_id)))
    return redirect(url_for("roles.user", user_id=user_id), 303)


def _lent(steward: Steward, name: str, asked: WantedDelegation) -> str:
    """What was done: a role lent, or asked for where one would exercise it oneself."""
    try:
        service.delegate_role(db.session(), steward=steward, wanted=asked)
    except NotOneself:
        request_delegation(db.session(), steward=steward, wanted=asked)
        return ASKED
    return f"La délégation de {name} est enregistrée."


@blueprint.route("/delegations/<int:delegation_id>/annuler", methods=["GET", "POST"])
@commits
def cancel_delegation(delegation_id: int) -> ResponseReturnValue:
    """End a delegation at once."""
    steward = current_steward()
    found = service.get_delegation(db.session(), steward=steward, delegation_id=delegation_id)
    back = url_for("roles.user", user_id=found.from_user_id)
    form = ConfirmationForm()
    if not form.validate_on_submit():
        return ask(ending(found, back), form, section=SECTION)
    with giving_back(
        lambda refusal: ask(
            ending(found, back), form, section=SECTION, message=refuse(form, refusal)
        )
    ):
        service.cancel_delegation(db.session(), steward=steward, delegation_id=delegation_id)
    flash("La délégation est annulée.")
    return redirect(back, 303)


def _page(
    form: DelegationForm, user_id: int, name: str, *, has_roles: bool, message: str = ""
) -> ResponseReturnValue:
    page = render_template(
        "roles/delegate.html", form=form, user_id=user_id, name=name, has_roles=has_roles,
        message=message, section=SECTION,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200
