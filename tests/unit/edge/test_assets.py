"""Styles, scripts and icons are small, kept for a year, and never stale."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from grants.config import data_dir
from grants.views.edge import assets, errors, security
from tests.support.sources import ROOT

NAMED = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
MAPPED = re.compile(r"set ICONS = {(.*?)}", re.DOTALL)
VALUE = re.compile(r': "([a-z0-9-]+)"')
MACRO = re.compile(r"icon\(([^)]*)\)")


@pytest.fixture
def app() -> Flask:
    made = Flask("grants", static_folder=None, template_folder=str(data_dir("templates")))
    made.config.update(SESSION_COOKIE_SECURE=True)
    errors.register(made)
    security.register(made)
    assets.register(made)
    return made


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def _address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


@pytest.mark.parametrize("name", ["bootstrap.css", "icons.svg", "theme.css", "sheets.js"])
def test_a_file_is_kept_for_a_year_under_its_hash(
    app: Flask, browser: FlaskClient, name: str
) -> None:
    answer = browser.get(_address(app, name))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_of_another_release_must_be_asked_for_again(browser: FlaskClient) -> None:
    answer = browser.get("/static/0123456789abcdef/theme.css")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, no-cache"


def test_a_file_asked_for_again_and_unchanged_is_not_sent_twice(browser: FlaskClient) -> None:
    first = browser.get("/static/older/theme.css")

    again = browser.get("/static/older/theme.css", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_a_file_that_does_not_exist_is_not_found(app: Flask, browser: FlaskClient) -> None:
    for name in ("nothing.css", "../views/__init__.py", "icons/../theme.css"):
        assert browser.get(_address(app, name)).status_code == 404


def test_files_travel_packed_to_those_who_unpack(app: Flask, browser: FlaskClient) -> None:
    address = _address(app, "bootstrap.css")

    plain = browser.get(address)
    packed = browser.get(address, headers={"Accept-Encoding": "br, gzip"})
    refused = browser.get(address, headers={"Accept-Encoding": "gzip;q=0"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert "Content-Encoding" not in refused.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_all_files_together_stay_under_60_kilobytes_on_the_wire() -> None:
    packed = {name: len(asset.packed) for name, asset in assets.assets().files.items()}

    assert sum(packed.values()) < 60_000, packed


def test_the_hash_changes_with_any_content_or_name() -> None:
    known = assets._digest({"a.css": b"one", "b.css": b"two"})

    assert known != assets._digest({"a.css": b"one", "b.css": b"2"})
    assert known != assets._digest({"a.css": b"one", "c.css": b"two"})
    assert known == assets._digest({"b.css": b"two", "a.css": b"one"})


def test_only_the_wanted_symbols_are_cut_out() -> None:
    every = (
        '<svg><symbol id="a" class="x"><path/></symbol><symbol class="y" id="b"/></symbol></svg>'
    )

    cut = assets.only_icons(every, frozenset({"a"}))

    assert cut.count("<symbol") == 1
    assert '<symbol id="a" class="x"><path/></symbol>' in cut


def test_an_icon_that_bootstrap_lacks_stops_the_site() -> None:
    with pytest.raises(LookupError, match="unicorn"):
        assets.only_icons("<svg></svg>", frozenset({"unicorn"}))


def test_an_icon_that_is_not_sent_cannot_be_shown(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(LookupError, match="bug"):
        assets.icon_address("bug")


def test_the_icons_sent_are_those_that_pages_name() -> None:
    templates = _texts("templates", "*.html")
    views = [text for text in _texts("grants/views", "*.py") if "ICONS = frozenset" not in text]
    quoted = {name for text in templates + views for name in NAMED.findall(text)}
    calls = [call for text in templates for call in MACRO.findall(text)]
    maps = [part for text in templates for part in MAPPED.findall(text)]
    asked = {name for call in calls for name in NAMED.findall(call)}
    asked |= {name for part in maps for name in VALUE.findall(part)}
    asked |= {name for name in quoted if "-" in name} & _all_icons()

    assert asked <= assets.ICONS, "shown but not sent"
    assert quoted >= assets.ICONS, "sent but nowhere named"


def _texts(folder: str, pattern: str) -> list[str]:
    return [path.read_text("utf-8") for path in sorted((ROOT / folder).rglob(pattern))]


def _all_icons() -> set[str]:
    return set(re.findall(r'<symbol\b[^>]*\bid="([^"]+)"', assets.every_icon()))
