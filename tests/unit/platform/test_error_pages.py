"""Errors become answers in one place: a French page, or the envelope of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient

from grants.config import data_dir
from grants.errors import (
    Conflict,
    Forbidden,
    GrantsError,
    InputProblem,
    InvalidInput,
    NotFound,
    RuleRefused,
    Unreadable,
)
from grants.version import program
from grants.views.edge import assets, errors, security
from tests.support.html import html_problems

RAISED: dict[str, Exception] = {
    "missing": NotFound("convention 12 introuvable"),
    "forbidden": Forbidden("réservé à la direction"),
    "conflict": Conflict("numéro déjà pris", field="number"),
    "unreadable": Unreadable("ce fichier n'est pas un classeur"),
    "refused": RuleRefused("hours_over_cap", "1 721 h déclarées, 1 720 h au plus"),
    "crash": ZeroDivisionError("secret detail"),
    "invalid": InvalidInput(
        [
            InputProblem("agents", 3, "quotite", "2", "un nombre entre 0 et 1"),
            InputProblem("agents", 4, "nom", "", "un texte"),
        ]
    ),
}


def _raising(error: Exception) -> Callable[[], NoReturn]:
    def view() -> NoReturn:
        raise error

    return view


@pytest.fixture
def browser() -> FlaskClient:
    app = Flask("grants", static_folder=None, template_folder=str(data_dir("templates")))
    app.config.update(SESSION_COOKIE_SECURE=True)
    assets.register(app)
    errors.register(app)
    security.register(app)
    for name, error in RAISED.items():
        app.add_url_rule(f"/{name}", name, _raising(error))
        app.add_url_rule(f"/api/{name}", f"api_{name}", _raising(error))
    return app.test_client()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("missing", 404),
        ("forbidden", 403),
        ("conflict", 409),
        ("unreadable", 422),
        ("refused", 422),
        ("invalid", 422),
    ],
)
def test_a_domain_error_is_a_page_that_says_what_to_do(
    browser: FlaskClient, name: str, status: int
) -> None:
    answer = browser.get(f"/{name}")

    assert answer.status_code == status
    assert str(RAISED[name]).replace("'", "&#39;") in answer.text
    assert html_problems(answer.text) == []


def test_every_fault_of_a_file_stands_on_the_page(browser: FlaskClient) -> None:
    page = browser.get("/invalid").text

    assert "agents, ligne 3, quotite" in page
    assert "agents, ligne 4, nom" in page


def test_an_unknown_page_is_answered_in_french(browser: FlaskClient) -> None:
    answer = browser.get("/nowhere")

    assert answer.status_code == 404
    assert "Page introuvable" in answer.text


def test_an_error_page_says_at_its_foot_which_program_answered(browser: FlaskClient) -> None:
    assert program() in browser.get("/nowhere").text


def test_a_method_that_a_page_does_not_know_names_those_that_it_does(browser: FlaskClient) -> None:
    answer = browser.post("/missing")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_crash_shows_no_detail_of_the_program(browser: FlaskClient) -> None:
    answer = browser.get("/crash")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "rien n&#39;a été modifié" in answer.text


def test_the_api_answers_with_the_envelope_and_the_code_of_the_rule(browser: FlaskClient) -> None:
    answer = browser.get("/api/refused")

    assert answer.status_code == 422
    assert answer.json == {
        "data": None,
        "errors": [
            {
                "field": "",
                "code": "hours_over_cap",
                "message": "1 721 h déclarées, 1 720 h au plus",
                "source": "",
            }
        ],
        "message": "1 721 h déclarées, 1 720 h au plus",
    }


def test_the_api_names_the_field_of_a_conflict(browser: FlaskClient) -> None:
    answer = browser.get("/api/conflict")

    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "number"


@pytest.mark.parametrize("path", ["/missing", "/crash", "/nowhere", "/api/refused"])
def test_every_answer_carries_the_security_headers(browser: FlaskClient, path: str) -> None:
    headers = browser.get(path).headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" in headers


def test_styles_may_be_kept_by_the_browser(browser: FlaskClient) -> None:
    answer = browser.get(f"/static/{assets.assets().digest}/bootstrap.css")

    assert answer.status_code == 200
    assert "no-store" not in answer.headers["Cache-Control"]
    answer.close()


def test_every_domain_error_has_a_status() -> None:
    kinds = [kind for kind, _ in errors.STATUSES]

    assert all(issubclass(kind, tuple(kinds)) for kind in GrantsError.__subclasses__())
