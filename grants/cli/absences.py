"""``grants absences``: take absences from a file of the payroll program or from a calendar.

Exit codes: 0 every line is taken or known, 1 a line is refused, 2 the file could not be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grants.cli.application import with_database
from grants.cli.deed import terminal_deed
from grants.cli.options import organisation_option
from grants.errors import Conflict, NotFound, Unreadable
from grants.french import count

if TYPE_CHECKING:
    from grants.enums import AbsenceKind
    from grants.services.people.absences.importing import AbsencePlan

# Days around today in which repeated events are unfolded.
BACK, AHEAD = timedelta(days=5 * 366), timedelta(days=366)


@click.group(help="Importer des absences d'un fichier .csv ou d'un agenda .ics.")
def absences() -> None:
    """Commands about leave."""


@absences.command("import", help="Montrer ce qu'un fichier change ; --confirm l'enregistre.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--confirm", is_flag=True, help="Enregistrer les absences nouvelles.")
@click.option("--person", "code", default="", help="Matricule, si le fichier ne nomme personne.")
@click.option(
    "--kind", "meanings", multiple=True, metavar="MOT=MOTIF", help="Ce que MOT veut dire."
)
@organisation_option
@with_database
def import_file(file: Path, confirm: bool, code: str, meanings: Sequence[str]) -> None:
    """Preview, or take what is new."""
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.people.absences.files import read_absences
    from grants.services.people.absences.importing import Outcome, plan_import, run_import

    today = clock().today()
    read = read_absences(file.name, _content(file), since=today - BACK, until=today + AHEAD)
    plan = plan_import(
        db.session(),
        file=read,
        person_ids=None,
        as_of=today,
        person_id=_get_person_id(code) if code else None,
        kinds=_read_kinds(meanings),
    )
    _print_plan(plan)
    if confirm:
        db.session.rollback()  # the reading was long: SQLite would refuse to write after it
        written = run_import(db.session(), plan=plan, deed=terminal_deed())
        click.echo(f"{count(written, 'absence enregistrée')}.")
    else:
        click.echo("Rien n'est enregistré : ajoutez --confirm.")
    if plan.count(Outcome.REFUSED):
        click.get_current_context().exit(1)


def _content(file: Path) -> bytes:
    from grants.services.spreadsheets.limits import reading

    with reading(file):
        if not file.is_file():
            raise Unreadable(f"« {file} » n'est pas un fichier : un .csv ou un .ics est attendu")
        return file.read_bytes()


def _get_person_id(code: str) -> int:
    from grants.extensions import db
    from grants.services.people.absences.access import persons_of_code

    found = persons_of_code(db.session(), code)
    if not found:
        raise NotFound(f"aucun agent « {code} »")
    if len(found) > 1:
        raise Conflict(f"plusieurs structures ont un agent « {code} » : ajoutez --organisation")
    return found[0]


def _read_kinds(meanings: Sequence[str]) -> dict[str, AbsenceKind]:
    from grants.enums import AbsenceKind
    from grants.labels import choices, from_label

    found = {}
    for meaning in meanings:
        words, _, kind = meaning.rpartition("=")
        try:
            found[words] = from_label(AbsenceKind, kind)
        except ValueError as error:
            raise Conflict(
                f"--kind {meaning} : motif « {kind} » inconnu, attendu MOT=MOTIF avec un de "
                + ", ".join(choices(AbsenceKind))
            ) from error
    return found


def _print_plan(plan: AbsencePlan) -> None:
    from grants.french import day_fr
    from grants.labels import label
    from grants.services.people.absences.importing import Outcome

    words = {Outcome.NEW: "à ajouter", Outcome.KNOWN: "déjà connue", Outcome.REFUSED: "refusée"}
    for problem in plan.file.problems:
        click.echo(f"ligne {problem.row} : refusée, {problem.column} : trouvé « {problem.found} », "
                   f"attendu {problem.expected}")  # fmt: skip
    for line in plan.lines:
        read = line.read
        kind = label(read.kind) if read.kind else read.words
        days = f"{day_fr(read.period.start)} au {day_fr(read.period.last)}"
        why = f", {line.message}" if line.message else ""
        click.echo(
            f"ligne {read.line} : {words[line.outcome]}, {line.person_name}, {kind}, {days}{why}"
        )
    for note in plan.file.notes:
        click.echo(note)
    counts = ", ".join(f"{plan.count(outcome)} {words[outcome]}" for outcome in Outcome)
    click.echo(f"{plan.file.name} : {counts}.")
