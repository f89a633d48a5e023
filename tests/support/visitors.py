"""Somebody with an account, for tests of pages."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from grants.services.users import Account, add_user
from tests.support.database import NOW

EMAIL = "finance@exemple.test"
PASSWORD = "correct-horse-battery"


def open_account(session: Session, email: str = EMAIL, name: str = "Camille Exemple") -> Account:
    """An account, committed."""
    account = add_user(session, email=email, name=name, password=PASSWORD, at=NOW)
    session.commit()
    return account


def log_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **more: str
) -> TestResponse:
    """Answer to the log-in form."""
    return client.post("/login", data={"email": email, "password": password, **more})
