"""Use-cases of the outbox: say something by mail, and send what is due.

``queue_mail`` adds a row in the transaction of what the mail tells: rolled back together, kept
together. ``send_due_mail`` leases one row at a time, sends it, then marks it. Whoever dies between
sending and marking causes a second copy after the lease, under the same Message-ID, so that mail
programs show one: a mail may come twice, it never fails to come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cache
from hashlib import sha256
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.config import data_dir
from grants.errors import Conflict, GrantsError
from grants.french import day_fr, moment_fr
from grants.models.base import AnySession
from grants.models.platform import OutgoingMail

# Longer than any server may take for one mail (see ``mail_smtp``): nobody else takes it meanwhile.
LEASE = timedelta(minutes=10)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
# One minute, two, four … then every six hours: four days in all, as mail servers themselves do.
MOST_ATTEMPTS = 24
ADDRESS_LENGTH, SUBJECT_LENGTH, KEY_LENGTH, ERROR_LENGTH = 254, 200, 200, 300


class MailRefused(GrantsError):
    """The server takes no such mail; others may pass."""


class MailServerDown(GrantsError):
    """No mail can be sent now: the server does not answer, or does not know us."""


class Transport(Protocol):
    """What takes a message away."""

    def send(self, message: EmailMessage) -> None:
        """Hand a message over; raises ``MailRefused`` or ``MailServerDown``."""


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail of the outbox as lists show it; never its body, which may open an account."""

    id: int
    recipient: str
    subject: str
    created_at: datetime
    send_after: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str

    @property
    def is_given_up(self) -> bool:
        """Whether it is tried no more until somebody asks for it."""
        return self.sent_at is None and self.attempts >= MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one round did; ``waiting`` counts all mails not sent yet, due or not."""

    sent: int
    failed: int
    waiting: int
    last_error: str


def queue_mail(
    session: AnySession,
    *,
    to: str,
    subject: str,
    template: str,
    context: Mapping[str, object],
    key: str,
    at: datetime,
) -> bool:
    """Put a mail into the outbox; it leaves once the transaction is committed.

    Args: template: name of ``templates/mail/NAME.txt``. key: what the mail tells, for example
    ``invitation:12:1``: a second mail of the same key is not added. at: now, aware.
    Returns: False when a mail of that key is there already, sent or not.
    Raises: Conflict: an address or a subject that no header can hold; ``field`` says which.
    """
    recipient = _checked_address(to)
    _require_header(subject, SUBJECT_LENGTH, "subject")
    _require_header(key, KEY_LENGTH, "key")
    row = OutgoingMail(
        key=key,
        recipient=recipient,
        subject=subject,
        body=mail_text(template, context),
        created_at=at,
        send_after=at,
    )
    return _added_once(session, row)


def _added_once(session: AnySession, row: OutgoingMail) -> bool:
    if session.scalar(select(OutgoingMail.id).where(OutgoingMail.key == row.key)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:  # somebody told the same thing at the same moment
        return False
    return True


def mail_text(template: str, context: Mapping[str, object]) -> str:
    """Text of a mail; a name that the template lacks fails here, not in somebody's inbox."""
    return _templates().get_template(f"{template}.txt").render(context)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(data_dir("templates") / "mail"),
        autoescape=select_autoescape(("html",)),  # plain text holds no marks to escape
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(day=day_fr, moment=moment_fr)
    return environment


def _checked_address(text: str) -> str:
    address = text.strip()
    _require_header(text, ADDRESS_LENGTH, "to")
    try:
        parsed = Address(addr_spec=address)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise _no_address(text) from error
    is_one = parsed.addr_spec == address and not any(map(str.isspace, address))
    if not (is_one and address.isascii() and parsed.username and "." in parsed.domain):
        raise _no_address(text)
    return address


def _no_address(text: str) -> Conflict:
    return Conflict(
        f"« {text} » n'est pas une adresse e-mail à laquelle écrire : attendu nom@domaine.fr, sans "
        "accent ni espace",
        field="to",
    )


def _require_header(text: str, limit: int, field: str) -> None:
    """A line break in a header would add headers, recipients or a body of somebody's choice."""
    if not text.strip() or len(text) > limit or not text.isprintable():
        shown = "".join(char if char.isprintable() else "?" for char in text[:80])
        raise Conflict(
            f"« {shown} » ne peut pas figurer dans l'en-tête d'un courriel : attendu une seule "
            f"ligne de 1 à {limit} caractères imprimables",
            field=field,
        )


def send_due_mail(
    engine: Engine,
    *,
    transport: Transport,
    sender: str,
    now: Callable[[], datetime],
    limit: int = 50,
) -> SendReport:
    """Send what is due, oldest first; commits after each mail.

    Several may run at once: a mail is leased before it is sent. A refused mail is tried again
    later, each time after twice as long; a server that is down ends the round.
    Args: now: the clock, asked for each mail, for a lease counts from its own start.
    """
    sent, errors = 0, list[str]()
    for _ in range(limit):
        mail = _leased(engine, now())
        if mail is None:
            break
        try:
            transport.send(message_of(mail, sender))
        except (MailRefused, MailServerDown) as error:
            errors.append(str(error))
            _record_failure(engine, mail, str(error), now())
            if isinstance(error, MailServerDown):
                break
        else:
            _record_sent(engine, mail, now())
            sent += 1
    return SendReport(sent, len(errors), _waiting(engine), errors[-1] if errors else "")


def message_of(mail: OutgoingMail, sender: str) -> EmailMessage:
    """Message of a row; the same row gives the same message, Message-ID included."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = mail.created_at
    message["Message-ID"] = _message_id(mail, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
    message["Content-Language"] = "fr"
    message.set_content(mail.body, cte="quoted-printable")
    return message


def trial_message(*, to: str, sender: str, at: datetime) -> EmailMessage:
    """Message that tries the server without passing by the outbox.

    Raises: Conflict: ``to`` is no address.
    """
    trial = OutgoingMail(
        id=0,
        key="test",
        recipient=_checked_address(to),
        subject="Essai d'envoi",
        body=mail_text("test", {"at": at}),
        created_at=at,
    )
    return message_of(trial, sender)


def _message_id(mail: OutgoingMail, sender: str) -> str:
    identity = f"{mail.id}|{mail.key}|{mail.created_at.isoformat()}"
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return f"<{sha256(identity.encode()).hexdigest()[:32]}@{domain}>"


def _leased(engine: Engine, at: datetime) -> OutgoingMail | None:
    """The next due mail, which nobody else gets before the lease ends; one statement, so that two
    who ask at once get two mails.
    """
    due = (
        select(OutgoingMail.id)
        .where(
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.send_after <= at,
            OutgoingMail.attempts < MOST_ATTEMPTS,
        )
        .order_by(OutgoingMail.send_after, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    lease = (
        update(OutgoingMail)
        .where(OutgoingMail.id == due.scalar_subquery())
        .values(attempts=OutgoingMail.attempts + 1, send_after=at + LEASE)
        .returning(OutgoingMail)
    )
    with Session(engine, expire_on_commit=False) as session:
        mail = session.scalars(lease).one_or_none()
        session.commit()
        return mail


def _record_sent(engine: Engine, mail: OutgoingMail, at: datetime) -> None:
    with Session(engine) as session:
        session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id == mail.id)
            .values(sent_at=at, body="", last_error="")
        )
        session.commit()


def _record_failure(engine: Engine, mail: OutgoingMail, error: str, at: datetime) -> None:
    with Session(engine) as session:
        session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id == mail.id, OutgoingMail.sent_at.is_(None))
            .values(send_after=at + retry_delay(mail.attempts), last_error=error[:ERROR_LENGTH])
        )
        session.commit()


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after so many tries.

    Example:
    >>> [str(retry_delay(attempts)) for attempts in (1, 2, 9, 10, 24)]
    ['0:01:00', '0:02:00', '4:16:00', '6:00:00', '6:00:00']
    """
    return min(FIRST_DELAY * (1 << (attempts - 1)), LONGEST_DELAY)


def _waiting(engine: Engine) -> int:
    with Session(engine) as session:
        query = select(func.count()).where(OutgoingMail.sent_at.is_(None))
        return session.scalar(query) or 0


def retry_given_up(session: AnySession, *, at: datetime) -> int:
    """Make the mails that were given up due again; returns how many."""
    given_up = (OutgoingMail.sent_at.is_(None), OutgoingMail.attempts >= MOST_ATTEMPTS)
    found = session.scalars(select(OutgoingMail).where(*given_up)).all()
    for row in found:
        row.attempts, row.send_after = 0, at
    session.flush()
    return len(found)


def list_mail(
    session: AnySession, *, with_sent: bool = False, limit: int = 100
) -> Sequence[MailRow]:
    """Mails of the outbox, newest first; those that wait only, unless ``with_sent``."""
    query = select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(limit)
    if not with_sent:
        query = query.where(OutgoingMail.sent_at.is_(None))
    return [
        MailRow(
            row.id,
            row.recipient,
            row.subject,
            row.created_at,
            row.send_after,
            row.sent_at,
            row.attempts,
            row.last_error,
        )
        for row in session.scalars(query)
    ]
