"""``grants init``: create the database, the first organisation and its administrator."""

from __future__ import annotations

import sys

import click

from grants.cli.application import application, transaction
from grants.cli.deed import terminal_deed
from grants.enums import HolidayCalendar, LegalForm
from grants.labels import choices, from_label

FORMS = click.Choice(choices(LegalForm), case_sensitive=False)
CALENDARS = click.Choice(choices(HolidayCalendar), case_sensitive=False)


@click.command(help="Créer la base, la première structure et son administrateur.")
@click.option("--organisation", prompt="Nom de la structure", help="Nom de la structure.")
@click.option("--siret", prompt="SIRET", help="SIRET de la structure, contrôlé.")
@click.option("--legal-form", prompt="Forme juridique", type=FORMS, help="Forme juridique.")
@click.option("--calendar", prompt="Jours fériés", type=CALENDARS, help="Jours fériés.")
@click.option("--email", prompt="E-mail de l'administrateur", help="E-mail de l'administrateur.")
@click.option("--name", prompt="Nom de l'administrateur", help="Nom de l'administrateur.")
@click.option("--password-stdin", is_flag=True, help="Lire le mot de passe sur l'entrée standard.")
def init(
    organisation: str,
    siret: str,
    legal_form: str,
    calendar: str,
    email: str,
    name: str,
    password_stdin: bool,
) -> None:
    """Begin."""
    from grants.extensions import db
    from grants.services.roles.first_run import FirstOrganisation, FirstPerson, begin

    structure = FirstOrganisation(
        organisation,
        siret,
        from_label(LegalForm, legal_form),
        from_label(HolidayCalendar, calendar),
    )
    person = FirstPerson(email, name, _password(password_stdin))
    _create_database()
    with transaction():
        account = begin(
            db.session(),
            organisation=structure,
            person=person,
            deed=terminal_deed(),
        )
        click.echo(f"Structure créée : {organisation}. Administrateur : {account.email}.")
    click.echo("Lancez « grants serve », puis connectez-vous.")


def _create_database() -> None:
    from grants.extensions import db
    from grants.services.platform.database import upgrade_database
    from grants.services.platform.health import has_tables

    with application().app_context():
        is_there = has_tables(db.session())
        db.session.rollback()
        if not is_there:
            upgrade_database()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    again = "Le même, encore une fois"
    return str(click.prompt("Mot de passe", hide_input=True, confirmation_prompt=again))
