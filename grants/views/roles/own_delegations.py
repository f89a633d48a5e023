"""One's own roles, exercised by a colleague during an absence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from forms.asking import ConfirmationForm
from forms.invitations import DelegationForm
from grants.clock import clock
from grants.extensions import db
from grants.services.roles import delegations as service
from grants.services.roles.delegations import DelegableRole
from grants.services.roles.requests import list_requests_of_holder
from grants.views.edge.asking import ask, refuse
from grants.views.edge.commits import commits, giving_back
from grants.views.roles.blueprint import blueprint
from grants.views.roles.delegating import ending, offer, wanted
from grants.views.roles.steward import own_steward

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "account"


@blueprint.route("/compte/delegations", methods=["GET", "POST"])
@commits
def own_delegations() -> ResponseReturnValue:
    """What one lends and exercises for others; lend a role."""
    form = DelegationForm()
    steward = own_steward(form.reason.data or "")
    roles = _delegable()
    offer(form, roles)
    if not form.validate_on_submit():
        return _page(form, roles)
    with giving_back(lambda refusal: _page(form, roles, refuse(form, refusal))):
        service.delegate_role(
            db.session(), steward=steward, wanted=wanted(form, current_user.account.id)
        )
    flash("La délégation est enregistrée.")
    return redirect(url_for("roles.own_delegations"), 303)


@blueprint.route("/compte/delegations/<int:delegation_id>/annuler", methods=["GET", "POST"])
@commits
def cancel_own_delegation(delegation_id: int) -> ResponseReturnValue:
    """End a delegation of one's own at once."""
    steward, form = own_steward(), ConfirmationForm()
    found = service.get_delegation(db.session(), steward=steward, delegation_id=delegation_id)
    question = ending(found, url_for("roles.own_delegations"))
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    with giving_back(
        lambda refusal: ask(question, form, section=SECTION, message=refuse(form, refusal))
    ):
        service.cancel_delegation(db.session(), steward=steward, delegation_id=delegation_id)
    flash("La délégation est annulée.")
    return redirect(url_for("roles.own_delegations"), 303)


def _delegable() -> Sequence[DelegableRole]:
    return service.delegable_roles(
        db.session(), user_id=current_user.account.id, as_of=clock().today()
    )


def _page(
    form: DelegationForm, roles: Sequence[DelegableRole], message: str = ""
) -> ResponseReturnValue:
    user_id = current_user.account.id
    page = render_template(
        "roles/delegations.html",
        form=form,
        has_roles=bool(roles),
        delegations=service.list_delegations(db.session(), user_id=user_id),
        requests=list_requests_of_holder(db.session(), steward=own_steward()),
        today=clock().today(),
        message=message,
        section=SECTION,
    )
    return page, 422 if form.is_submitted() else 200
