"""``grants db``: create the database, move it to another version, compare it with the models."""

from __future__ import annotations

import click

from grants.cli.application import application
from grants.french import count


@click.group(help="Créer et faire évoluer la base de données.")
def database() -> None:
    """Commands about the database as a whole."""


@database.command(help="Amener la base à la version du programme (la crée au besoin).")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Move up."""
    from grants.services.platform.database import upgrade_database

    with application().app_context():
        steps = upgrade_database(revision=revision)
    done = f"version {steps[-1]} ({count(len(steps), 'étape')})" if steps else "déjà à jour"
    click.echo(f"Base de données : {done}.")


@database.command(help="Revenir à une version précédente (« base » vide tout).")
@click.argument("revision")
@click.confirmation_option(prompt="Les données des tables retirées seront perdues. Continuer ?")
def downgrade(revision: str) -> None:
    """Move down."""
    from grants.services.platform.database import downgrade_database

    with application().app_context():
        left = downgrade_database(revision=revision)
    click.echo(f"Base de données : {f'version {left}' if left else 'vide'}.")


@database.command(help="Comparer la base avec le programme ; code 1 si elle diffère.")
def check() -> None:
    """Compare."""
    from grants.services.platform.database import database_differences, database_warnings

    with application().app_context():
        differences, warnings = database_differences(), database_warnings()
    for difference in differences:
        click.echo(difference)
    for warning in warnings:
        click.echo(f"Attention : {warning}", err=True)
    if differences:
        click.get_current_context().exit(1)
    click.echo("Base de données : conforme au programme.")


@database.command(help="Écrire la migration qui manque (développeurs : make migration).")
@click.argument("revision")
@click.option("--message", required=True, help="Ce que fait l'étape.")
def revision(revision: str, message: str) -> None:
    """Write a migration."""
    from grants.services.platform.database import write_migration

    with application().app_context():
        write_migration(revision=revision, message=message)
