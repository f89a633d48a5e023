"""The secret key is replaced and nobody is locked out: former keys are read, never written with."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.models.accounts import SecondFactor
from grants.models.audit import AuditEvent
from grants.services.accounts.second_factor import (
    begin_second_factor,
    code_fits,
    confirm_second_factor,
    find_enrolment,
    reseal,
)
from tests.support.database import NOW, SECRET
from tests.support.terminal import Terminal
from tests.support.visitors import open_account

NEW = "another-key-of-this-installation-0123456789"


@pytest.fixture
def enrolled(session: scoped_session[Session]) -> tuple[int, str]:
    """An account whose telephone was enrolled under the first key, and the telephone's secret."""
    account = open_account(session())
    begin_second_factor(session(), user_id=account.id, secret_key=SECRET, at=NOW)
    begun = find_enrolment(session(), user_id=account.id, email="x", secret_key=SECRET)
    assert begun is not None
    telephone = begun.secret.replace(" ", "")
    confirm_second_factor(
        session(), user_id=account.id, code=pyotp.TOTP(telephone).at(NOW), secret_key=SECRET,
        at=NOW,
    )  # fmt: skip
    session.query(SecondFactor).update({"last_step": 0})
    session.commit()
    return account.id, telephone


def opens(session: scoped_session[Session], enrolled: tuple[int, str], *keys: str) -> bool:
    user_id, telephone = enrolled
    return code_fits(
        session(), user_id=user_id, code=pyotp.TOTP(telephone).at(NOW), secret_key=keys[0],
        former=keys[1:], at=NOW, consume=False,
    )  # fmt: skip


def test_a_telephone_enrolled_under_a_former_key_opens_and_under_no_other(
    session: scoped_session[Session], enrolled: tuple[int, str]
) -> None:
    assert opens(session, enrolled, NEW, SECRET)
    assert not opens(session, enrolled, NEW)


def test_what_is_sealed_anew_needs_the_former_key_no_more(
    session: scoped_session[Session], enrolled: tuple[int, str]
) -> None:
    assert reseal(session(), secret_key=NEW, former=[]) == (0, 1)
    assert reseal(session(), secret_key=NEW, former=[SECRET]) == (1, 0)
    assert reseal(session(), secret_key=NEW, former=[SECRET]) == (0, 0)

    assert opens(session, enrolled, NEW)
    assert not opens(session, enrolled, SECRET)


def test_a_session_outlives_the_key_that_signed_it_until_that_is_forgotten(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECRET_KEY", NEW)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [SECRET])
    assert visitor.get("/compte").status_code == 200

    monkeypatch.setitem(app.config, "SECRET_KEY", f"{NEW}-again")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
    assert visitor.get("/compte").status_code == 302


def test_the_terminal_replaces_the_key_and_tells_it(
    app: Flask, cli: Terminal, session: scoped_session[Session], enrolled: tuple[int, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("SECRET_KEY", raising=False)
    folder = Path(app.config["DATA_DIR"])
    (folder / "secret_key").write_text(SECRET)

    told = cli("key", "rotate").stdout

    new = (folder / "secret_key").read_text()
    assert "Secrets chiffrés à nouveau : 1" in told
    assert new not in told
    assert (folder / "secret_key.old").read_text().split() == [SECRET]
    assert opens(session, enrolled, new)
    event = session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event is not None
    assert event.after == '{"secrets_resealed":1}'


def test_a_key_of_the_environment_is_not_replaced_behind_its_back(
    cli: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)

    assert "SECRET_KEY_OLD" in cli("key", "rotate", exit_code=2).stderr
