"""The way out of the outbox: any SMTP server, over an encrypted wire."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr

from grants.config import SmtpSettings
from grants.services.platform.mail import MailRefused, MailServerDown

# For each answer of the server; a mail has some ten, which stays below the outbox's lease.
TIMEOUT_SECONDS = 30
# The server's word on this mail, not on us: the next one may pass.
_OF_THIS_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)


class SmtpTransport:
    """Hands each message to the server of the settings, on a connection of its own."""

    def __init__(self, settings: SmtpSettings, *, timeout: int = TIMEOUT_SECONDS) -> None:
        self._settings = settings
        self._timeout = timeout

    def send(self, message: EmailMessage) -> None:
        """Hand a message over.

        Raises: MailRefused: this mail is not taken. MailServerDown: no answer, no encryption, or
        our password is refused.
        """
        try:
            with self._connected() as server:
                server.send_message(message)
        except _OF_THIS_MAIL as error:
            raise MailRefused(f"courriel refusé par le serveur : {_said(error)}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailServerDown(
                f"le serveur de courriel {self._settings.host}:{self._settings.port} ne prend rien "
                f"pour l'instant : {_said(error)}"
            ) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._opened()
        try:
            if self._settings.needs_starttls:
                server.starttls(context=ssl.create_default_context())
            if self._settings.user:
                server.login(self._settings.user, self._settings.password)
            yield server
            # Taken is taken: what goes wrong with the farewell must not have it sent again.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _opened(self) -> smtplib.SMTP:
        settings = self._settings
        own_name = parseaddr(settings.sender)[1].rpartition("@")[2]
        if settings.is_tls_from_the_start:
            return smtplib.SMTP_SSL(
                settings.host,
                settings.port,
                local_hostname=own_name,
                timeout=self._timeout,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(
            settings.host, settings.port, local_hostname=own_name, timeout=self._timeout
        )


def _said(error: Exception) -> str:
    """What the server said, on one line: it goes into a table and on a terminal."""
    match error:
        case smtplib.SMTPResponseException():
            text = f"{error.smtp_code} {_plain(error.smtp_error)}"
        case smtplib.SMTPRecipientsRefused():
            text = "; ".join(f"{code} {_plain(said)}" for code, said in error.recipients.values())
        case _:
            text = str(error) or type(error).__name__
    return "".join(char if char.isprintable() else " " for char in text).strip()


def _plain(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
