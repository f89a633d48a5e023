"""``grants sheets``: where a month's time sheets stand, locked and opened from a terminal.

Exit codes of ``status``: 0 nothing asks for attention, 1 a sheet is late or odd, 2 it could not be
told. Further subcommands live in modules of their own and are imported when they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

import click

from grants.cli.application import with_database
from grants.cli.deed import terminal_deed
from grants.cli.options import FrenchMonth, as_of_option, organisation_option
from grants.french import count, plural

if TYPE_CHECKING:
    from grants.rules.timesheets.attention import TeamLine

# Subcommand → module and object that hold it, and its line of help.
ELSEWHERE: dict[str, tuple[str, str]] = {
    "verify": (
        "grants.cli.sheet_verify:verify",
        "Prouver que les feuilles signées n'ont pas changé : code 1 si l'une diffère.",
    ),
    "print": (
        "grants.cli.sheet_files:print_sheets",
        "Imprimer les feuilles d'un mois en PDF, un fichier par agent.",
    ),
}


class SheetsGroup(click.Group):
    """The commands below, and those of ``ELSEWHERE`` without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the work."""
        return [*self.commands, *ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that is really called."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ELSEWHERE[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print all of them."""
        own = [(name, command.help or "") for name, command in self.commands.items()]
        with formatter.section("Commandes"):
            formatter.write_dl([*own, *((name, text) for name, (_, text) in ELSEWHERE.items())])


@click.group(cls=SheetsGroup, help="Suivre, verrouiller et ouvrir les feuilles de temps.")
def sheets() -> None:
    """Commands about time sheets."""


_person_option = click.option(
    "--person", "codes", multiple=True, metavar="MATRICULE", help="Cet agent seul ; se répète."
)


@sheets.command(help="Montrer l'état des feuilles d'un mois : code 1 s'il y a à regarder.")
@click.option("--month", type=FrenchMonth(), help="Mois ; par défaut le dernier mois fini.")
@organisation_option
@as_of_option
@with_database
def status(month: date | None, as_of: date | None) -> None:
    """Print a line a person, what asks for attention first."""
    from grants.clock import clock
    from grants.extensions import db
    from grants.periods import DAY
    from grants.rules.timesheets.attention import sort_lines
    from grants.services.timesheets.team import get_month_of_everybody

    today = as_of or clock().today()
    wanted = month or (today.replace(day=1) - DAY).replace(day=1)
    lines = sort_lines(get_month_of_everybody(db.session, month=wanted, as_of=today), "attention")
    _print(wanted, lines)
    if any(line.is_late or line.is_worth_a_look for line in lines):
        click.get_current_context().exit(1)


@sheets.command(help="Verrouiller les feuilles signées d'un mois.")
@click.option("--month", type=FrenchMonth(), required=True, help="Mois.")
@click.option("--for", "locked_for", required=True, metavar="TEXTE", help="Pour quoi.")
@_person_option
@organisation_option
@with_database
def lock(month: date, locked_for: str, codes: Sequence[str]) -> None:
    """Lock those that both have signed."""
    from grants.enums import SheetSituation
    from grants.extensions import db
    from grants.services.timesheets.steps import lock_sheets, require_reason

    lines = _lines(month, codes)
    signed = [line for line in lines if line.situation is SheetSituation.APPROVED]
    done = lock_sheets(
        db.session, person_months=_months(signed), locked_for=require_reason(locked_for)[:200],
        deed=terminal_deed(),
    )  # fmt: skip
    click.echo(f"{count(done, 'feuille verrouillée')}.")
    waiting = [line for line in lines if line.is_unsigned]
    if waiting:
        names = ", ".join(line.summary.person.name for line in waiting)
        left = count(len(waiting), "non signée, laissée", "non signées, laissées")
        click.echo(f"{left} {plural(len(waiting), 'ouverte')} : {names}", err=True)
        click.get_current_context().exit(1)


@sheets.command(help="Déverrouiller les feuilles d'un mois.")
@click.option("--month", type=FrenchMonth(), required=True, help="Mois.")
@click.option("--reason", required=True, metavar="TEXTE", help="Motif, 10 caractères au moins.")
@_person_option
@organisation_option
@with_database
def unlock(month: date, reason: str, codes: Sequence[str]) -> None:
    """Open those that are locked."""
    from grants.extensions import db
    from grants.services.timesheets.steps import unlock_sheets

    locked = [line for line in _lines(month, codes) if line.is_locked]
    deed = terminal_deed(reason)
    done = unlock_sheets(db.session, person_months=_months(locked), deed=deed)
    click.echo(f"{count(done, 'feuille déverrouillée')}.")


def _lines(month: date, codes: Sequence[str]) -> list[TeamLine]:
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.timesheets.team import get_month_of_everybody

    today = clock().today()
    found = list(get_month_of_everybody(db.session, month=month, as_of=today, codes=codes))
    # Ends the reading: SQLite refuses to write after it once somebody else has.
    db.session.commit()
    return found


def _months(lines: Sequence[TeamLine]) -> list[tuple[int, date]]:
    return [(line.summary.person.id, line.summary.month.start) for line in lines]


def _print(month: date, lines: Sequence[TeamLine]) -> None:
    from grants.french import minutes, month_fr
    from grants.labels import label

    click.echo(f"Feuilles de temps, {month_fr(month)} : {count(len(lines), 'agent')}")
    for line in lines:
        summary = line.summary
        hours = f"{minutes(summary.total_minutes)} / {minutes(summary.contract_minutes)}"
        who = f"{summary.person.name} ({summary.person.code})"
        click.echo(f"  {label(line.situation):<12} {who:<32} {hours:>24}")
        for oddity in summary.oddities if line.is_worth_a_look else ():
            click.echo(f"      {label(oddity.kind)} : {oddity.message}")
