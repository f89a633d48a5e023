"""``grants claim``: one convention's claim, on the terminal and as files.

Exit codes: 0 nothing forbids filing, 1 a blocking finding stands (the files are written, marked as
a draft), 2 no claim.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from grants.cli.application import Program, with_program
from grants.cli.deed import terminal_deed
from grants.cli.options import as_of_option, organisation_option, period_options, read_period
from grants.french import count
from grants.services.platform.collector import collector_paused

if TYPE_CHECKING:
    from grants.rules.claims.claim import Claim

SHOWN_FINDINGS = 20


@click.command(help="Calculer le bilan d'une convention et écrire ses fichiers.")
@click.argument("convention", metavar="CONVENTION")
@period_options
@click.option("--kind", type=click.Choice(["interim", "final"]), help="Intermédiaire ou final.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Dossier des fichiers.",
)
@click.option("--json", "as_json", is_flag=True, help="claim.json sur la sortie, sans fichier.")
@as_of_option
@organisation_option
@with_program
@collector_paused()
def claim(
    program: Program,
    convention: str,
    first: date | None,
    last: date | None,
    kind: str | None,
    out: Path,
    as_json: bool,
    as_of: date | None,
) -> None:
    """Compute, tell the trail, print and write."""
    from exports.claims.json_file import iter_claim
    from grants.clock import clock
    from grants.enums import ClaimKind
    from grants.services.claims.computing import compute_claim

    computed = compute_claim(
        program.session,
        number=convention,
        period=read_period(first, last),
        kind=ClaimKind(kind) if kind else None,
        as_of=as_of or clock().today(),
    )
    # A file: the lines of a thousand posts would take forty megabytes.
    with tempfile.TemporaryFile() as content:
        content.writelines(iter_claim(computed))
        _record(program, computed, content)
        if as_json:
            content.seek(0)
            shutil.copyfileobj(content, sys.stdout.buffer)
        else:
            _print(computed)
            _write(program, computed, content, out)
    if computed.is_blocked:
        raise click.exceptions.Exit(1)


def _record(program: Program, claim: Claim, content: BinaryIO) -> None:
    from grants.services.claims.telling import record_claim_export

    # Ends the long reading: SQLite refuses to write after it once somebody else has.
    program.session.commit()
    record_claim_export(
        program.session,
        claim,
        content,
        deed=terminal_deed(),
    )


def _print(claim: Claim) -> None:
    """Summary: costs, resources, grant, what limited it, then the findings."""
    from grants.french import euros, period_fr
    from grants.labels import label

    head = claim.convention
    click.echo(f"{head.number} — {head.title}")
    kind = f"{label(claim.kind)}, {period_fr(claim.period)}"
    click.echo(f"{head.organisation.name} · {head.funder_name} · {kind}")
    click.echo()
    rows = [
        ("Dépenses de personnel", claim.staff),
        ("Prestations", claim.services),
        ("Autres dépenses directes", claim.other_direct),
        ("Forfait de coûts indirects", claim.flat),
        ("Coût éligible", claim.eligible_cost),
        ("Autres ressources", claim.other_resources),
        ("Subvention due", claim.grant.due),
        ("Déjà versé", claim.grant.already_paid),
        ("Reste à verser", claim.grant.to_pay),
    ]
    for wording, figure in rows:
        click.echo(f"  {wording:<28}{euros(figure.value):>18}")
    click.echo(f"  Limitée par {label(claim.grant.limited_by)}.")
    if claim.grant.to_pay.value < 0:
        click.echo("  Trop-perçu : un ordre de reversement est à attendre.")
    _print_findings(claim)


def _print_findings(claim: Claim) -> None:
    from grants.french import euros
    from grants.labels import label

    click.echo()
    click.echo(count(len(claim.findings), "constat"))
    for finding in claim.findings[:SHOWN_FINDINGS]:
        click.echo(f"  [{label(finding.severity)}] {euros(finding.amount)} · {finding.message}")
    hidden = len(claim.findings) - SHOWN_FINDINGS
    if hidden > 0:
        click.echo(f"  … et {count(hidden, 'autre')}, dans le classeur, feuille Constats")


def _write(program: Program, claim: Claim, content: BinaryIO, out: Path) -> None:
    from exports.claims.files import write_claim_files
    from grants.services.organisations.files import official_form
    from grants.services.platform.storage import piece_storage

    with official_form(
        program.session,
        organisation_id=claim.convention.organisation.id,
        storage=piece_storage(Path(program.settings["DATA_DIR"])),
        fallback=program.settings["CERFA_15059_PDF"],
    ) as form:
        paths = write_claim_files(claim, out, claim_json=content, cerfa_form=form)
    click.echo()
    for path in paths:
        click.echo(f"Écrit : {path}")
    if claim.is_blocked:
        click.echo("Un constat bloquant subsiste : fichiers marqués « PROJET — NE PAS DÉPOSER ».")
