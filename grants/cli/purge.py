"""``grants purge``: what may go by the retention clock, and its purge.

Exit codes: 0 done or nothing to do, 1 a preview with something to purge, 2 refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from grants.cli.application import with_database
from grants.cli.deed import terminal_deed
from grants.french import count, plural

if TYPE_CHECKING:
    from grants.services.privacy.plan import PurgePlan


@click.command(help="Montrer puis effacer ce dont la durée de conservation est finie.")
@click.argument("organisation")
@click.option("--preview", is_flag=True, help="Montrer seulement ce qui s'effacerait (défaut).")
@click.option("--confirm", "seen", metavar="EMPREINTE", help="Effacer l'aperçu de cette empreinte.")
@click.option("--reason", default="", help="Motif, gardé dans la piste d'audit.")
@click.option("--hold", "holds", multiple=True, metavar="NUMÉRO", help="Convention à garder.")
@with_database
def purge(
    organisation: str, preview: bool, seen: str | None, reason: str, holds: Sequence[str]
) -> None:
    """Preview, or purge what a preview showed."""
    from grants.clock import clock
    from grants.errors import Conflict
    from grants.extensions import db
    from grants.services.privacy.plan import plan_purge
    from grants.services.roles.codes import get_organisation_id

    if preview and seen:
        raise Conflict("donnez --preview ou --confirm, pas les deux")
    owner = get_organisation_id(db.session(), organisation)
    if seen:
        _carry_out(owner, seen, reason, holds)
        return
    plan = plan_purge(db.session(), organisation_id=owner, as_of=clock().today(), holds=holds)
    _print_plan(plan)
    if not plan.is_empty:
        click.get_current_context().exit(1)


def _carry_out(owner: int, seen: str, reason: str, holds: Sequence[str]) -> None:
    from pathlib import Path

    from flask import current_app

    from grants.clock import clock
    from grants.extensions import db
    from grants.services.platform.storage import piece_storage
    from grants.services.privacy import purging

    plan = purging.purge(
        db.session(), organisation_id=owner, as_of=clock().today(), holds=holds, seen=seen,
        deed=terminal_deed(reason),
    )  # fmt: skip
    db.session.commit()
    storage = piece_storage(Path(current_app.config["DATA_DIR"]))
    files = purging.remove_purged_files(db.session(), organisation_id=owner, storage=storage)
    rows = sum(going for going, _ in plan.counts.values())
    click.echo(
        f"Purge faite : {count(rows, 'ligne effacée')} ou {plural(rows, 'rendue anonyme')}, "
        f"{count(files, 'fichier')}."
    )


def _print_plan(plan: PurgePlan) -> None:
    from grants.labels import label
    from grants.services.platform.personal_tables import TABLES
    from grants.services.privacy.clocks import clock_wording

    for clock in plan.clocks:
        click.echo(f"{clock.facts.number} : {clock_wording(clock)}")
    for name, (going, staying) in plan.counts.items():
        goes = count(going, "s'efface", "s'effacent")
        click.echo(f"{TABLES[name].wording} : {goes}, {count(staying, 'reste', 'restent')}")
    for person in plan.persons:
        told = f"{person.code} : {label(person.fate)}, {count(person.gone, 'ligne')}"
        click.echo(f"{told}. {person.reason}".strip())
    if plan.is_empty:
        click.echo("Rien n'est à effacer aujourd'hui.")
    else:
        click.echo(f"Pour effacer : grants purge … --confirm {plan.fingerprint} --reason « motif »")
