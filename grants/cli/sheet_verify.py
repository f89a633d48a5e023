"""``grants sheets verify``: whether signed sheets are still what was signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import click

from grants.cli.application import with_database
from grants.cli.options import FrenchMonth, as_of_option, organisation_option
from grants.french import count, month_number

if TYPE_CHECKING:
    from grants.services.timesheets.proofs import SheetVerdict


@click.command(help="Prouver que les feuilles signées n'ont pas changé : code 1 si l'une diffère.")
@click.option("--month", type=FrenchMonth(), help="Mois ; par défaut tous.")
@organisation_option
@as_of_option
@with_database
def verify(month: date | None, as_of: date | None) -> None:
    """Hash each signed document again, compare it with today's facts, name what differs."""
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.timesheets.proofs import verify_sheets

    proof = verify_sheets(db.session(), as_of=as_of or clock().today(), month=month)
    for verdict in proof.verdicts:
        for line in _lines(verdict):
            click.echo(line)
    click.echo(
        f"{count(proof.signed, 'feuille signée')} dans le logiciel, "
        f"{count(proof.changed, 'changée')}."
    )
    if proof.altered:
        click.echo(f"{count(proof.altered, 'feuille altérée', 'feuilles altérées')}.")
    if proof.not_kept:
        click.echo(
            f"{count(proof.not_kept, 'document non conservé', 'documents non conservés')} : "
            f"feuilles signées avant que le logiciel garde ce qui est signé ; leur empreinte "
            f"tient pour les heures et les absences."
        )
    if proof.verdicts:
        click.get_current_context().exit(1)


def _lines(verdict: SheetVerdict) -> Iterator[str]:
    """What is to be said of a sheet: tampering first, then what differs today, field by field."""
    name = f"{verdict.code}, {month_number(verdict.month)}"
    if verdict.is_altered:
        yield (
            f"{name} : altération, un document signé ou une signature ne répond plus à l'empreinte "
            f"donnée à la signature ; comparez avec une sauvegarde, puis rouvrez la feuille et "
            f"faites-la signer à nouveau."
        )
    if verdict.has_changed:
        yield (
            f"{name} : les heures ou les absences ne sont plus celles qui ont été signées ; "
            f"rouvrez la feuille et faites-la signer à nouveau."
        )
    if verdict.changes:
        changed = count(len(verdict.changes), "donnée a changé", "données ont changé")
        yield f"{name} : {changed} depuis la signature ; la feuille garde ce qui a été signé."
    for change in verdict.changes:
        yield f"    {change}"
