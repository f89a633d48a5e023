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
from grants.services.roles.requests import request_later_end, request_role
from grants.services.roles.stewardship import NotOneself, get_user_row, stewarded_organisations
from grants.views.edge.asking import Question, ask, refuse
from grants.views.edge.commits import commits, giving_back
from grants.views.roles.blueprint import blueprint
from grants.views.roles.invitations import choice_page, role_choice
from grants.views.roles.requests import ASKED
from grants.views.roles.steward import MEANINGS, SECTION, current_steward, shape_form, wanted_role

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from grants.services.roles.giving import WantedRole
    from grants.services.roles.stewardship import Steward


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
        wanted, start_on = wanted_role(form, role, organisation_id), given_day(form.start_on)
        flash(_given(steward, user_id, name, wanted, start_on))
    return redirect(url_for("roles.user", user_id=user_id), 303)


def _given(steward: Steward, user_id: int, name: str, wanted: WantedRole, start_on: date) -> str:
    """What was done: a role given, or asked for where it is one's own."""
    session = db.session()
    try:
        grant_role(session, steward=steward, user_id=user_id, wanted=wanted, start_on=start_on)
    except NotOneself:
        request_role(session, steward=steward, wanted=wanted, start_on=start_on)
        return ASKED
    return f"{name} a le rôle « {label(wanted.role)} » dès le {day_fr(start_on)}."


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
        flash(_ended(current_steward(form.reason.data), held, name, form.last_on.data))
    return redirect(url_for("roles.user", user_id=user_id), 303)


def _ended(steward: Steward, held: HeldRole, name: str, last_on: date | None) -> str:
    """What was done: an end moved, or asked for where it is one's own and later."""
    session = db.session()
    try:
        end_role(session, steward=steward, membership_id=held.id, last_on=last_on)
    except NotOneself:
        request_later_end(session, steward=steward, membership_id=held.id, last_on=last_on)
        return ASKED
    return f"La fin du rôle « {label(held.role)} » de {name} est enregistrée."


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
