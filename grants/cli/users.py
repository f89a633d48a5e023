"""``grants user``: open, list, close and reopen accounts, end their sessions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from grants.cli.application import with_database
from grants.cli.deed import terminal_deed
from grants.cli.user_roles import (
    answer,
    end_role,
    give_role,
    invite,
    requests,
    terminal_steward,
)
from grants.french import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grants.rules.audit.chain import Value
    from grants.services.accounts.users import Account


@click.group(help="Gérer les comptes des utilisateurs.")
def user() -> None:
    """Commands about accounts."""


user.add_command(invite)
user.add_command(give_role)
user.add_command(end_role)
user.add_command(requests)
user.add_command(answer)


@user.command(help="Ouvrir un compte ; le mot de passe est demandé, ou lu sur l'entrée standard.")
@click.argument("email")
@click.option("--name", required=True, help="Nom de la personne.")
@click.option("--password-stdin", is_flag=True, help="Lire le mot de passe sur l'entrée standard.")
@with_database
def add(email: str, name: str, password_stdin: bool) -> None:
    """Open an account."""
    from grants.enums import AuditAction, Role
    from grants.extensions import db
    from grants.services.accounts.telling import record_account
    from grants.services.accounts.users import add_user
    from grants.services.roles.giving import WantedRole, put_role

    deed = terminal_deed()
    account = add_user(
        db.session(), email=email, name=name, password=_password(password_stdin), at=deed.at
    )
    record_account(
        db.session(),
        account,
        deed=deed,
        action=AuditAction.CREATED,
        after={"name": account.name, "is_active": True},
    )
    # Whoever has the terminal has the whole installation: accounts opened here are its operators.
    steward = terminal_steward()
    put_role(
        db.session(), steward=steward, user_id=account.id, wanted=WantedRole(Role.OPERATOR, None),
        start_on=steward.today,
    )  # fmt: skip
    click.echo(f"Compte ouvert : {account.email} ({account.name}).")


@user.command("list", help="Lister les comptes et leurs rôles.")
@with_database
def list_accounts() -> None:
    """List accounts."""
    from grants.extensions import db
    from grants.labels import label
    from grants.services.roles.users import list_user_rows

    rows = list_user_rows(db.session(), steward=terminal_steward())
    for row in sorted(rows, key=lambda row: row.account.email):
        account, state = row.account, label(row.state).lower()
        roles = " ; ".join(f"{label(one.role)} ({one.organisation})" for one in row.roles)
        click.echo(f"{account.email}\t{account.name}\t{state}\t{roles}")
    if not rows:
        click.echo("Aucun compte : ouvrez-en un avec « grants user add E-MAIL --name NOM ».")


@user.command(help="Désactiver un compte : ses sessions ouvertes s'arrêtent.")
@click.argument("email")
@with_database
def disable(email: str) -> None:
    """Close an account."""
    from grants.extensions import db
    from grants.services.accounts.users import disable_user

    account = disable_user(db.session(), email=email)
    _record_switch(account, is_active=False)
    click.echo(f"Compte désactivé : {account.email}.")


@user.command(help="Rouvrir un compte désactivé.")
@click.argument("email")
@with_database
def enable(email: str) -> None:
    """Open a closed account again."""
    from grants.extensions import db
    from grants.services.accounts.users import enable_user

    account = enable_user(db.session(), email=email)
    _record_switch(account, is_active=True)
    click.echo(f"Compte actif : {account.email}.")


@user.command(help="Rouvrir la connexion d'un compte que trop de tentatives ont fermée.")
@click.argument("email")
@with_database
def unlock(email: str) -> None:
    """Forget the refusals counted against an account."""
    from grants.extensions import db
    from grants.services.accounts.throttling import unlock as forget
    from grants.services.accounts.users import get_user

    account = get_user(db.session(), email=email)
    forgotten = forget(db.session(), email=account.email)
    _record(account, after={"refusals_forgotten": forgotten})
    click.echo(f"{account.email} peut se connecter : {count(forgotten, 'refus oublié')}.")


@user.command("revoke-sessions", help="Terminer toutes les sessions d'un compte.")
@click.argument("email")
@with_database
def revoke_sessions(email: str) -> None:
    """End an account's sessions."""
    from grants.extensions import db
    from grants.services.accounts.users import get_user, sign_out_user

    ended = sign_out_user(db.session(), email=email)
    _record(get_user(db.session(), email=email), after={"sessions_ended": ended})
    click.echo(f"{count(ended, 'session terminée')}.")


@user.command("reset-second-factor", help="Retirer la double authentification d'un compte.")
@click.argument("email")
@with_database
def reset_second_factor(email: str) -> None:
    """Take an account's second factor away."""
    from grants.extensions import db
    from grants.services.accounts.users import get_user, reset_second_factor

    had_one = reset_second_factor(db.session(), email=email)
    if had_one:
        account = get_user(db.session(), email=email)
        _record(account, {"second_factor": "active"}, {"second_factor": "inactive"})
    click.echo(
        "Double authentification retirée, sessions terminées."
        if had_one
        else "Ce compte n'avait pas de double authentification ; ses sessions sont terminées."
    )


def _record_switch(account: Account, *, is_active: bool) -> None:
    _record(account, {"is_active": not is_active}, {"is_active": is_active})


def _record(
    account: Account,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
) -> None:
    from grants.enums import AuditAction
    from grants.extensions import db
    from grants.services.accounts.telling import record_account

    record_account(
        db.session(),
        account,
        deed=terminal_deed(),
        action=AuditAction.CHANGED,
        before=before,
        after=after,
    )


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    again = "Le même, encore une fois"
    answer = click.prompt("Mot de passe", hide_input=True, confirmation_prompt=again)
    return str(answer)
