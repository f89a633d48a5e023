"""Every page against every role: none without an entry, none open beyond its entry.

What stands for each part of an address is said in ``tests/support/census.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from grants.enums import Role
from grants.models.conventions import Convention
from grants.models.roles import Membership
from grants.views.edge.permissions import ENDPOINTS, Opening
from grants.views.edge.permissions_page import permissions_page
from tests.factories.platform.rows import add_convention
from tests.support.census import Tenant, address, furnish, is_id, undone, wrong_ids
from tests.support.visitors import log_in, open_account

pytestmark = pytest.mark.both_databases

PAGE = Path(__file__).parents[3] / "docs" / "permissions.md"
LAST = date(2025, 1, 31)
# Pages that answer « not found » to everybody while the organisation has given nothing.
NOTHING_YET = {
    "imports.take_workbook",
    "organisations.organisation_file",
    "timesheets.document_file",
    "timesheets.document_pdf",
    "timesheets.scan_file",
}
# Lists and switches that answer auditors without naming a convention in their address, and sheets
# of agents whom a named convention charges (``test_views_sheets``).
WITHOUT_CONVENTION = {
    "conventions.listing", "conventions.conventions_file", "timesheets.month", "timesheets.year",
    "timesheets.pdf", "timesheets.scan_file", "timesheets.workbook", "timesheets.workbook_file",
    "timesheets.year_pdf", "timesheets.year_workbook",
}  # fmt: skip
# What an empty form, or a form on a row in another state, is told.
REFUSED_FORM = {409, 422}
LEADS_HOME = (303, 403)


def rules(app: Flask) -> Iterator[Rule]:
    """Routes of the site that a role may open, by address."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not isinstance(ENDPOINTS[rule.endpoint], Opening):
            yield rule


def rules_with_ids(app: Flask) -> Iterator[Rule]:
    """Routes whose address names a row, for roles or for whoever is logged in."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if ENDPOINTS[rule.endpoint] is not Opening.PUBLIC and any(map(is_id, rule.arguments)):
            yield rule


def methods(rule: Rule) -> list[str]:
    """Methods of a route that a visitor uses."""
    return sorted({"GET", "POST"} & (rule.methods or set()))


def visit(app: Flask, client: FlaskClient, method: str, url: str) -> TestResponse:
    """Answer to a request whose writes are taken back."""
    with undone(app):
        return client.open(url, method=method)


@pytest.fixture
def tenants(session: scoped_session[Session]) -> tuple[Tenant, Tenant]:
    """The visitor's organisation and another one with the same numbers, codes and names."""
    return furnish(session(), "Métropole fictive"), furnish(session(), "Une autre structure")


def log_in_as(
    client: FlaskClient, session: scoped_session[Session], role: Role, own: Tenant
) -> None:
    """Log in somebody who holds the role in an organisation."""
    is_auditor = role is Role.AUDITOR
    open_account(
        session(),
        role=role,
        organisation_id=None if role is Role.OPERATOR else own["organisation_id"],
        person_id=own["person_id"] if role is Role.FACILITATOR else None,
        last_on=LAST if is_auditor else None,
        conventions=[own["convention_id"]] if is_auditor else [],
    )
    log_in(client)


def test_every_route_has_an_entry(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert routes <= ENDPOINTS.keys()


def test_every_entry_has_a_route(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert ENDPOINTS.keys() <= routes


def test_public_pages_are_those_of_the_table(app: Flask) -> None:
    marked = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if getattr(view, "is_public", False) or endpoint.rpartition(".")[2] == "static"
    }

    public = {name for name, rule in ENDPOINTS.items() if rule is Opening.PUBLIC}
    assert marked == public & app.view_functions.keys()


def test_auditors_open_nothing_that_does_not_name_its_convention(app: Flask) -> None:
    loose = {
        rule.endpoint
        for rule in rules(app)
        if Role.AUDITOR in ENDPOINTS[rule.endpoint] and "convention_id" not in rule.arguments
    }

    assert loose == WITHOUT_CONVENTION


def test_the_page_of_the_documentation_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == permissions_page()


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_the_pages_of_the_table_and_no_other(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    tenants: tuple[Tenant, Tenant],
    role: Role,
) -> None:
    own, _ = tenants
    log_in_as(client, session, role, own)
    knows = role is not Role.ADMINISTRATOR

    for rule in rules(app):
        names_one = "convention_id" in rule.arguments
        for method in methods(rule):
            status = visit(app, client, method, address(rule, own)).status_code
            if role in ENDPOINTS[rule.endpoint]:
                is_refused_form = status in REFUSED_FORM and method == "POST"
                is_missing = status == 404 and rule.endpoint in NOTHING_YET
                assert status < 400 or is_refused_form or is_missing, (method, rule)
            elif rule.rule == "/":
                assert status in LEADS_HOME, "to the role's own first page, if there is one"
            else:
                assert status == (403 if knows or not names_one else 404), (method, rule)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_what_another_structure_owns_does_not_exist(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    tenants: tuple[Tenant, Tenant],
    role: Role,
) -> None:
    own, foreign = tenants
    log_in_as(client, session, role, own)

    for rule in rules_with_ids(app):
        entry = ENDPOINTS[rule.endpoint]
        opens = isinstance(entry, Opening) or role in entry
        expected = {404} if opens or "convention_id" in rule.arguments else {403, 404}
        for theirs, nobodys in zip(wrong_ids(rule, foreign.ids), wrong_ids(rule, {}), strict=True):
            for method in methods(rule):
                told = visit(app, client, method, address(rule, own, theirs))
                unknown = visit(app, client, method, address(rule, own, nobodys))

                assert told.status_code in expected, (method, rule, theirs)
                assert told.status_code == unknown.status_code, (method, rule, theirs)
                assert bare(told) == bare(unknown), (method, rule, "tells that it exists")


def bare(answer: TestResponse) -> str:
    """Text of an answer without the numbers of its address."""
    return re.sub(r"\d+", "", answer.get_data(as_text=True))


def test_whoever_is_not_logged_in_is_sent_to_the_log_in_page(
    app: Flask, client: FlaskClient, tenants: tuple[Tenant, Tenant]
) -> None:
    for rule in app.url_map.iter_rules():
        if ENDPOINTS[rule.endpoint] is Opening.PUBLIC:
            continue
        nobodys = next(wrong_ids(rule, {}), {})
        for url in (address(rule, tenants[0]), address(rule, tenants[0], nobodys)):
            for method in methods(rule):
                answer = client.open(url, method=method)
                assert answer.status_code == 302, (method, rule)
                assert answer.location.startswith("/connexion"), (method, rule)


def test_an_account_without_role_gets_in_and_opens_nothing(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    tenants: tuple[Tenant, Tenant],
) -> None:
    open_account(session(), role=None)

    assert log_in(client).status_code == 303
    for rule in rules(app):
        for method in methods(rule):
            answer = visit(app, client, method, address(rule, tenants[0]))
            assert answer.status_code in (403, 404), (method, rule)


def test_an_auditor_sees_the_named_convention_alone_in_the_list(
    client: FlaskClient, session: scoped_session[Session], tenants: tuple[Tenant, Tenant]
) -> None:
    own, _ = tenants
    hidden = add_convention(session(), "2024-CACHEE")
    number = session.get_one(Convention, own["convention_id"]).number
    log_in_as(client, session, Role.AUDITOR, own)

    for url in ("/", "/conventions.csv"):
        page = client.get(url).get_data(as_text=True)
        assert number in page
        assert hidden.number not in page
    assert client.get(f"/conventions/{hidden.id}").status_code == 404


def test_an_auditor_whose_period_ended_is_out(
    client: FlaskClient, session: scoped_session[Session], tenants: tuple[Tenant, Tenant]
) -> None:
    own, _ = tenants
    log_in_as(client, session, Role.AUDITOR, own)
    url = f"/conventions/{own['convention_id']}"
    assert client.get(url).status_code == 200
    row = session.query(Membership).filter_by(role=Role.AUDITOR.value).one()
    row.start_on, row.end_on = date(2024, 1, 1), date(2025, 1, 15)
    session.commit()

    assert client.get(url).status_code == 404
    assert client.get("/").status_code == 403
