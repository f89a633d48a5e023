"""``grants user invite``, ``give-role`` and ``end-role``: who may do what, from a terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grants.cli.application import application, with_database
from grants.cli.deed import terminal_deed
from grants.cli.options import FrenchDay
from grants.enums import Role
from grants.french import day_fr

if TYPE_CHECKING:
    from grants.services.roles.codes import RoleCodes
    from grants.services.roles.stewardship import Steward

C = TypeVar("C", bound=Callable[..., Any])
ROLES = click.Choice([role.value for role in Role])


def role_options(command: C) -> C:
    """A role and what limits it."""
    for option in reversed(
        (
            click.option("--role", required=True, type=ROLES, help="Rôle."),
            click.option("--organisation", help="Code de la structure ; sauf pour operator."),
            click.option("--last", type=FrenchDay(), help="Dernier jour inclus."),
            click.option("--person", help="Code de l'agent, pour facilitator."),
            click.option("--team", multiple=True, help="Code d'un agent de l'équipe (manager)."),
            click.option("--convention", multiple=True, help="Numéro à lire, pour auditor."),
        )
    ):
        command = option(command)
    return command


@click.command(help="Inviter une personne par courriel ; le lien est aussi affiché.")
@click.argument("email")
@click.option("--name", required=True, help="Nom de la personne.")
@role_options
@with_database
def invite(email: str, name: str, **given: Any) -> None:
    """Invite somebody."""
    from grants.extensions import db
    from grants.services.roles.codes import wanted_by_codes
    from grants.services.roles.invitations import Guest
    from grants.services.roles.invitations import invite as send

    wanted = wanted_by_codes(db.session(), _codes(**given))
    token = send(
        db.session(), steward=terminal_steward(), guest=Guest(email, name), wanted=wanted,
        link=_link,
    )  # fmt: skip
    click.echo(f"Invitation prête pour {email} ; elle part avec les courriels en attente.")
    click.echo(f"Lien, valable sept jours et une fois : {_link(token)}")


@click.command("give-role", help="Donner un rôle à un compte.")
@click.argument("email")
@click.option("--first", type=FrenchDay(), help="Premier jour ; par défaut aujourd'hui.")
@role_options
@with_database
def give_role(email: str, first: date | None, **given: Any) -> None:
    """Give a role."""
    from grants.extensions import db
    from grants.labels import label
    from grants.services.accounts.users import get_user
    from grants.services.roles.codes import wanted_by_codes
    from grants.services.roles.giving import grant_role

    account, steward = get_user(db.session(), email=email), terminal_steward()
    wanted = wanted_by_codes(db.session(), _codes(**given))
    start_on = first or steward.today
    grant_role(db.session(), steward=steward, user_id=account.id, wanted=wanted, start_on=start_on)
    click.echo(f"{account.email} : {label(wanted.role)} dès le {day_fr(start_on)}.")


@click.command("end-role", help="Mettre fin à un rôle, tout de suite ou après --last.")
@click.argument("email")
@click.option("--role", required=True, type=ROLES, help="Rôle.")
@click.option("--organisation", help="Code de la structure ; sauf pour operator.")
@click.option("--last", type=FrenchDay(), help="Dernier jour inclus ; par défaut hier.")
@click.option("--reason", default="", help="Motif, pour l'historique.")
@with_database
def end_role(
    email: str, role: str, organisation: str | None, last: date | None, reason: str
) -> None:
    """End a role."""
    from grants.extensions import db
    from grants.periods import DAY
    from grants.services.accounts.users import get_user
    from grants.services.roles import giving as roles
    from grants.services.roles.codes import get_membership_ids

    account, steward = get_user(db.session(), email=email), terminal_steward(reason)
    found = get_membership_ids(
        db.session(), user_id=account.id, role=Role(role), organisation=organisation,
        as_of=steward.today,
    )  # fmt: skip
    last_on = last or steward.today - DAY
    for number in found:
        roles.end_role(db.session(), steward=steward, membership_id=number, last_on=last_on)
    click.echo(f"{account.email} : {role} jusqu'au {day_fr(last_on)}.")


def terminal_steward(reason: str = "") -> Steward:
    """Whoever has the terminal has the whole installation."""
    from grants.services.roles.stewardship import Steward

    return Steward(None, terminal_deed(reason))


def _codes(
    role: str,
    organisation: str | None,
    last: date | None,
    person: str | None,
    team: tuple[str, ...],
    convention: tuple[str, ...],
) -> RoleCodes:
    from grants.services.roles.codes import RoleCodes

    return RoleCodes(Role(role), organisation, last, person, team, convention)


def _link(token: str) -> str:
    from grants.services.roles.invitations import PATH

    return f"{application().config['SITE_URL']}{PATH}{token}"


@click.command(help="Lister les demandes de droits qui attendent une réponse.")
@with_database
def requests() -> None:
    """List what people ask for themselves."""
    from grants.extensions import db
    from grants.services.roles.requests import list_requests

    waiting = list_requests(db.session(), steward=terminal_steward())
    for one in waiting:
        click.echo(f"{one.id}\t{one.wording}\t{one.reason}")
    if not waiting:
        click.echo("Aucune demande n'attend de réponse.")


@click.command(help="Répondre à une demande de droit, quand personne d'autre ne le peut.")
@click.argument("number", metavar="NUMÉRO", type=int)
@click.option("--refuse", is_flag=True, help="La refuser ; sinon elle est confirmée.")
@click.option("--reason", default="", help="Motif, pour l'historique.")
@with_database
def answer(number: int, refuse: bool, reason: str) -> None:
    """Confirm or refuse a request."""
    from grants.extensions import db
    from grants.services.roles.requests import confirm_request, refuse_request

    act = refuse_request if refuse else confirm_request
    act(db.session(), steward=terminal_steward(reason), request_id=number)
    click.echo("Demande refusée." if refuse else "Demande confirmée.")
