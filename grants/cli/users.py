"""``grants user``: open, list and close accounts."""

from __future__ import annotations

import sys

import click

from grants.cli.application import with_database


@click.group(help="Gérer les comptes des utilisateurs.")
def user() -> None:
    """Commands about accounts."""


@user.command(help="Ouvrir un compte ; le mot de passe est demandé, ou lu sur l'entrée standard.")
@click.argument("email")
@click.option("--name", required=True, help="Nom de la personne.")
@click.option("--password-stdin", is_flag=True, help="Lire le mot de passe sur l'entrée standard.")
@with_database
def add(email: str, name: str, password_stdin: bool) -> None:
    """Open an account."""
    from grants.clock import clock
    from grants.enums import Role
    from grants.extensions import db
    from grants.services.memberships import give_role
    from grants.services.users import add_user

    now = clock().now()
    account = add_user(
        db.session(), email=email, name=name, password=_password(password_stdin), at=now
    )
    # Whoever has the terminal has the whole installation: accounts opened here are its operators.
    give_role(db.session(), user_id=account.id, role=Role.OPERATOR, start_on=now.date())
    click.echo(f"Compte ouvert : {account.email} ({account.name}).")


@user.command("list", help="Lister les comptes.")
@with_database
def list_accounts() -> None:
    """List accounts."""
    from grants.extensions import db
    from grants.services.users import list_users

    accounts = list_users(db.session())
    for account in accounts:
        state = "actif" if account.is_active else "désactivé"
        click.echo(f"{account.email}\t{account.name}\t{state}")
    if not accounts:
        click.echo("Aucun compte : ouvrez-en un avec « grants user add E-MAIL --name NOM ».")


@user.command(help="Désactiver un compte : ses sessions ouvertes s'arrêtent.")
@click.argument("email")
@with_database
def disable(email: str) -> None:
    """Close an account."""
    from grants.extensions import db
    from grants.services.users import disable_user

    click.echo(f"Compte désactivé : {disable_user(db.session(), email=email).email}.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    again = "Le même, encore une fois"
    answer = click.prompt("Mot de passe", hide_input=True, confirmation_prompt=again)
    return str(answer)
