"""``grants pack``: write the justification pack of a claim, and check one.

Exit codes: writing: 0 written, 1 written with the mark « PROJET » because a blocking finding
stands, 2 not written; checking: 0 whole, 1 altered or incomplete, 2 unreadable.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grants.cli.application import with_database
from grants.cli.deed import terminal_deed
from grants.cli.options import as_of_option, organisation_option, period_options, read_period
from grants.enums import ClaimKind
from grants.errors import Unreadable
from grants.french import count
from grants.french.failures import failure_fr

if TYPE_CHECKING:
    from exports.evidence.pack_check import PackReport
    from grants.services.evidence.packs import PackOutcome

SHOWN = 200
# On a terminal or not, one line for so many files.
TELL_EVERY = 2_000


class PackGroup(click.Group):
    """``grants pack CONVENTION …`` writes; ``grants pack verify FICHIER`` checks."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Whatever is not ``verify`` is the number of a convention, or an option before it."""
        if args[0] in self.commands and args[0] != "write":
            return super().resolve_command(ctx, args)
        return "", self.commands["write"], args

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options of writing, then the command that checks."""
        self.commands["write"].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group(
    cls=PackGroup,
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]},
    subcommand_metavar="CONVENTION --out FICHIER.zip | verify FICHIER.zip",
    options_metavar="",
    add_help_option=True,
    help="Écrire le dossier justificatif d'un bilan, ou contrôler un dossier.",
)
def pack() -> None:
    """Commands about packs."""


@pack.command(hidden=True)
@click.argument("number", metavar="CONVENTION")
@click.option(
    "--out",
    "path",
    metavar="FICHIER.zip",
    required=True,
    type=click.Path(path_type=Path),
    help="Fichier à écrire.",
)
@period_options
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ClaimKind]),
    help="Bilan intermédiaire ou final.",
)
@as_of_option
@organisation_option
@click.option("--force", is_flag=True, help="Remplacer le fichier s'il existe.")
@with_database
def write(
    number: str,
    path: Path,
    first: date | None,
    last: date | None,
    kind: str | None,
    as_of: date | None,
    force: bool,
) -> None:
    """Write a pack."""
    from flask import current_app

    from grants.clock import clock
    from grants.extensions import db
    from grants.services.evidence.packs import make_pack
    from grants.services.platform.storage import piece_storage

    made = make_pack(
        db.session,
        number=number,
        path=path,
        pieces=piece_storage(Path(current_app.config["DATA_DIR"])),
        as_of=as_of or clock().today(),
        period=read_period(first, last),
        kind=ClaimKind(kind) if kind else None,
        replace=force,
        progress=_tell,
    )
    _record(made, path)
    click.echo(f"Dossier écrit : {path} ({made.written.files} fichiers, {made.written.root})")
    _list("Pièces absentes du dossier", [piece.reference for piece in made.written.missing])
    if made.claim.is_blocked:
        click.echo("PROJET — NE PAS DÉPOSER : un constat bloquant demeure.", err=True)
        click.get_current_context().exit(1)


def _record(made: PackOutcome, path: Path) -> None:
    from grants.extensions import db
    from grants.services.claims.telling import record_pack

    # Ends the long reading: SQLite refuses to write after it once somebody else has.
    db.session.commit()
    record_pack(
        db.session,
        made.claim,
        path,
        files=made.written.files,
        deed=terminal_deed(),
    )


@pack.command(help="Contrôler un dossier : code 0 entier, 1 modifié ou incomplet, 2 illisible.")
@click.argument("path", metavar="FICHIER.zip", type=click.Path(path_type=Path))
def verify(path: Path) -> None:
    """Check a pack; no database is needed."""
    from exports.evidence.pack_check import check_pack

    try:
        report = check_pack(path, _read_claim, _tell)
    except OSError as error:
        raise Unreadable(f"« {path} » ne peut pas être lu : {failure_fr(error)}") from error
    _print_report(report)
    if not report.is_whole:
        click.get_current_context().exit(1)


def _read_claim(content: bytes) -> tuple[dict[str, Any] | None, Sequence[str]]:
    from marshmallow import ValidationError

    from grants.schemas.claims import load_claim_document, problem_lines

    try:
        return load_claim_document(content), ()
    except ValidationError as error:
        return None, problem_lines(error.messages)


def _print_report(report: PackReport) -> None:
    if report.is_whole:
        click.echo(f"Dossier entier : {report.files} fichiers, rien de modifié, rien ne manque.")
        return
    altered = [f"{fault.name} : {fault.what}" for fault in report.faults]
    _list("Fichiers modifiés, absents ou ajoutés", altered)
    _list("Pièces nommées par le bilan, absentes du dossier", report.missing_pieces)
    if not altered:
        click.echo("Rien n'a été modifié, mais le dossier est incomplet.", err=True)


def _list(title: str, items: Sequence[str]) -> None:
    """Items on the error stream, without the control characters that a name may carry."""
    if not items:
        return
    click.echo(f"{title} ({len(items)}) :", err=True)
    for item in items[:SHOWN]:
        click.echo("  " + "".join(c if c.isprintable() else "?" for c in item), err=True)
    if len(items) > SHOWN:
        click.echo(f"  … et {count(len(items) - SHOWN, 'autre')}", err=True)


def _tell(done: int, total: int) -> None:
    if total >= TELL_EVERY and (done % TELL_EVERY == 0 or done == total):
        click.echo(f"Dossier : {done} fichiers sur {total}", err=True)
