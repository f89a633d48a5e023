"""The outbox in front of a real mail server: nothing is lost, nothing goes twice."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.config import SmtpSettings, smtp_settings
from grants.errors import Conflict
from grants.extensions import db
from grants.models.platform import OutgoingMail
from grants.services.platform.mail import (
    LEASE,
    MOST_ATTEMPTS,
    MailServerDown,
    SendReport,
    list_mail,
    queue_mail,
    retry_given_up,
    send_due_mail,
)
from grants.services.platform.smtp import SmtpTransport
from tests.support.database import NOW
from tests.support.mail_server import PASSWORD, USER, Mailbox, mail_server
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases

SENDER = "Subventions <subventions@exemple.test>"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A server that takes everything, without encryption, on this machine."""
    with mail_server() as box:
        yield box


def queue(app: Flask, *keys: str, to: str = "zoe@exemple.test") -> list[bool]:
    """Mails in the outbox, committed."""
    with app.app_context(), Session(db.engine) as session:
        added = [
            queue_mail(
                session,
                to=to,
                subject=f"Été {key}",
                template="account_changed",
                context={"name": "Zoé", "at": NOW, "change": key},
                key=key,
                at=NOW,
            )
            for key in keys
        ]
        session.commit()
        return added


def local(port: int) -> SmtpSettings:
    """Settings of an open server on this machine."""
    found = smtp_settings(
        {"GRANTS_SMTP_URL": f"smtp://127.0.0.1:{port}", "GRANTS_MAIL_FROM": SENDER}
    )
    assert found is not None
    return found


def send(app: Flask, port: int, *, at: datetime = NOW, limit: int = 50) -> SendReport:
    """One round of sending."""
    with app.app_context():
        transport = SmtpTransport(local(port), timeout=5)
        return send_due_mail(
            db.engine, transport=transport, sender=SENDER, now=lambda: at, limit=limit
        )


def outbox(app: Flask) -> list[OutgoingMail]:
    """Every row."""
    with app.app_context(), Session(db.engine) as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_queued_mail_arrives_once_and_leaves_no_link_behind(
    fresh_database: Flask, mailbox: Mailbox
) -> None:
    queue(fresh_database, "a")

    first, again = send(fresh_database, mailbox.port), send(fresh_database, mailbox.port)

    assert (first.sent, first.waiting, again.sent) == (1, 0, 0)
    (message,) = mailbox.messages
    assert mailbox.recipients == [["zoe@exemple.test"]]
    assert message["Subject"] == "Été a"
    assert "Bonjour Zoé," in message.get_content()
    (row,) = outbox(fresh_database)
    assert (row.sent_at, row.body) == (NOW, "")


def test_the_same_thing_is_told_once(fresh_database: Flask, mailbox: Mailbox) -> None:
    assert queue(fresh_database, "a", "a", "b") == [True, False, True]
    send(fresh_database, mailbox.port)
    assert queue(fresh_database, "a") == [False]
    send(fresh_database, mailbox.port)

    assert [message["Subject"] for message in mailbox.messages] == ["Été a", "Été b"]


def test_what_is_rolled_back_is_not_told(fresh_database: Flask, mailbox: Mailbox) -> None:
    with fresh_database.app_context(), Session(db.engine) as session:
        queue_mail(
            session,
            to="zoe@exemple.test",
            subject="x",
            template="test",
            context={"at": NOW},
            key="x",
            at=NOW,
        )
        session.rollback()

    assert send(fresh_database, mailbox.port).sent == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": "zoe@exemple.test\nBcc: autre@exemple.test"}, "to"),
        ({"to": "zoe@exemple.test,autre@exemple.test"}, "to"),
        ({"subject": "Bonjour\r\nBcc: autre@exemple.test"}, "subject"),
        ({"subject": "Bonjour\u2028suite"}, "subject"),
        ({"subject": ""}, "subject"),
        ({"key": "k" * 201}, "key"),
    ],
)
def test_a_header_cannot_be_broken_open(
    fresh_database: Flask, changes: dict[str, str], field: str
) -> None:
    good = {"to": "zoe@exemple.test", "subject": "x", "key": "x"}

    with (
        fresh_database.app_context(),
        Session(db.engine) as session,
        pytest.raises(Conflict) as no,
    ):
        queue_mail(session, template="test", context={"at": NOW}, at=NOW, **good | changes)

    assert no.value.field == field
    assert "\n" not in str(no.value)


def test_senders_at_the_same_moment_share_the_mails(
    fresh_database: Flask, mailbox: Mailbox
) -> None:
    keys = [f"{number:02d}" for number in range(30)]
    queue(fresh_database, *keys)
    reports: list[SendReport] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        reports.append(send(fresh_database, mailbox.port))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(message["Subject"] for message in mailbox.messages) == [f"Été {k}" for k in keys]
    assert sum(report.sent for report in reports) == 30


def test_a_refused_mail_waits_longer_each_time_and_the_others_go(
    fresh_database: Flask, mailbox: Mailbox
) -> None:
    mailbox.refuse_recipient = "personne@exemple.test"
    queue(fresh_database, "lost", to="personne@exemple.test")
    queue(fresh_database, "fine")

    report = send(fresh_database, mailbox.port)

    assert (report.sent, report.failed, report.waiting) == (1, 1, 1)
    row = outbox(fresh_database)[0]
    assert row.last_error == "courriel refusé par le serveur : 550 5.1.1 inconnu ici"
    assert row.send_after == NOW + MINUTE
    assert send(fresh_database, mailbox.port, at=NOW + MINUTE / 2).failed == 0
    assert send(fresh_database, mailbox.port, at=NOW + MINUTE).failed == 1
    assert outbox(fresh_database)[0].send_after == NOW + 3 * MINUTE


def test_a_mail_is_given_up_after_days_and_taken_again_on_demand(
    fresh_database: Flask, mailbox: Mailbox
) -> None:
    mailbox.answer = "451 plus tard"
    queue(fresh_database, "a")
    at, rounds = NOW, 0
    while send(fresh_database, mailbox.port, at=at).failed:
        at, rounds = outbox(fresh_database)[0].send_after, rounds + 1

    assert rounds == MOST_ATTEMPTS
    assert timedelta(days=3) < at - NOW < timedelta(days=5)
    mailbox.answer = "250 OK"
    with fresh_database.app_context(), Session(db.engine) as session:
        (row,) = list_mail(session)
        assert row.is_given_up
        assert retry_given_up(session, at=at) == 1
        session.commit()
    assert send(fresh_database, mailbox.port, at=at).sent == 1


def test_a_server_that_is_down_costs_one_try_and_loses_nothing(fresh_database: Flask) -> None:
    with mail_server() as box:
        port = box.port
    queue(fresh_database, "a", "b", "c")

    report = send(fresh_database, port)

    assert (report.sent, report.failed, report.waiting) == (0, 1, 3)
    assert [row.attempts for row in outbox(fresh_database)] == [1, 0, 0]
    assert "ne prend rien pour l'instant" in report.last_error


def test_a_sender_that_dies_after_sending_causes_a_copy_with_the_same_id(
    fresh_database: Flask, mailbox: Mailbox
) -> None:
    queue(fresh_database, "a")

    class Dying(SmtpTransport):
        def send(self, message: EmailMessage) -> None:
            super().send(message)
            raise KeyboardInterrupt

    with fresh_database.app_context(), pytest.raises(KeyboardInterrupt):
        send_due_mail(
            db.engine, transport=Dying(local(mailbox.port)), sender=SENDER, now=lambda: NOW
        )

    assert send(fresh_database, mailbox.port, at=NOW + LEASE - MINUTE).sent == 0
    assert send(fresh_database, mailbox.port, at=NOW + LEASE).sent == 1
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_password_travels_over_an_encrypted_wire_only(
    fresh_database: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scheme: str
) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    trial = EmailMessage()
    trial["From"], trial["To"], trial["Subject"] = "a@exemple.test", "b@exemple.test", "x"
    with mail_server(tls=tls, from_the_start=scheme == "smtps") as box:
        url = f"{scheme}://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{box.port}"
        found = smtp_settings({"GRANTS_SMTP_URL": url, "GRANTS_MAIL_FROM": SENDER})
        assert found is not None
        stranger = SmtpTransport(found, timeout=5)
        # Nobody vouches for the server's certificate yet.
        with pytest.raises(MailServerDown, match="certificate"):
            stranger.send(trial)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

        SmtpTransport(found, timeout=5).send(trial)

        assert len(box.messages) == 1
    assert PASSWORD not in repr(found)


def test_a_server_without_encryption_never_sees_the_password(mailbox: Mailbox) -> None:
    url = f"smtp://{USER}:long-enough@127.0.0.1:{mailbox.port}"
    found = smtp_settings({"GRANTS_SMTP_URL": url, "GRANTS_MAIL_FROM": SENDER})
    assert found is not None

    with pytest.raises(MailServerDown, match="STARTTLS"):
        SmtpTransport(found, timeout=5).send(EmailMessage())


def test_commands_send_list_and_try(
    fresh_database: Flask, fresh_cli: Terminal, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(fresh_database, "a")
    monkeypatch.setitem(fresh_database.config, "SMTP", None)
    waiting = fresh_cli("mail", "list")
    unable = fresh_cli("mail", "send", exit_code=2)
    monkeypatch.setitem(fresh_database.config, "SMTP", local(mailbox.port))
    tried = fresh_cli("mail", "test", "admin@exemple.test")
    sent = fresh_cli("mail", "send")
    empty, everything = fresh_cli("mail", "list"), fresh_cli("mail", "list", "--all")

    assert (
        "en attente, prochain essai 15/01/2025 10:00:00\tzoe@exemple.test\tÉté a" in waiting.stdout
    )
    assert "GRANTS_SMTP_URL" in waiting.stderr
    assert "GRANTS_SMTP_URL" in unable.stderr
    assert "admin@exemple.test" in tried.stdout
    assert sent.stdout == "Courriels : 1 envoyé, 0 en attente.\n"
    assert "Aucun courriel" in empty.stdout
    assert "envoyé le 15/01/2025 10:00:00" in everything.stdout
    assert [message["Subject"] for message in mailbox.messages] == ["Essai d'envoi", "Été a"]


def test_a_round_with_failures_says_so_and_may_be_asked_again(
    fresh_database: Flask, fresh_cli: Terminal, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.answer = "554 refus"
    queue(fresh_database, "a")
    monkeypatch.setitem(fresh_database.config, "SMTP", local(mailbox.port))

    failed = fresh_cli("mail", "send", exit_code=1)
    with fresh_database.app_context(), Session(db.engine) as session:
        session.scalars(select(OutgoingMail)).one().attempts = MOST_ATTEMPTS
        session.commit()
    listed = fresh_cli("mail", "list")
    mailbox.answer = "250 OK"
    again = fresh_cli("mail", "send", "--again")

    assert "554 refus" in failed.stderr
    assert "abandonné" in listed.stdout
    assert "1 envoyé" in again.stdout
