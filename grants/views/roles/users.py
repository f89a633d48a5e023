"""The list of users, and one user's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import render_template, request

from exports.kit.tables import Cell, Table
from exports.kit.workbook import Column
from forms.asking import ConfirmationForm
from forms.roles import UsersForm
from grants.clock import clock
from grants.extensions import db
from grants.labels import label
from grants.services.roles.delegations import list_delegations
from grants.services.roles.invitations import list_pending
from grants.services.roles.users import (
    UserFilter,
    UserRow,
    filter_users,
    list_user_rows,
    sort_users,
    user_sheet,
)
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import asked_page, paginate
from grants.views.roles.blueprint import blueprint
from grants.views.roles.steward import SECTION, current_steward

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PAGE_SIZE = 50
COLUMNS = (
    Column("Nom", 28), Column("Adresse e-mail", 34), Column("Rôles", 40), Column("Structure", 34),
    Column("État", 14), Column("Double authentification", 24),
    Column("Compte ouvert le", 16, "date"),
)  # fmt: skip


@blueprint.get("/utilisateurs")
def users() -> ResponseReturnValue:
    """List of users."""
    form, every_row = _asked()
    rows = _shown(form, every_row)
    return render_template(
        "roles/users.html",
        form=form,
        page=paginate(rows, asked_page(), PAGE_SIZE),
        pending=list_pending(db.session(), steward=current_steward()),
        section=SECTION,
    )


@blueprint.get("/utilisateurs.<any(csv, xlsx):kind>")
def users_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    rows = [_cells(row) for row in _shown(*_asked())]
    return send_table(Table("Utilisateurs", COLUMNS, rows), kind, created=clock().today())


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


def _asked() -> tuple[UsersForm, Sequence[UserRow]]:
    rows = list_user_rows(db.session(), steward=current_steward())
    form = UsersForm(request.args)
    form.offer(role.organisation for row in rows for role in row.roles)
    return form, rows


def _shown(form: UsersForm, rows: Sequence[UserRow]) -> Sequence[UserRow]:
    if not form.validate():
        return rows
    wanted = UserFilter(
        form.q.data or "", form.role.data or "", form.organisation.data or "",
        form.state.data or "",
    )  # fmt: skip
    key = form.sort.data or "name"
    found = filter_users(rows, wanted)
    return sort_users(found, key.removeprefix("-"), descending=key.startswith("-"))


def _cells(row: UserRow) -> tuple[Cell, ...]:
    return (
        row.account.name,
        row.account.email,
        row.wordings,
        row.organisations,
        label(row.state),
        "oui" if row.has_second_factor else "non",
        row.created_at.date(),
    )
