"""Roles of a user: give one, move its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from forms.asking import RoleEndForm
from forms.roles import RoleForm, given_day
from grants.enums import Role
from grants.errors import NotFound
from grants.extensions import db
from grants.french import day_fr
from grants.labels import label
from grants.services.roles.giving import (
    NO_SUCH_ROLE,
    HeldRole,
    end_role,
    get_membership,
    grant_role,
    held_roles_of,
)
from grants.services.roles.stewardship import get_user_row, stewarded_organisations
from grants.views.edge.asking import Question, ask, refuse
from grants.views.edge.commits import commits, giving_back
from grants.views.roles.blueprint import blueprint
from grants.views.roles.invitations import choice_page, role_choice
from grants.views.roles.steward import MEANINGS, SECTION, current_steward, shape_form, wanted_role

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/utilisateurs/<int:user_id>/roles/nouveau", methods=["GET", "POST"])
@commits
def new_role(user_id: int) -> ResponseReturnValue:
    """Choose a role, then its days and limits."""
    steward = current_steward()
    name = get_user_row(db.session(), steward=steward, user_id=user_id).name
    choice = role_choice()
    if choice is None:
        return choice_page(f"Donner un rôle à {name}")
    role, organisation_id = choice
    form = RoleForm(start_on=steward.today)
    shape_form(form, steward, role, organisation_id)
    if not form.validate_on_submit():
        return _page(form, user_id, name, choice)
    with giving_back(lambda refusal: _page(form, user_id, name, choice, refuse(form, refusal))):
        grant_role(
            db.session(),
            steward=steward,
            user_id=user_id,
            wanted=wanted_role(form, role, organisation_id),
            start_on=given_day(form.start_on),
        )
    flash(f"{name} a le rôle « {label(role)} » dès le {day_fr(form.start_on.data)}.")
    return redirect(url_for("roles.user", user_id=user_id), 303)


@blueprint.route(
    "/utilisateurs/<int:user_id>/roles/<int:role_id>/terminer", methods=["GET", "POST"]
)
@commits
def role_end(user_id: int, role_id: int) -> ResponseReturnValue:
    """Move the last day of a role."""
    steward = current_steward()
    name = get_user_row(db.session(), steward=steward, user_id=user_id).name
    held = _get_held_role(user_id, role_id)
    form = RoleEndForm(last_on=held.last)
    if not form.validate_on_submit():
        return ask(_ending(name, held), form, section=SECTION)
    with giving_back(
        lambda refusal: ask(
            _ending(name, held), form, section=SECTION, message=refuse(form, refusal)
        )
    ):
        end_role(
            db.session(),
            steward=current_steward(form.reason.data),
            membership_id=role_id,
            last_on=form.last_on.data,
        )
    flash(f"La fin du rôle « {label(held.role)} » de {name} est enregistrée.")
    return redirect(url_for("roles.user", user_id=user_id), 303)


def _get_held_role(user_id: int, role_id: int) -> HeldRole:
    steward = current_steward()
    get_membership(db.session(), steward=steward, membership_id=role_id)
    for held in held_roles_of(db.session(), steward=steward, user_ids=[user_id]):
        if held.id == role_id:
            return held
    raise NotFound(NO_SUCH_ROLE)


def _ending(name: str, role: HeldRole) -> Question:
    return Question(
        f"Fin du rôle « {label(role.role)} »",
        (
            f"{name} perd, après le dernier jour, ce que ce rôle ouvre : {role.organisation}.",
            "Les délégations de ce rôle s'arrêtent avec lui.",
            "Ce que cette personne a saisi ou signé reste, avec l'historique.",
        ),
        "Enregistrer la fin",
        url_for("roles.user", user_id=role.user_id),
    )


def _page(
    form: RoleForm, user_id: int, name: str, choice: tuple[Role, int | None], message: str = ""
) -> ResponseReturnValue:
    role, organisation_id = choice
    names = dict(stewarded_organisations(db.session(), steward=current_steward()))
    page = render_template(
        "roles/give_role.html",
        form=form,
        user_id=user_id,
        name=name,
        role=role,
        meaning=MEANINGS[role],
        organisation=names.get(organisation_id or 0, "la plateforme"),
        message=message,
        section=SECTION,
    )
    return page, 422 if form.is_submitted() else 200
