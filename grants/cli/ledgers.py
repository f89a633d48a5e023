"""``grants ledger`` and ``grants verify``: who is charged what, and the proof that nothing is
charged twice.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from grants.cli.application import Program, with_program
from grants.cli.options import as_of_option, organisation_option, period_options, read_period
from grants.french import count

if TYPE_CHECKING:
    from grants.services.claims.person_ledger import LedgerRow

SHOWN_BROKEN = 50


@click.command(help="Montrer les segments d'un agent : coût, heures, qui porte quoi, ce qui reste.")
@click.argument("agent", metavar="MATRICULE")
@period_options
@as_of_option
@organisation_option
@with_program
def ledger(
    program: Program, agent: str, first: date | None, last: date | None, as_of: date | None
) -> None:
    """Print one person's segments."""
    from grants.clock import clock
    from grants.french import euros
    from grants.services.claims.person_ledger import ledger_rows

    page = ledger_rows(
        program.session,
        code=agent,
        period=read_period(first, last),
        as_of=as_of or clock().today(),
    )
    click.echo(f"{page.name} ({agent}), {count(len(page.rows), 'segment')}")
    for row in page.rows:
        _print_row(row)
    left = euros(page.cost - page.funded)
    click.echo(f"Coût {euros(page.cost)} · financé {euros(page.funded)} · reste {left}")


def _print_row(row: LedgerRow) -> None:
    from grants.french import euros, hours, period_fr

    click.echo()
    click.echo(
        f"{period_fr(row.period)}  coût {euros(row.cost)}  ({row.weight})  "
        f"heures {hours(row.hours)}  reste {euros(row.left)}"
    )
    for name, value in row.hours_by_operation:
        click.echo(f"    {hours(value):>12}  {name}")
    for name, charged, granted in row.charges:
        click.echo(f"    {name} : porté {euros(charged)}, subvention {euros(granted)}")


@click.command(
    help="Prouver qu'aucun euro et aucune heure n'est payé deux fois, sur toute la base."
)
@as_of_option
@with_program
def verify(program: Program, as_of: date | None) -> None:
    """Print every proof; exit 1 when one is broken."""
    from grants.clock import clock
    from grants.french import number
    from grants.services.claims.verifying import verify_all

    proofs = verify_all(program.session, as_of=as_of or clock().today())
    for proof in proofs:
        verdict = "tient" if proof.holds else count(len(proof.broken), "faute")
        click.echo(f"{proof.statement} : {verdict} ({number(proof.looked_at)} examinés)")
        for finding in proof.broken[:SHOWN_BROKEN]:
            click.echo(f"    {finding.message}")
        if len(proof.broken) > SHOWN_BROKEN:
            click.echo(f"    … et {count(len(proof.broken) - SHOWN_BROKEN, 'autre')}")
    if not all(proof.holds for proof in proofs):
        raise click.exceptions.Exit(1)
