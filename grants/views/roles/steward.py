"""What the pages about users share: who administers, and forms of roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, url_for

from grants.enums import Role
from grants.extensions import db
from grants.services.platform.tenancy import Scope, set_scope
from grants.services.roles.giving import WantedRole, scope_choices
from grants.services.roles.memberships import access_of
from grants.services.roles.stewardship import Steward
from grants.views.edge.deed import visitor_deed
from grants.views.edge.permissions import access, held_roles

if TYPE_CHECKING:
    from forms.roles import RoleForm

SECTION = "users"
# What each role opens, for whoever gives it.
MEANINGS = {
    Role.FACILITATOR: "Saisit et signe ses propres feuilles de temps.",
    Role.MANAGER: "Contrôle et valide les feuilles de temps de son équipe ; lit les totaux.",
    Role.FINANCE: "Tient conventions, paie et bilans ; voit les rémunérations.",
    Role.DIRECTOR: "Lit tous les chiffres, sans le détail des rémunérations.",
    Role.AUDITOR: "Lit les conventions nommées, jusqu'à une date.",
    Role.ADMINISTRATOR: "Gère les utilisateurs et les réglages ; ne lit aucune convention.",
    Role.OPERATOR: "Tient toute l'installation, toutes structures comprises.",
}


def current_steward(reason: str = "") -> Steward:
    """The visitor, as far as the roles that opened this page reach, and why they do it."""
    return Steward(access().organisations, visitor_deed(reason))


def own_steward(reason: str = "") -> Steward:
    """The visitor, who reaches nobody but themselves; their organisations are told to the session,
    since pages of one's account are narrowed to none.
    """
    reached = access_of(held_roles()).organisations
    set_scope(db.session(), Scope(reached))
    return Steward(frozenset(), visitor_deed(reason))


def roles_to_give(steward: Steward) -> list[Role]:
    """Roles that a steward may give."""
    return [role for role in Role if role is not Role.OPERATOR or steward.is_operator]


def shape_form(form: RoleForm, steward: Steward, role: Role, organisation_id: int | None) -> None:
    """Leave the fields that the role wants, with what the organisation has."""
    found = scope_choices(db.session(), steward=steward, organisation_id=organisation_id)
    form.shape(role, persons=found.persons, conventions=found.conventions)


def wanted_role(form: RoleForm, role: Role, organisation_id: int | None) -> WantedRole:
    """Role that a valid form asks for."""
    return WantedRole(
        role, organisation_id, form.last_on.data, form.person_id, form.convention_ids,
        form.team_ids,
    )  # fmt: skip


def invitation_link(token: str) -> str:
    """Address in a mail; never from the request's Host header: who sends it would get visitors."""
    return str(current_app.config["SITE_URL"]) + url_for("roles.invitation", token=token)
