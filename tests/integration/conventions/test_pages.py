"""The list of conventions and the page of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import PaymentKind
from grants.extensions import db
from grants.models import PostFunding
from grants.periods import FOREVER, Period
from tests.factories.platform.rows import (
    add_amendment,
    add_convention,
    add_funded_post,
    add_holder,
    add_payment,
)

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
RUNNING = Period(date(2024, 12, 15), date(2025, 12, 15))
NBSP, NARROW = "\u00a0", "\u202f"


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Statements that run inside the block, but for those that tell PostgreSQL the scope."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if "set_config" not in statement:
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_an_empty_list_says_how_to_begin(visitor: FlaskClient) -> None:
    page = visitor.get("/").text

    assert "Aucune convention" in page
    assert "le dépose à la page Importer" in page


def test_each_convention_shows_where_it_stands(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    add_convention(session(), "UPCOMING", period=Period.year(2026))
    add_convention(session(), "RUNNING", period=RUNNING)
    add_convention(session(), "DUE", report_due_on=date(2025, 2, 14))
    add_convention(session(), "LATE", report_due_on=date(2025, 1, 14))
    settled = add_convention(session(), "SETTLED")
    add_payment(session(), settled, "35000.00", PaymentKind.BALANCE)
    paid_up = add_convention(session(), "PAID-UP")
    add_payment(session(), paid_up, "40000.00")
    session.commit()

    states = {number: state for number, *_, state, _due, _delay in rows_of(visitor.get(CSV))}

    assert states == {
        "UPCOMING": "À venir",
        "RUNNING": "En cours",
        "DUE": "Bilan à rendre",
        "LATE": "Bilan en retard",
        "SETTLED": "Soldée",
        "PAID-UP": "Soldée",
    }
    page = visitor.get("/").text
    assert "30 j restants" in page
    assert "1 j de retard" in page
    assert page.index("LATE") < page.index("DUE") < page.index("RUNNING")


CSV = "/conventions.csv"


def rows_of(answer: object) -> list[list[str]]:
    """Rows of a csv answer, without its head."""
    text = answer.data.decode("utf-8-sig")  # type: ignore[attr-defined] # a TestResponse
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


def test_totals_are_those_of_the_rows_shown(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    first = add_convention(session(), "A-1")
    add_payment(session(), first, "12000.50")
    add_convention(session(), "B-2", maximum=None)
    add_convention(session(), "B-3", maximum="1000.00")
    session.commit()

    everything = visitor.get("/").text
    only_a = visitor.get("/?q=a-1").text

    assert f"41{NARROW}000,00{NBSP}€" in everything
    assert f"28{NARROW}999,50{NBSP}€" in everything
    assert f"27{NARROW}999,50{NBSP}€" in only_a
    assert "B-2" not in only_a


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=evenement", ["ÉVÉ"]),
        ("organisation=PLIE+fictif", ["PLIE-1"]),
        ("funder=R%C3%A9gion+fictive", ["REG-1"]),
        ("state=running", ["RUN-1"]),
        ("year=2023", ["OLD-1"]),
        ("q=zzz", []),
        ("year=2023&state=running", []),
    ],
)
def test_the_list_narrows_to_what_is_asked(
    visitor: FlaskClient, session: scoped_session[Session], query: str, found: list[str]
) -> None:
    add_convention(session(), "ÉVÉ", title="Événement d'insertion")
    add_convention(session(), "PLIE-1", organisation="PLIE fictif")
    add_convention(session(), "REG-1", funder="Région fictive")
    add_convention(session(), "RUN-1", period=RUNNING)
    add_convention(session(), "OLD-1", period=Period.year(2023))
    session.commit()

    assert [row[0] for row in rows_of(visitor.get(f"{CSV}?{query}"))] == found
    page = visitor.get(f"/?{query}").text
    assert ("Aucune convention ne correspond" in page) == (not found)


def test_the_list_sorts_by_any_column_both_ways(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    for number, maximum in (("A", "200.00"), ("B", "1000.00"), ("C", "30.00")):
        add_convention(session(), number, maximum=maximum)
    session.commit()

    up = [row[0] for row in rows_of(visitor.get(f"{CSV}?sort=maximum"))]
    down = [row[0] for row in rows_of(visitor.get(f"{CSV}?sort=-maximum"))]

    assert (up, down) == (["C", "A", "B"], ["B", "A", "C"])
    assert 'aria-sort="descending"' in visitor.get("/?sort=-maximum").text


@pytest.mark.parametrize("query", ["sort=nothing", "year=abc", "state=odd", "year=3"])
def test_a_filter_that_cannot_be_is_named_and_everything_is_shown(
    visitor: FlaskClient, session: scoped_session[Session], query: str
) -> None:
    add_convention(session(), "A-1")
    session.commit()

    page = visitor.get(f"/?{query}").text

    assert 'role="alert"' in page
    assert "A-1" in page


def test_a_long_list_comes_in_pages_that_keep_the_filter(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    for number in range(60):
        add_convention(session(), f"N-{number:03d}")
    session.commit()

    first = visitor.get("/?sort=number&q=n-").text
    second = visitor.get("/?sort=number&q=n-&page=2").text

    assert "N-049" in first
    assert "N-050" not in first
    assert "N-050" in second
    assert "q=n-" in first.split('rel="next"')[1][:120]
    assert visitor.get("/?page=99").status_code == 200
    assert visitor.get("/?page=x").status_code == 200


def test_the_list_asks_as_few_questions_for_fifty_rows_as_for_one(
    app: Flask, visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    add_convention(session(), "N-0")
    session.commit()
    with counted_queries(app) as few:
        visitor.get("/")
    for number in range(1, 50):
        row = add_convention(session(), f"N-{number}")
        add_payment(session(), row, "10.00")
        add_amendment(session(), row, "montant_maximum", "50000", date(2024, 7, 1))
    session.commit()

    with counted_queries(app) as many:
        visitor.get("/")

    assert len(many) == len(few)
    assert len(many) <= 10


def test_the_workbook_holds_typed_cells_and_names_that_cannot_run(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    add_convention(session(), "A-1", title='=HYPERLINK("http://evil.example")')
    session.commit()

    answer = visitor.get("/conventions.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = dict(zip((cell.value for cell in sheet[1]), sheet[2], strict=True))

    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert "conventions_20250115.xlsx" in answer.headers["Content-Disposition"]
    assert cells["Intitulé"].data_type == "s"
    assert cells["Maximum"].value == 40000
    assert cells["Fin"].is_date
    assert answer.data == visitor.get("/conventions.xlsx").data
    assert rows_of(visitor.get(CSV))[0][1].startswith("'=")


def test_names_from_a_workbook_never_become_markup(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), XSS[:80], title=XSS, organisation=XSS, funder=XSS)
    post = add_funded_post(session(), row)
    add_holder(session(), post, XSS, Period.year(2024))
    session.commit()

    for address in ("/", f"/?q={XSS}", f"/conventions/{row.id}"):
        page = visitor.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_an_amendment_shows_the_old_term_beside_the_new(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "A-1")
    add_amendment(session(), row, "montant_maximum", "42 000,00", date(2024, 7, 1))
    session.commit()

    page = visitor.get(f"/conventions/{row.id}").text

    changed = page[page.index('id="avenants"') :]
    before = changed.index(f"40{NARROW}000,00{NBSP}€")
    assert before < changed.index(f"42{NARROW}000,00{NBSP}€")
    assert "Avenant n° 1" in page


def test_a_post_shows_who_held_it_and_when_nobody_did(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "A-1")
    post = add_funded_post(session(), row)
    absent = add_holder(session(), post, "DUPRÉ", Period(date(2024, 2, 1), FOREVER))
    add_holder(
        session(), post, "RENFORT", Period(date(2024, 5, 1), date(2024, 6, 1)), replaces=absent
    )
    session.commit()

    page = visitor.get(f"/conventions/{row.id}").text

    assert "31 jours" in page[page.index("Vacant</strong>") :][:120]
    assert "remplace DUPRÉ Camille" in page
    assert page.count("timeline-vacant") == 1


def test_a_post_that_nobody_holds_is_vacant_all_along(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "A-1")
    add_funded_post(session(), row)
    session.commit()

    assert "366 jours" in visitor.get(f"/conventions/{row.id}").text


def test_a_post_follows_a_convention_that_an_amendment_extends(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "A-1")
    add_funded_post(session(), row)
    funding = session.scalars(select(PostFunding)).one()
    funding.end_on = row.end_on
    add_amendment(session(), row, "fin", "2025-03-31", date(2024, 7, 1))
    session.commit()

    # 366 days of 2024 and 90 of 2025
    assert "456 jours" in visitor.get(f"/conventions/{row.id}").text


def test_a_convention_without_end_shows_its_page_all_the_same(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "OPEN", period=Period(date(2024, 1, 1), FOREVER))
    session.commit()

    page = visitor.get(f"/conventions/{row.id}").text

    assert "choisissez une période" in page


def test_payments_and_what_is_left_stand_on_the_page(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "A-1")
    add_payment(session(), row, "20000.00")
    session.commit()

    page = visitor.get(f"/conventions/{row.id}").text

    assert "Avance" in page
    assert "01/03/2024" in page
    assert f"20{NARROW}000,00{NBSP}€" in page


def test_an_unknown_convention_is_a_page_that_leads_back(visitor: FlaskClient) -> None:
    answer = visitor.get("/conventions/999")

    assert answer.status_code == 404
    assert "revenez à la liste" in answer.text


def test_the_page_of_a_convention_asks_as_few_questions_for_many_posts(
    app: Flask, visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "A-1")
    add_holder(session(), add_funded_post(session(), row), "X", Period.year(2024))
    session.commit()
    with counted_queries(app) as few:
        visitor.get(f"/conventions/{row.id}")
    for number in range(2, 12):
        post = add_funded_post(session(), row, f"P{number}")
        add_holder(session(), post, f"X{number}", Period.year(2024))
    session.commit()

    with counted_queries(app) as many:
        visitor.get(f"/conventions/{row.id}")

    assert len(many) == len(few)
