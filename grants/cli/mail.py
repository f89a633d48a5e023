"""``grants mail``: send what waits in the outbox, show it, try the server.

Exit codes: 0 all went, 1 some mail did not, 2 nothing could be tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grants.cli.application import application, with_database
from grants.errors import GrantsError
from grants.french import count

if TYPE_CHECKING:
    from grants.config import SmtpSettings
    from grants.services.platform.mail import MailRow


@click.group(help="Envoyer les courriels en attente, les lister, essayer le serveur.")
def mail() -> None:
    """Commands about mail."""


@mail.command(help="Envoyer ce qui est dû (à lancer chaque minute, par exemple par cron).")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--again", is_flag=True, help="Reprendre aussi les courriels abandonnés.")
@with_database
def send(limit: int, again: bool) -> None:
    """Send."""
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.platform.mail import retry_given_up, send_due_mail
    from grants.services.platform.smtp import SmtpTransport

    settings = _settings()
    if again:
        retry_given_up(db.session, at=clock().now())
    # Sending commits by itself, on connections of its own: give the lock back before.
    db.session.commit()
    report = send_due_mail(
        db.engine,
        transport=SmtpTransport(settings),
        sender=settings.sender,
        now=clock().now,
        limit=limit,
    )
    click.echo(f"Courriels : {count(report.sent, 'envoyé')}, {report.waiting} en attente.")
    if report.failed:
        click.echo(f"{count(report.failed, 'échec')} ; le dernier : {report.last_error}", err=True)
        raise click.exceptions.Exit(1)


@mail.command("list", help="Lister les courriels en attente ; avec --all, les envoyés aussi.")
@click.option("--all", "with_sent", is_flag=True, help="Montrer aussi ce qui est parti.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@with_database
def list_outbox(with_sent: bool, limit: int) -> None:
    """List."""
    from grants.extensions import db
    from grants.services.platform.mail import list_mail

    rows = list_mail(db.session, with_sent=with_sent, limit=limit)
    for row in rows:
        click.echo(f"{row.id}\t{_state(row)}\t{row.recipient}\t{row.subject}")
        if row.last_error:
            click.echo(f"\t{count(row.attempts, 'essai')} ; {row.last_error}")
    if not rows:
        click.echo("Aucun courriel en attente.")
    elif application().config["SMTP"] is None:
        click.echo("Rien ne part : GRANTS_SMTP_URL ne nomme aucun serveur.", err=True)


@mail.command(help="Envoyer tout de suite un message d'essai à une adresse.")
@click.argument("address", metavar="ADRESSE")
def test(address: str) -> None:
    """Try the server."""
    from grants.clock import clock
    from grants.services.platform.mail import trial_message
    from grants.services.platform.smtp import SmtpTransport

    with application().app_context():
        settings = _settings()
        message = trial_message(to=address, sender=settings.sender, at=clock().now())
        SmtpTransport(settings).send(message)
    click.echo(f"Message d'essai remis à {settings.host}:{settings.port} pour {address}.")


def _settings() -> SmtpSettings:
    settings: SmtpSettings | None = application().config["SMTP"]
    if settings is None:
        raise GrantsError(
            "aucun serveur de courriel : donnez GRANTS_SMTP_URL et GRANTS_MAIL_FROM ; d'ici là les "
            "courriels attendent, « grants mail list » les montre"
        )
    return settings


def _state(row: MailRow) -> str:
    from grants.french import moment_fr

    if row.sent_at is not None:
        return f"envoyé le {moment_fr(row.sent_at)}"
    return (
        "abandonné"
        if row.is_given_up
        else f"en attente, prochain essai {moment_fr(row.send_after)}"
    )
