"""``grants template`` and ``grants import``: data in.

Exit codes: 0 imported (or would be), 1 faults in the data, all of them listed and nothing written,
2 the file could not be read at all.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grants.cli.application import with_database
from grants.cli.deed import terminal_deed
from grants.errors import Conflict, InputProblem, InvalidInput
from grants.french import count
from grants.french.failures import failure_fr

if TYPE_CHECKING:
    from grants.services.imports import ImportReport, Progress

SHOWN_PROBLEMS = 200
SHOWN_GONE = 20
# Without a terminal, one line for so many rows.
LINE_EVERY = 25_000


@click.command(help="Écrire un classeur d'import vide, avec aide, listes et contrôles de saisie.")
@click.argument("path", metavar="CHEMIN.xlsx", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Remplacer le fichier s'il existe.")
def template(path: Path, force: bool) -> None:
    """Write the empty workbook."""
    from exports.imports.template import template_workbook

    if path.suffix.casefold() != ".xlsx":
        raise Conflict(f"« {path.name} » : un nom en .xlsx est attendu")
    try:
        with path.open("wb" if force else "xb") as out:
            out.write(template_workbook())
    except FileExistsError as error:
        raise Conflict(f"« {path} » existe déjà : --force le remplace") from error
    except OSError as error:
        raise Conflict(f"« {path} » ne peut pas être écrit : {failure_fr(error)}") from error
    click.echo(f"Classeur vide écrit : {path}")


@click.command("import", help="Importer un classeur ou un dossier de fichiers csv, tout ou rien.")
@click.argument("path", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Contrôler et dire ce qui changerait, sans écrire.")
@click.option(
    "--pieces",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DOSSIER",
    help="Dossier des fichiers des pièces ; par défaut « pieces », à côté du classeur.",
)
@click.option(
    "--remove-missing",
    is_flag=True,
    help="Retirer aussi ce que le classeur n'a plus et à quoi rien ne tient (voyez --dry-run).",
)
@click.option("--json", "as_json", is_flag=True, help="Rapport ou erreurs complets en JSON.")
@with_database
def import_command(
    path: Path, dry_run: bool, pieces: Path | None, remove_missing: bool, as_json: bool
) -> None:
    """Import a file."""
    from flask import current_app

    from grants.extensions import db
    from grants.services.imports import import_file
    from grants.services.platform.storage import piece_storage

    try:
        with _progress() as progress:
            report = import_file(
                session=db.session,
                path=path,
                deed=terminal_deed(),
                storage=piece_storage(Path(current_app.config["DATA_DIR"])),
                pieces=pieces,
                dry_run=dry_run,
                remove=None if remove_missing else (),
                progress=progress,
            )
    except InvalidInput as error:
        (_print_json if as_json else _print_problems)(error.problems)
        click.get_current_context().exit(1)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        _print_report(report)


def _print_json(problems: Sequence[InputProblem]) -> None:
    found = {"problems": [asdict(problem) for problem in problems]}
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


def _print_problems(problems: Sequence[InputProblem]) -> None:
    for problem in problems[:SHOWN_PROBLEMS]:
        click.echo(str(problem), err=True)
    if len(problems) > SHOWN_PROBLEMS:
        left = len(problems) - SHOWN_PROBLEMS
        click.echo(f"… et {count(left, 'autre')} ; --json les donne toutes", err=True)
    click.echo(f"{count(len(problems), 'erreur')} : rien n'a été écrit.", err=True)


def _print_report(report: ImportReport) -> None:
    for warning in report.warnings:
        click.echo(f"Avertissement : {warning}", err=True)
    for row in report.gone[:SHOWN_GONE]:
        click.echo(f"Absente du classeur : {row}", err=True)
    if report.gone_in_all:
        rows = count(report.gone_in_all, "ligne enregistrée n'est", "lignes enregistrées ne sont")
        click.echo(f"{rows} plus dans le classeur : --remove-missing les retire.", err=True)
    click.echo(str(report))


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal's error stream, else a line now and then."""
    if not sys.stderr.isatty():
        yield _tell
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda what, done, total: bar.update(
            task, description=what, completed=done, total=max(total, 1)
        )


def _tell(what: str, done: int, total: int) -> None:
    if total >= LINE_EVERY and (done % LINE_EVERY == 0 or done == total):
        click.echo(f"{what} : {done} sur {total} lignes", err=True)
