"""What somebody may try with the site's forms: without token, with more fields, with other rows."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from grants.enums import Role
from grants.extensions import db
from grants.models.base import Base
from grants.services.platform.tenancy import EVERY, KEY
from grants.views.edge.extensions import csrf
from grants.views.edge.permissions import ENDPOINTS, Opening
from tests.integration.roles.test_census import log_in_as
from tests.support.census import Tenant, address, furnish, undone
from tests.support.forms import Form, post_forms
from tests.support.visitors import EMAIL, log_in, open_account

Rows = dict[str, list[tuple[Any, ...]]]
# Columns by which a row is somebody's beside the organisation's own.
OWNERS = ("user_id", "from_user_id", "to_user_id")
# Tables that any page may write to: who was there, what was refused, what was told.
NOTED = {"audit_events", "audit_heads", "login_failures", "outgoing_mails", "user_sessions"}


@pytest.fixture
def tenants(session: scoped_session[Session]) -> tuple[Tenant, Tenant]:
    """The visitor's organisation and another one that looks the same."""
    return furnish(session(), "Métropole fictive"), furnish(session(), "Une autre structure")


def posts(app: Flask) -> list[Rule]:
    """Routes that take a form."""
    return [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]


def stored(app: Flask) -> Rows:
    """Every row, but for what any page notes."""
    with app.app_context():
        bind = db.engine
    with Session(bind, join_transaction_mode="create_savepoint", info={KEY: EVERY}) as session:
        return {
            table.name: [tuple(row) for row in session.execute(in_order(table))]
            for table in Base.metadata.sorted_tables
            if table.name not in NOTED
        }


def in_order(table: Table) -> Any:
    """All rows of a table."""
    return select(table).order_by(*table.primary_key)


def theirs(rows: Rows, tenant: Tenant) -> Rows:
    """Rows of one organisation and of its accounts."""
    own = {"organisation_id": tenant["organisation_id"]}
    own |= dict.fromkeys(OWNERS, tenant["user_id"])
    found: Rows = {}
    for table in Base.metadata.sorted_tables:
        names = [column.name for column in table.columns]
        keys = dict(own)
        if table.name == "users":
            keys = {"id": tenant["user_id"]}
        elif table.name == "organisations":
            keys = {"id": tenant["organisation_id"]}
        found[table.name] = [
            row
            for row in rows.get(table.name, [])
            if any(row[names.index(name)] == key for name, key in keys.items() if name in names)
        ]
    return found


@pytest.mark.parametrize("token", [None, "forged"])
def test_no_form_is_taken_without_its_token_and_nothing_changes(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    tenants: tuple[Tenant, Tenant],
    monkeypatch: pytest.MonkeyPatch,
    token: str | None,
) -> None:
    log_in_as(client, session, Role.OPERATOR, tenants[0])
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    before = stored(app)

    for rule in posts(app):
        data = {} if token is None else {"csrf_token": token}
        answer = client.post(address(rule, tenants[0]), data=data)
        assert answer.status_code == 400, rule

    assert stored(app) == before
    assert client.get("/").status_code == 200, "still logged in"


def test_the_token_of_another_visitor_is_worth_nothing(
    app: Flask, session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_account(session())
    victim, attacker = app.test_client(), app.test_client()
    log_in(victim)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    [form] = post_forms(attacker.get("/connexion").text, "/connexion")

    stolen = {"csrf_token": form.values["csrf_token"]}
    assert victim.post("/deconnexion", data=stolen).status_code == 400


def test_no_page_is_exempt_from_tokens() -> None:
    assert csrf._exempt_views == set()
    assert {blueprint.name for blueprint in csrf._exempt_blueprints} <= {"api"}


def extras(foreign: Tenant) -> dict[str, str]:
    """Fields that no form of a visitor has, or whose value it does not offer."""
    return {
        **{name: str(number) for name, number in foreign.ids.items()},
        "id": str(foreign["user_id"]),
        "organisation": str(foreign["organisation_id"]),
        "user": str(foreign["user_id"]),
        "from_user_id": str(foreign["user_id"]),
        "to_user_id": str(foreign["user_id"]),
        "role": Role.OPERATOR.value,
        "roles": Role.OPERATOR.value,
        "is_operator": "y",
        "is_active": "",
        "password_hash": "x",
        "has_whole_team": "y",
        "sees_pay": "y",
        "actor_id": str(foreign["user_id"]),
    }


def forms_of(app: Flask, client: FlaskClient, role: Role, own: Tenant) -> list[Form]:
    """Forms on the pages that a role opens."""
    found: dict[tuple[str, str], Form] = {}
    for rule in app.url_map.iter_rules():
        entry = ENDPOINTS.get(
            rule.endpoint, Opening.PUBLIC
        )  # that one is missing is told elsewhere
        opens = entry is Opening.LOGGED_IN or (not isinstance(entry, Opening) and role in entry)
        if not opens or "GET" not in (rule.methods or ()) or "session_id" in rule.arguments:
            continue
        url = address(rule, own)
        with undone(app):
            answer = client.get(url)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            for form in post_forms(answer.text, url):
                found.setdefault((form.action, ",".join(form.values)), form)
    return [form for form in found.values() if not form.action.endswith("/deconnexion")]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FINANCE, Role.MANAGER, Role.FACILITATOR])
def test_more_fields_than_a_form_has_reach_nobody_elses_rows_and_no_other_role(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    tenants: tuple[Tenant, Tenant],
    role: Role,
) -> None:
    own, foreign = tenants
    log_in_as(client, session, role, own)
    before = stored(app)
    operators = rows_of_operators(before)
    visitor = next(row for row in before["users"] if EMAIL in row)

    forms, taken = forms_of(app, client, role, own), 0
    for form in forms:
        with undone(app):
            answer = client.post(form.action, data=form.values | extras(foreign))
            after = stored(app)
        taken += answer.status_code in (200, 302, 303)
        told = (role, form.action, answer.status_code)
        assert answer.status_code < 500, told
        assert theirs(after, foreign) == theirs(before, foreign), told
        assert rows_of_operators(after) == operators, told
        kept = next(row for row in after["users"] if EMAIL in row)
        assert same_account(kept, visitor), told

    assert len(forms) >= 3
    assert taken >= 1, "at least one of them was a form that works"


def same_account(after: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    """Whether a visitor's account has the same address, organisation and state."""
    names = [column.name for column in Base.metadata.tables["users"].columns]
    return all(
        after[names.index(name)] == before[names.index(name)]
        for name in ("id", "email", "organisation_id", "is_active", "created_at")
    )


def rows_of_operators(rows: Rows) -> list[tuple[Any, ...]]:
    """Memberships that reach every organisation."""
    return [row for row in rows["memberships"] if Role.OPERATOR.value in row]


def test_a_body_beyond_the_limit_is_refused_by_every_form(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    tenants: tuple[Tenant, Tenant],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log_in_as(client, session, Role.OPERATOR, tenants[0])
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000)

    for rule in posts(app):
        answer = client.post(address(rule, tenants[0]), data={"name": "x" * 2_000})
        assert answer.status_code == 413, rule


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ({f"field{n}": "x" for n in range(1_500)}, "multipart/form-data"),
        ({"email": "x" * 1_100_000, "password": "x"}, "application/x-www-form-urlencoded"),
        ({"email": "x", "password": "x" * 1_100_000}, "application/x-www-form-urlencoded"),
    ],
    ids=["fields", "email", "password"],
)
def test_forms_made_to_exhaust_the_site_are_refused(
    client: FlaskClient, data: dict[str, str], content_type: str
) -> None:
    answer = client.post("/connexion", data=data, content_type=content_type)

    assert answer.status_code == 413
