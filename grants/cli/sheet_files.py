"""``grants sheets print``: a month's time sheets as PDF, one file an agent.

Exit codes: 0 printed, 2 nothing could be printed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import quote

import click

from grants.cli.application import with_database
from grants.cli.options import FrenchMonth, as_of_option, organisation_option
from grants.errors import NotFound, Unreadable
from grants.french import count
from grants.french.failures import failure_fr

# On a file or a pipe instead of a terminal, one line for so many sheets.
TELL_EVERY = 50


@click.command(help="Imprimer les feuilles d'un mois en PDF, un fichier par agent.")
@click.option("--month", type=FrenchMonth(), required=True, help="Mois.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DOSSIER",
    help="Dossier où écrire ; il est créé.",
)  # fmt: skip
@click.option(
    "--person", "codes", multiple=True, metavar="MATRICULE", help="Cet agent seul ; se répète."
)
@organisation_option
@as_of_option
@with_database
def print_sheets(month: date, out: Path, codes: Sequence[str], as_of: date | None) -> None:
    """Write ``FT-<matricule>-<month>.pdf`` for each agent who has a sheet."""
    from flask import current_app

    from grants.clock import clock
    from grants.extensions import db
    from grants.services.platform.storage import piece_storage
    from grants.services.timesheets.prints import get_person_ids, iter_person_pdfs

    today = as_of or clock().today()
    people = get_person_ids(db.session(), month=month, codes=codes, as_of=today)
    storage = piece_storage(Path(current_app.config["DATA_DIR"]))
    files = iter_person_pdfs(
        db.session(), person_ids=people, month=month, storage=storage, as_of=today
    )
    printed = 0
    with _progress(len(people)) as tell:
        for printed, file in enumerate(files, 1):
            _write(out, file.name, file.content)
            tell(printed)
    if not printed:
        raise NotFound("Aucune feuille de temps à imprimer : choisissez un autre mois")
    click.echo(f"{count(printed, 'feuille imprimée')} dans {out}.")


def plain_name(name: str) -> str:
    """Name of a file inside the folder, whatever the code of an agent is; two differ as before.

    Example:
    >>> plain_name("FT-A01-2025-01.pdf"), plain_name("FT-a/../../b-2025-01.pdf")
    ('FT-A01-2025-01.pdf', 'FT-a%2F..%2F..%2Fb-2025-01.pdf')
    """
    return quote(name, safe=" ", encoding="utf-8") if set("/\\\0%") & set(name) else name


def _write(folder: Path, name: str, content: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / plain_name(name)).write_bytes(content)
    except OSError as error:
        raise Unreadable(f"« {folder} » : écriture impossible, {failure_fr(error)}") from error


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal's error stream, else a line now and then."""
    if not sys.stderr.isatty():
        yield lambda done: _tell(done, total)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Feuilles", total=total)
        yield lambda done: bar.update(task, completed=done)


def _tell(done: int, total: int) -> None:
    if done % TELL_EVERY == 0:
        click.echo(f"{done} feuilles sur {total}", err=True)
