"""``grants sheets verify``: whether signed sheets are still what was signed."""

from __future__ import annotations

from datetime import date

import click

from grants.cli.application import with_database
from grants.cli.options import organisation_option
from grants.cli.sheets import FrenchMonth


@click.command(help="Prouver que les feuilles signées n'ont pas changé : code 1 si l'une diffère.")
@click.option("--month", type=FrenchMonth(), help="Mois ; par défaut tous.")
@organisation_option
@with_database
def verify(month: date | None) -> None:
    """Hash each signed sheet again and name those that differ."""
    from grants.extensions import db
    from grants.services.timesheets.proofs import verify_sheets

    proof = verify_sheets(db.session(), month=month)
    for code, changed in proof.changed:
        click.echo(
            f"{code}, {changed:%m/%Y} : les heures ou les absences ne sont plus celles qui ont été "
            f"signées ; rouvrez la feuille et faites-la signer à nouveau."
        )
    click.echo(
        f"{proof.signed} feuille(s) signée(s) dans le logiciel, {len(proof.changed)} changée(s)."
    )
    if proof.changed:
        click.get_current_context().exit(1)
