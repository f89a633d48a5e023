"""Every page against every role: none without an entry, none open beyond its entry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from grants import models as m
from grants.enums import Role
from grants.views.permissions import ENDPOINTS, Opening
from grants.views.permissions_page import permissions_page
from tests.factories.rows import add_convention
from tests.support.visitors import log_in, open_account

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
LAST = date(2025, 1, 31)
# What stands for each part of an address; ids are given by the test.
PARTS = {
    "path": {"finance.figure": "grant/due", "finance.coverage_figure": "total/approved"},
    "name": {"finance.claim_list": "persons", "finance.claim_file": "claim.json"},
    "kind": "csv",
    "filename": "theme.css",
    "file_kind": "logo",
}
# Pages that answer « not found » to everybody while the organisation has given nothing.
NOTHING_YET = {"admin.organisation_file"}
# Lists and switches that answer auditors without naming a convention in their address.
WITHOUT_CONVENTION = {"finance.home", "finance.conventions_file"}
# A page that must exist for nobody: the number of no row.
NOWHERE = 987_654


def rules(app: Flask) -> Iterator[Rule]:
    """Routes of the site that a role may open, by address."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not isinstance(ENDPOINTS[rule.endpoint], Opening):
            yield rule


def address(app: Flask, rule: Rule, convention_id: int, organisation_id: int = NOWHERE) -> str:
    """Address of a route for one convention, or for one organisation."""
    ids = {"convention_id": convention_id, "organisation_id": organisation_id}
    values: dict[str, object] = {}
    for name in rule.arguments:
        part = PARTS.get(name, ids.get(name, NOWHERE))
        values[name] = part[rule.endpoint] if isinstance(part, dict) else part
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def visit(client: FlaskClient, rule: Rule, url: str) -> int:
    """Status of the answer to the route's own method."""
    method = "GET" if "GET" in (rule.methods or set()) else "POST"
    return client.open(url, method=method).status_code


@pytest.fixture
def conventions(session: scoped_session[Session]) -> tuple[m.Convention, m.Convention]:
    """A convention of the visitor's organisation and another organisation's of the same number."""
    own = add_convention(session(), "2024-1")
    foreign = add_convention(session(), "2024-1", organisation="Une autre structure")
    session.commit()
    return own, foreign


def log_in_as(
    client: FlaskClient, session: scoped_session[Session], role: Role, own: m.Convention
) -> None:
    """Log in somebody who holds the role in the convention's organisation."""
    is_auditor = role is Role.AUDITOR
    open_account(
        session(),
        role=role,
        organisation_id=None if role is Role.OPERATOR else own.organisation_id,
        last_on=LAST if is_auditor else None,
        conventions=[own.id] if is_auditor else [],
    )
    log_in(client)


def test_every_route_has_an_entry(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert routes <= ENDPOINTS.keys()


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
    conventions: tuple[m.Convention, m.Convention],
    role: Role,
) -> None:
    own, _ = conventions
    log_in_as(client, session, role, own)
    knows = role is not Role.ADMINISTRATOR

    for rule in rules(app):
        status = visit(client, rule, address(app, rule, own.id, own.organisation_id))
        names_one = "convention_id" in rule.arguments
        if role in ENDPOINTS[rule.endpoint]:
            is_empty_form = status == 422 and "POST" in (rule.methods or ())
            is_missing = status == 404 and rule.endpoint in NOTHING_YET
            assert status < 400 or is_empty_form or is_missing, rule
        elif rule.rule == "/":
            assert status in (303, 403), "it leads to the role's own first page, if there is one"
        else:
            assert status == (403 if knows or not names_one else 404), rule


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_what_another_structure_owns_does_not_exist(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    conventions: tuple[m.Convention, m.Convention],
    role: Role,
) -> None:
    own, foreign = conventions
    log_in_as(client, session, role, own)

    for rule in rules(app):
        if {"convention_id", "organisation_id"} & rule.arguments:
            for ids in ((foreign.id, foreign.organisation_id), (NOWHERE, NOWHERE)):
                assert visit(client, rule, address(app, rule, *ids)) == 404, rule


def test_whoever_is_not_logged_in_is_sent_to_the_log_in_page(
    app: Flask, client: FlaskClient, conventions: tuple[m.Convention, m.Convention]
) -> None:
    for rule in rules(app):
        for convention_id in (conventions[0].id, NOWHERE):
            url = address(app, rule, convention_id)
            answer = client.get(url) if "GET" in (rule.methods or ()) else client.post(url)
            assert answer.status_code == 302, rule
            assert answer.location.startswith("/login"), rule


def test_an_account_without_role_gets_in_and_opens_nothing(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    conventions: tuple[m.Convention, m.Convention],
) -> None:
    open_account(session(), role=None)

    assert log_in(client).status_code == 303
    for rule in rules(app):
        assert visit(client, rule, address(app, rule, conventions[0].id)) in (403, 404), rule


def test_an_auditor_sees_the_named_convention_alone_in_the_list(
    client: FlaskClient,
    session: scoped_session[Session],
    conventions: tuple[m.Convention, m.Convention],
) -> None:
    own, _ = conventions
    hidden = add_convention(session(), "2024-CACHEE")
    log_in_as(client, session, Role.AUDITOR, own)

    for url in ("/", "/finance/conventions.csv"):
        page = client.get(url).get_data(as_text=True)
        assert own.number in page
        assert hidden.number not in page
    assert client.get(f"/finance/conventions/{hidden.id}").status_code == 404


def test_an_auditor_whose_period_ended_is_out(
    client: FlaskClient,
    session: scoped_session[Session],
    conventions: tuple[m.Convention, m.Convention],
) -> None:
    own, _ = conventions
    log_in_as(client, session, Role.AUDITOR, own)
    url = f"/finance/conventions/{own.id}"
    assert client.get(url).status_code == 200
    row = session.query(m.Membership).one()
    row.start_on, row.end_on = date(2024, 1, 1), date(2025, 1, 15)
    session.commit()

    assert client.get(url).status_code == 404
    assert client.get("/").status_code == 403
