"""``grants sheets verify``: whether signed sheets are still what was signed."""

from __future__ import annotations

from datetime import date

import click

from grants.cli.application import with_database
from grants.cli.options import FrenchMonth, organisation_option
from grants.french import count, month_number


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
            f"{code}, {month_number(changed)} : les heures ou les absences ne sont "
            f"plus celles qui ont été signées ; rouvrez la feuille et faites-la signer à nouveau."
        )
    click.echo(
        f"{count(proof.signed, 'feuille signée')} dans le logiciel, "
        f"{count(len(proof.changed), 'changée')}."
    )
    if proof.changed:
        click.get_current_context().exit(1)
