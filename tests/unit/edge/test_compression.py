"""Pages are packed for those who asked themselves, and for nobody else's request."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from grants.views.edge import compression

LONG = "Bilan de la convention FSE-1. " * 200
OWN = {"Accept-Encoding": "gzip, br", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def browser() -> FlaskClient:
    app = Flask("grants", static_folder=None)
    compression.register(app)
    app.add_url_rule("/long", "long", lambda: LONG)
    app.add_url_rule("/short", "short", lambda: "Bilan")
    app.add_url_rule("/data", "data", lambda: {"text": LONG})
    app.add_url_rule("/file", "file", lambda: Response(LONG, mimetype="application/pdf"))
    app.add_url_rule("/parts", "parts", lambda: Response(iter([LONG]), mimetype="text/csv"))
    return app.test_client()


@pytest.mark.parametrize("path", ["/long", "/data"])
@pytest.mark.parametrize("asked_by", ["same-origin", "none"])
def test_what_the_visitor_or_a_page_of_ours_asks_for_is_packed(
    browser: FlaskClient, path: str, asked_by: str
) -> None:
    plain = browser.get(path)

    packed = browser.get(path, headers={**OWN, "Sec-Fetch-Site": asked_by})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) // 10


@pytest.mark.parametrize("asked_by", ["cross-site", "same-site", ""])
def test_what_another_site_asks_for_shows_its_length_and_nothing_more(
    browser: FlaskClient, asked_by: str
) -> None:
    answer = browser.get("/long", headers={**OWN, "Sec-Fetch-Site": asked_by})

    assert "Content-Encoding" not in answer.headers
    assert answer.data == LONG.encode()


def test_a_browser_that_does_not_say_who_asked_gets_plain_pages(browser: FlaskClient) -> None:
    answer = browser.get("/long", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/short", "/file", "/parts"])
def test_short_answers_files_and_parts_stay_as_they_are(browser: FlaskClient, path: str) -> None:
    assert "Content-Encoding" not in browser.get(path, headers=OWN).headers
