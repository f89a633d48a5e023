"""Every list: its page, its csv and its workbook show the same rows, columns and order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from grants.enums import Role
from grants.views.edge.permissions import ENDPOINTS
from tests.support.census import Tenant, address, furnish
from tests.support.lists import Grid, ListPage, alike, read_csv, read_page, read_xlsx
from tests.support.visitors import log_in, open_account

# Files beside a page that is no list: a report, a register, one person's sheet.
NO_LIST = {"coverage.coverage_file", "privacy.register_file"}
# Files whose page has another name.
PAGES = {"conventions.conventions_file": "conventions.listing"}
# A list that is still to become a declaration.
NO_LIST |= {"timesheets.month_of_team_file"}


def lists(app: Flask) -> Iterator[tuple[Rule, Rule]]:
    """Route of each list page, and that of its files."""
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    for endpoint, rule in sorted(rules.items()):
        if endpoint.endswith("_file") and "kind" in rule.arguments and endpoint not in NO_LIST:
            yield rules[PAGES.get(endpoint, endpoint.removesuffix("_file"))], rule


@pytest.fixture
def own(client: FlaskClient, session: scoped_session[Session]) -> Tenant:
    """Two organisations with a row of every kind, and the platform's operator who sees both."""
    furnish(session(), "Une autre structure")
    tenant = furnish(session(), "Métropole fictive")
    open_account(session(), role=Role.OPERATOR)
    log_in(client)
    return tenant


def test_every_list_has_rows_to_compare(app: Flask, client: FlaskClient, own: Tenant) -> None:
    for page, _ in lists(app):
        assert Role.OPERATOR in ENDPOINTS[page.endpoint], page
        found = read_page(client.get(address(page, own)).text)
        assert found.grid.rows, f"{page} shows nothing: add a row to tests/support/census.py"


def test_page_and_files_hold_the_same_whatever_is_asked(
    app: Flask, client: FlaskClient, own: Tenant
) -> None:
    for page, file in lists(app):
        url, file_url = address(page, own), address(file, own)
        first = read_page(client.get(url).text)
        for query in ("", *asked(first)):
            shown = read_page(client.get(f"{url}?{query}").text)
            kept = read_csv(client.get(f"{file_url}?{query}").data)
            book = client.get(f"{file_url.removesuffix('csv')}xlsx?{query}")

            assert differences(shown.grid, kept) == [], (page, query)
            assert differences(read_xlsx(book.data), kept) == [], (page, query)


def asked(page: ListPage) -> Iterator[str]:
    """Queries that sort by each column, both ways, and narrow by each choice."""
    for key in page.keys:
        yield f"sort={key}"
        yield f"sort=-{key}"
    for name, value in page.choices:
        yield f"{name}={value}"
    yield "q=zzz"


def differences(shown: Grid, kept: Grid) -> list[object]:
    """Cells that do not say the same; a page without any row has no columns either."""
    if not shown.rows and not kept.rows:
        return []
    if shown.titles != kept.titles:
        return [shown.titles, kept.titles]
    if len(shown.rows) != len(kept.rows):
        return [len(shown.rows), len(kept.rows)]
    pairs = zip(shown.rows, kept.rows, strict=True)
    return [
        (title, left, right)
        for ours, theirs in pairs
        for title, left, right in zip(kept.titles, ours, theirs, strict=True)
        if not alike(left, right)
    ]


def test_every_column_sorts_and_says_which_way(
    app: Flask, client: FlaskClient, own: Tenant
) -> None:
    for page, _ in lists(app):
        first = read_page(client.get(address(page, own)).text)
        for key, url in zip(first.keys, first.sort_urls, strict=True):
            assert f"sort={key}" in url or f"sort=-{key}" in url, (page, key)
            answer = client.get(url)
            assert answer.status_code == 200, url
            assert answer.text.count("aria-sort=") == 1, url


def test_what_cannot_be_asked_is_told_and_gives_no_file(
    app: Flask, client: FlaskClient, own: Tenant
) -> None:
    for page, file in lists(app):
        for url in (address(page, own), address(file, own)):
            answer = client.get(f"{url}?sort=nothing")
            assert answer.status_code == 422, url
            assert "Cet ordre n&#39;existe pas" in answer.text, url
            assert read_page(answer.text).grid.rows, "all of them all the same"
