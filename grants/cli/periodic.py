"""``grants periodic``: what the program does by itself, once and now; for cron, or to see it work.

Exit codes: 0 all went, 1 a mail or a task did not or found something, 2 nothing could be tried.
"""

from __future__ import annotations

import click

from grants.cli.application import application, with_database
from grants.french import count, day_fr


@click.command(help="Envoyer les courriels dus et faire les tâches du jour, une fois.")
@with_database
def periodic() -> None:
    """Run what is due."""
    from grants import logs
    from grants.cli.background import Round, run_once, tell

    done = run_once(application())
    logs.configure(application().config["LOG_FORMAT"])
    tell(Round(None, [report for report in done.tasks if report.error or report.found]))
    if done.mail is None:
        click.echo("Courriels : aucun serveur (GRANTS_SMTP_URL), ils attendent.")
    else:
        click.echo(
            f"Courriels : {count(done.mail.sent, 'envoyé')}, {done.mail.waiting} en attente."
        )
    for report in done.tasks:
        if report.wrong_day is not None:
            click.echo(
                f"{report.name} : notée faite le {day_fr(report.wrong_day)}, un jour à venir, sans "
                f"doute par une horloge fausse ; remise à aujourd'hui.",
                err=True,
            )
        click.echo(f"{report.name} ({day_fr(report.day)}) : {_outcome(report.error, report.found)}")
    if not done.tasks:
        click.echo("Aucune tâche n'est due : celles d'aujourd'hui sont faites.")
    if not done.is_well:
        raise click.exceptions.Exit(1)


def _outcome(error: Exception | None, found: int) -> str:
    if error is not None:
        return f"échec ({type(error).__name__}), nouvel essai plus tard"
    return f"{count(found, 'constat')} à examiner" if found else "fait"
