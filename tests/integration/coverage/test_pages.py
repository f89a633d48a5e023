"""The coverage page and its files."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import date

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.periods import Period
from tests.factories.platform.rows import add_convention, add_funded_post


@pytest.fixture
def covered(visitor: FlaskClient, session: scoped_session[Session]) -> FlaskClient:
    """A post paid until the end of 2025, seen on 15 January 2025."""
    row = add_convention(session(), "A-1", period=Period(date(2024, 1, 1), date(2026, 1, 1)))
    add_funded_post(session(), row)
    session.commit()
    return visitor


def test_without_posts_the_page_says_where_they_come_from(visitor: FlaskClient) -> None:
    assert "Aucun territoire à montrer" in visitor.get("/couverture").text


def test_the_table_shows_what_is_approved_funded_and_vacant(covered: FlaskClient) -> None:
    page = covered.get("/couverture").text

    assert "Territoire fictif" in page
    assert "Au 15/01/2025" in page
    assert re.search(r">1</(a|dd|strong)>", page), "one FTE"
    assert "31/12/2025" in page
    assert "aucune" in page


def test_the_picture_keeps_the_period_and_has_its_words(covered: FlaskClient) -> None:
    page = covered.get("/couverture?from=2024-01-01&to=2024-12-31").text

    assert 'src="/couverture.svg?from=2024-01-01&amp;to=2024-12-31"' in page
    assert 'alt="Graphique' in page


def test_the_files_say_the_same_as_the_page(covered: FlaskClient) -> None:
    rows = covered.get("/couverture.csv").data.decode("utf-8-sig")
    document = covered.get("/couverture.json")
    workbook = covered.get("/couverture.xlsx")
    picture = covered.get("/couverture.svg")

    assert (
        next(csv.DictReader(io.StringIO(rows), delimiter=";"))["Territoire"] == "Territoire fictif"
    )
    assert json.loads(document.data)
    assert openpyxl.load_workbook(io.BytesIO(workbook.data)).sheetnames
    assert picture.mimetype == "image/svg+xml"
    assert "attachment" in workbook.headers["Content-Disposition"]


def test_a_single_day_may_be_asked_for(covered: FlaskClient) -> None:
    assert "Au 01/06/2024" in covered.get("/couverture?from=2024-06-01").text
    assert "Au 01/06/2024" in covered.get("/couverture?to=01/06/2024").text


def test_a_period_that_runs_backwards_is_explained(covered: FlaskClient) -> None:
    answer = covered.get("/couverture?from=2024-06-01&to=2024-01-01")

    assert answer.status_code == 422
    assert "vient avant le premier" in answer.text


def test_another_kind_of_file_does_not_exist(covered: FlaskClient) -> None:
    assert covered.get("/couverture.exe").status_code == 404


@pytest.mark.parametrize("query", ["from=0001-01-01&to=2024-01-01", "to=9999-12-31"])
def test_a_day_outside_of_living_memory_is_explained(covered: FlaskClient, query: str) -> None:
    answer = covered.get(f"/couverture?{query}")

    assert answer.status_code == 422
    assert "attendu une date comme 15/12/2023." in answer.text


def test_every_figure_opens_its_breakdown_to_its_last_term(covered: FlaskClient) -> None:
    page = covered.get("/couverture?from=2024-01-01&to=2024-12-31").text
    links = [html.unescape(link) for link in re.findall(r'class="figure" href="([^"]+)"', page)]

    on_the_page, seen = len(links), set[str]()
    while links:
        link = links.pop()
        if link not in seen:
            seen.add(link)
            opened = covered.get(link)
            assert opened.status_code == 200, link
            assert "to=2024-12-31" in link
            links += [
                html.unescape(below)
                for below in re.findall(r'class="figure" href="([^"]+)"', opened.text)
            ]

    assert on_the_page >= 8
    assert len(seen) > on_the_page


@pytest.mark.parametrize("path", ["9/filled", "1/nothing", "total/population", "1/filled/99", "x"])
def test_a_figure_that_does_not_exist_is_not_found(covered: FlaskClient, path: str) -> None:
    assert covered.get(f"/couverture/calcul/{path}").status_code == 404
