"""A real SMTP server on this machine: it keeps what it is given, or refuses what it is told to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "grants", "p@ss:word/9"


@dataclass
class Mailbox:
    """What the server got, and what it answers from now on."""

    port: int = 0
    must_log_in: bool = False
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse_recipient: str = ""
    answer: str = "250 OK"

    async def handle_RCPT(  # noqa: N802 # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take a recipient, or not."""
        if address == self.refuse_recipient:
            return "550 5.1.1 inconnu ici"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message, or not."""
        if self.must_log_in and not session.authenticated:
            return "530 connectez-vous"
        if self.answer.startswith("250"):
            read = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(read, EmailMessage)
            self.messages.append(read)
            self.recipients.append(list(envelope.rcpt_tos))
        return self.answer


class _AnyPort(Controller):
    """A server on whatever port is free; the library would look for it on port 0."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, from_the_start: bool = False
) -> Iterator[Mailbox]:
    """A server; with ``tls``, one that wants encryption and the password above."""
    mailbox = Mailbox(must_log_in=tls is not None)
    more: dict[str, Any] = {"authenticator": _known}
    if from_the_start:
        more |= {"ssl_context": tls, "auth_require_tls": False}
    elif tls is not None:
        more |= {"tls_context": tls, "require_starttls": True}
    controller = _AnyPort(mailbox, hostname="127.0.0.1", port=0, **more)
    controller.start()
    try:
        mailbox.port = controller.port
        yield mailbox
    finally:
        controller.stop()


def _known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    fits = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=fits)
