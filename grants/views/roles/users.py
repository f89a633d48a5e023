"""The list of users, and one user's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from forms.asking import ConfirmationForm
from forms.roles import UsersForm
from grants.extensions import db
from grants.services.roles.delegations import list_delegations
from grants.services.roles.invitations import list_pending
from grants.services.roles.requests import list_requests
from grants.services.roles.users import UserRow, list_user_rows, user_sheet
from grants.views.edge.cells import has_words
from grants.views.edge.listing import (
    Column,
    Listing,
    ListView,
    Step,
    answer_file,
    answer_page,
    show,
)
from grants.views.roles.blueprint import blueprint
from grants.views.roles.steward import SECTION, current_steward

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LISTING: Listing[UserRow] = Listing(
    title="Utilisateurs",
    what="utilisateurs",
    nothing="Aucun utilisateur",
    endpoint="roles.users",
    columns=(
        Column("name", "Nom", lambda row: row.account.name, width=28,
               link=lambda row: url_for("roles.user", user_id=row.account.id)),
        Column("email", "Adresse e-mail", lambda row: row.account.email, width=34),
        Column("role", "Rôles", lambda row: row.wordings, width=40),
        Column("organisation", "Structure", lambda row: row.organisations, width=34),
        Column("state", "État", lambda row: row.state, "member"),
        Column("factor", "Double authentification", lambda row: row.has_second_factor, "yes", 24),
        Column("opened", "Compte ouvert le", lambda row: row.created_at.date(), "day", 16),
    ),
    filters={
        "q": lambda row, text: has_words(text, row.account.name, row.account.email),
        "organisation": lambda row, name: name in {role.organisation for role in row.roles},
        "role": lambda row, role: role in {held.role.value for held in row.roles},
        "state": lambda row, state: row.state.value == state,
    },
    order="name",
    note="Rôles en cours et à venir, dans les structures que vous administrez.",
    empty="Personne n'a encore de rôle.",
    section=SECTION,
    template="roles/users.html",
    steps=(Step("roles.new_invitation", "Inviter quelqu'un"),),
)  # fmt: skip


@blueprint.get("/utilisateurs")
def users() -> ResponseReturnValue:
    """List of users."""
    pending = list_pending(db.session(), steward=current_steward())
    requests = list_requests(db.session(), steward=current_steward())
    return answer_page(_shown(), pending=pending, requests=requests)


@blueprint.get("/utilisateurs.<any(csv, xlsx):kind>")
def users_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    return answer_file(_shown(), kind, pending=(), requests=())


@blueprint.get("/utilisateurs/<int:user_id>")
def user(user_id: int) -> ResponseReturnValue:
    """One user: roles, delegations, protection, sessions, history."""
    steward = current_steward()
    return render_template(
        "roles/user.html",
        sheet=user_sheet(db.session(), steward=steward, user_id=user_id),
        delegations=list_delegations(db.session(), user_id=user_id, steward=steward),
        form=ConfirmationForm(),
        today=steward.today,
        section=SECTION,
    )


def _shown() -> ListView[UserRow]:
    rows = list_user_rows(db.session(), steward=current_steward())
    form = UsersForm(request.args)
    form.offer(role.organisation for row in rows for role in row.roles)
    return show(LISTING, form, rows)
