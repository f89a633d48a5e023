"""The log tells how the program works, and of nobody whom it works for."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from grants import logs
from grants.extensions import db
from grants.models import Convention, Person, User
from tests.e2e.conftest import load_demonstration
from tests.support.visitors import EMAIL, PASSWORD, log_in, open_account

SECRET = "Dupont-Durand"


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Lines of the log since the last look, as objects."""
    logs.configure("json")
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logs.configure("text")


def test_each_request_has_its_line_with_number_page_status_and_account(
    client: FlaskClient, session: scoped_session[Session], lines: Any
) -> None:
    account = open_account(session())
    log_in(client)
    lines()

    answer = client.get("/compte?search=Dupont")

    [line] = lines()
    assert (line["event"], line["level"], line["endpoint"]) == ("request", "info", "accounts.home")
    assert (line["method"], line["status"], line["account_id"]) == ("GET", 200, account.id)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["duration_ms"] >= 0


def test_a_page_that_does_not_exist_is_told_without_its_address(
    client: FlaskClient, lines: Any
) -> None:
    client.get(f"/{SECRET}?q={SECRET}")

    [line] = lines()
    assert (line["endpoint"], line["status"], line["account_id"]) == ("none", 404, None)
    assert SECRET not in json.dumps(line)


def test_a_crash_is_told_with_its_places_and_without_what_was_worked_on(
    app: Flask, client: FlaskClient, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash() -> str:
        name = SECRET
        try:
            raise ValueError(f"no such person: {name}")
        except ValueError as error:
            raise IntegrityError("INSERT", {"name": name}, error) from error

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "accounts.login", mark_public(crash))

    page = client.get(f"/connexion?next=/{SECRET}")

    crash_line, request_line = lines()
    assert page.status_code == 500
    assert request_line["request_id"] in page.text
    assert crash_line["request_id"] == request_line["request_id"]
    assert crash_line["error"] == "IntegrityError from ValueError"
    assert "tests/integration/platform/test_logs.py" in crash_line["frames"]
    assert " crash" in crash_line["frames"]
    assert SECRET not in json.dumps([crash_line, request_line])


def mark_public(view: Any) -> Any:
    view.is_public = True
    return view


@pytest.mark.parametrize(
    "value", [["a"], {"a": 1}, (1,), object(), "Éric", "a@b.fr", "x?token=1", "a\nb", b"x"]
)
def test_a_value_that_could_be_somebodys_is_refused(lines: Any, value: object) -> None:
    logs.logger().info("trial", task=value)

    assert lines()[0]["task"] == "refused"


def test_a_field_that_nobody_thought_about_is_refused(lines: Any) -> None:
    logs.logger().info("trial", email="x", status=200)

    [line] = lines()
    assert (line["email"], line["status"]) == ("refused", 200)


def test_lines_of_libraries_lose_their_values(lines: Any) -> None:
    logging.getLogger("library").warning("queue depth is %d for %s", 4, SECRET)
    logging.getLogger("library").warning(f"hello {SECRET}")  # noqa: G004 # what a library may do

    pattern, whole = lines()
    assert pattern["event"] == "queue depth is %d for %s"
    assert whole["event"] == "library message"
    assert whole["logger"] == "library"
    assert "test_logs.py:" in whole["where"]


def test_text_lines_hold_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("text")
    logs.logger().info("mail round", sent=3)

    assert capsys.readouterr().err.rstrip().endswith('level=info event="mail round" sent=3')


def test_no_line_of_a_demonstrations_session_names_anybody(
    fresh_database: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    app = fresh_database
    with app.app_context():
        load_demonstration(app.config["DATA_DIR"])
        persons = db.session.scalars(select(Person)).all()
        private = {word for row in persons for word in (row.last_name, row.first_name)}
        private |= {row.email for row in db.session.scalars(select(User))} | {PASSWORD}
        private |= {row.name for row in db.session.scalars(select(User))}
        convention = db.session.scalars(select(Convention).order_by(Convention.id)).first()
        assert convention is not None
        number, private = convention.id, private | {convention.number}
    capsys.readouterr()
    logs.configure("json")
    client = app.test_client()

    log_in(client, password="wrong-password-here")
    log_in(client)
    for page in (
        "/", f"/conventions/{number}", f"/conventions/{number}/bilan",
        f"/?q={persons[0].last_name}", f"/{persons[0].last_name}", f"/piste-audit?who={EMAIL}",
        "/couverture", "/compte",
    ):  # fmt: skip
        client.get(page)
    client.post("/mot-de-passe-oublie", data={"email": EMAIL})
    client.post("/deconnexion")

    said = capsys.readouterr().err
    logs.configure("text")
    assert said.count('"event": "request"') == 12
    assert {word for word in private if len(word) > 3 and word in said} == set()
    assert logs.REFUSED not in said, "our own lines hold what may pass"
