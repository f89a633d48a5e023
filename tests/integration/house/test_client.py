"""The test client notices a page that writes when it should read, or forgets to commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from grants.enums import FunderKind
from grants.extensions import db
from grants.models import Funder
from tests.support.database import app_on, ready_database
from tests.support.web import CheckedClient


def _writing(code: str, *, flush: bool, commit: bool) -> Callable[[], tuple[str, int]]:
    def view() -> tuple[str, int]:
        db.session.add(Funder(code=code, name="Région", kind=FunderKind.REGION))
        if flush:
            db.session.flush()
        if commit:
            db.session.commit()
        return "", 204

    return view


@pytest.fixture
def browser(tmp_path: Path, worker_id: str) -> Iterator[FlaskClient]:
    """Client of an app of its own, with pages that write; their paths need no login."""
    with ready_database(tmp_path, f"client_{worker_id}") as url, app_on(url, tmp_path) as app:
        app.before_request_funcs.clear()
        _add(app, "forgets", flush=False, commit=False)
        _add(app, "flushes", flush=True, commit=False)
        _add(app, "commits", flush=True, commit=True)
        app.test_client_class = CheckedClient
        yield app.test_client()


def _add(app: Flask, name: str, *, flush: bool, commit: bool) -> None:
    view = _writing(name, flush=flush, commit=commit)
    app.add_url_rule(f"/{name}", f"test_{name}", view, methods=["GET", "POST"])


@pytest.mark.parametrize("path", ["/forgets", "/flushes"])
def test_changes_left_uncommitted_fail_the_test(browser: FlaskClient, path: str) -> None:
    with pytest.raises(AssertionError, match="uncommitted"):
        browser.post(path)


def test_a_get_that_writes_fails_the_test(browser: FlaskClient) -> None:
    with pytest.raises(AssertionError, match="GET /commits wrote something"):
        browser.get("/commits")


def test_a_post_that_commits_is_fine(browser: FlaskClient) -> None:
    assert browser.post("/commits").status_code == 204
