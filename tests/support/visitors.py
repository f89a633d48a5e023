"""Somebody with an account, for tests of pages."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from grants.enums import Role
from grants.services.accounts.users import Account, add_user
from grants.services.roles.memberships import give_role
from tests.support.database import NOW

EMAIL = "finance@exemple.test"
PASSWORD = "correct-horse-battery"


def open_account(
    session: Session,
    email: str = EMAIL,
    name: str = "Camille Exemple",
    role: Role | None = Role.OPERATOR,
    **scope: Any,
) -> Account:
    """An account with a role, committed; ``scope`` is what ``give_role`` wants besides.

    The platform's operator sees everything, which is what most tests of pages need.
    """
    account = add_user(session, email=email, name=name, password=PASSWORD, at=NOW)
    if role is not None:
        give_role(session, user_id=account.id, role=role, start_on=NOW.date(), **scope)
    session.commit()
    return account


def log_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **more: str
) -> TestResponse:
    """Answer to the log-in form."""
    return client.post("/connexion", data={"email": email, "password": password, **more})
