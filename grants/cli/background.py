"""The work that the site does by itself, beside ``grants serve``: mails each minute, daily tasks.

One thread, no process of its own: a program that has compiled a PDF must not fork. Several servers
may run it at once, for mails and tasks are leased in the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from grants.services.daily.periodic import TaskReport
    from grants.services.platform.mail import SendReport

EVERY_SECONDS = 60
# Longer than a mail server's answer may take.
PATIENCE_SECONDS = 35


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did; ``mail`` is None where there is no mail server."""

    mail: SendReport | None
    tasks: Sequence[TaskReport]

    @property
    def is_well(self) -> bool:
        """Whether nothing failed and nothing was found."""
        mail_is_well = self.mail is None or not self.mail.failed
        return mail_is_well and not any(task.error or task.found for task in self.tasks)


def run_once(app: Flask) -> Round:
    """Run due tasks and send due mail, in an app context and on connections of their own. Tasks
    first: what they queue leaves in the same round.
    """
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.daily.periodic import run_daily_tasks
    from grants.services.platform.health import has_tables

    with app.app_context():
        if not has_tables(db.session()):
            return Round(None, ())
        db.session.rollback()
        tasks = run_daily_tasks(
            db.engine,
            now=clock().now,
            today=clock().today(),
            site_url=app.config["SITE_URL"],
        )
        return Round(_send(app), tasks)


def _send(app: Flask) -> SendReport | None:
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.platform.mail import send_due_mail
    from grants.services.platform.smtp import SmtpTransport

    settings = app.config["SMTP"]
    if settings is None:
        return None
    return send_due_mail(
        db.engine, transport=SmtpTransport(settings), sender=settings.sender, now=clock().now
    )


def tell(round_: Round) -> None:
    """Put a round that did something into the log."""
    from grants.logs import logger

    log = logger()
    for task in round_.tasks:
        about = {"task": task.name, "day": task.day.isoformat()}
        if task.wrong_day is not None:
            log.warning("clock was wrong", noted=task.wrong_day.isoformat(), **about)
        if task.error is not None:
            log.error("task failed", exc_info=task.error, **about)
        elif task.found:
            log.error("task found something", waiting=task.found, **about)
        else:
            log.info("task done", **about)
    if round_.mail is not None and (round_.mail.sent or round_.mail.failed):
        level = log.warning if round_.mail.failed else log.info
        mail = round_.mail
        level("mail round", sent=mail.sent, failed=mail.failed, waiting=mail.waiting)


class Background(Thread):
    """Runs ``run_once`` each minute until it is stopped; whatever fails is told and tried again."""

    def __init__(self, app: Flask, *, every: int = EVERY_SECONDS) -> None:
        super().__init__(name="background", daemon=True)
        self._app = app
        self._every = every
        self._stopped = Event()

    def run(self) -> None:
        """Work until stopped; the first round comes at once."""
        from grants.logs import logger

        while not self._stopped.is_set():
            try:
                tell(run_once(self._app))
            except Exception as error:  # a database that is away comes back
                logger().error("background round failed", exc_info=error)
            self._stopped.wait(self._every)

    def stop(self) -> None:
        """Finish the round that runs, begin no other."""
        self._stopped.set()
        self.join(PATIENCE_SECONDS)
