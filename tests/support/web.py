"""A test client that checks each answer: sound HTML, nothing uncommitted, GET writes nothing."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from grants.extensions import db
from grants.models.audit import AuditEvent
from tests.support.html import html_problems
from tests.support.told import every_write_is_told

READING = {"GET", "HEAD", "OPTIONS"}
# An identity provider sends the browser back by GET: the protocol leaves no choice. What the
# address holds works once, and only in the browser that began.
OPENS_BY_GET = {"/login/openid/return", "/connexion/openid/retour"}


class CheckedClient(FlaskClient):
    """Flask's test client, with the checks of the house on each answer.

    Every request runs in an app context of its own, as in production: under the context that
    pytest-flask keeps open, requests would share ``g``, and with it who is logged in.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request and check the answer."""
        with self.application.app_context():
            session = db.session()
            watch = _Watch(session)
            with every_write_is_told(session.get_bind(), "a request"):
                response = super().open(*args, **kwargs)
            watch.check(response)
        if response.mimetype == "text/html" and response.get_data():
            faults = html_problems(response.get_data(as_text=True))
            assert not faults, f"{response.request.path}: " + "; ".join(faults)
        return response


class _Watch:
    """Follows what one request's session writes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.writes = 0
        self.unsaved = False
        event.listen(session, "after_flush", self._flushed)
        event.listen(session, "after_commit", self._settled)
        event.listen(session, "after_soft_rollback", self._settled)

    def _flushed(self, session: Session, *_: object) -> None:
        # That pay was read is told by the request that read it.
        written = {*session.new, *session.dirty, *session.deleted}
        self.writes += not all(isinstance(row, AuditEvent) for row in written)
        self.unsaved = True

    def _settled(self, *_: object) -> None:
        self.unsaved = False

    def check(self, response: TestResponse) -> None:
        request = response.request
        if response.status_code >= 400:
            return
        pending = self.session.new or self.session.dirty or self.session.deleted
        lost = bool(self.unsaved or pending)
        assert not lost, f"{request.path} left changes uncommitted"
        is_reading = request.method in READING and request.path not in OPENS_BY_GET
        wrote_on_read = is_reading and self.writes > 0
        assert not wrote_on_read, f"{request.method} {request.path} wrote something"
