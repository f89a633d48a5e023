"""Rows of one's own organisation that are somebody else's: another team's, another convention's.

Every route whose address names a row is asked for with a neighbour's row; the answer must be that
of a number of no row. And every route that takes a form is sent fields that it does not have.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.conventions import Convention
from grants.models.coverage import Territory
from grants.models.evidence import Piece
from grants.models.people import Person
from grants.models.posts import Post
from grants.views.edge.permissions import ENDPOINTS, Opening
from tests.factories.platform.rows import add_convention
from tests.integration.attacks.test_forms import (
    extras,
    posts,
    rows_of_operators,
    stored,
    theirs,
)
from tests.integration.roles.test_census import LAST, bare, methods, rules_with_ids, visit
from tests.integration.roles.test_census import log_in_as as log_in_with_everything
from tests.support.census import NUMBER, SAMPLES, Tenant, address, furnish, undone, wrong_ids
from tests.support.visitors import log_in, open_account

HOUSE = "Métropole fictive"
# Rows of a convention and of an agent; the organisation's accounts are everybody's to administer.
OF_A_TEAM = (
    "post_id", "person_id", "holding_id", "employment_id", "letter_id", "mission_letter_id",
    "sheet_id", "absence_id", "piece_id",
)  # fmt: skip
LIMITED = [Role.MANAGER, Role.AUDITOR, Role.FACILITATOR]


@pytest.fixture
def neighbours(session: scoped_session[Session]) -> tuple[Tenant, dict[str, int]]:
    """One's own rows, and those of another convention with another agent in the same house."""
    own = furnish(session(), HOUSE)
    # The neighbour's rows take the usual numbers and codes: one's own make room for them.
    session.get_one(Convention, own["convention_id"]).number = "2024-0"
    session.get_one(Person, own["person_id"]).code = "MOI"
    post = session.get_one(Post, own["post_id"])
    post.code = "P0"
    session.get_one(Territory, post.territory_id).code = "T0"
    session.get_one(Piece, own["piece_id"]).reference = "F-0"
    session.flush()
    other = add_convention(session(), NUMBER, organisation=HOUSE)
    ids = {"convention_id": other.id, "organisation_id": other.organisation_id}
    for name in OF_A_TEAM:
        ids[name] = SAMPLES[name](session(), ids)
    session.commit()
    assert other.organisation_id == own["organisation_id"]
    return own, {name: ids[name] for name in ("convention_id", *OF_A_TEAM)}


def enter(client: FlaskClient, session: scoped_session[Session], role: Role, own: Tenant) -> None:
    """Log in somebody whose role is limited to their own rows."""
    is_auditor = role is Role.AUDITOR
    open_account(
        session(),
        role=role,
        organisation_id=own["organisation_id"],
        person_id=own["person_id"] if role is Role.FACILITATOR else None,
        team=[own["person_id"]] if role is Role.MANAGER else None,
        conventions=[own["convention_id"]] if is_auditor else [],
        last_on=LAST if is_auditor else None,
    )
    log_in(client)


@pytest.mark.parametrize("role", LIMITED)
def test_a_neighbours_row_answers_as_a_row_that_nobody_has(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    neighbours: tuple[Tenant, dict[str, int]],
    role: Role,
) -> None:
    own, theirs = neighbours
    enter(client, session, role, own)
    tried = 0

    for rule in rules_with_ids(app):
        entry = ENDPOINTS[rule.endpoint]
        if not set(rule.arguments) & theirs.keys():
            continue
        opens = isinstance(entry, Opening) or role in entry
        ids = {name: theirs.get(name, own.ids.get(name, 0)) for name in rule.arguments}
        for wrong, nobodys in zip(wrong_ids(rule, ids), wrong_ids(rule, {}), strict=True):
            if not set(wrong) & theirs.keys():
                continue
            for method in methods(rule):
                told = visit(app, client, method, address(rule, own, wrong))
                unknown = visit(app, client, method, address(rule, own, nobodys))
                tried += opens
                where = (role, method, rule, wrong)
                assert told.status_code in ({404} if opens else {403, 404}), where
                if opens:
                    assert bare(told) == bare(unknown), where

    assert tried >= 3, "the role opens pages that name rows"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_no_route_takes_fields_that_its_form_does_not_have(
    app: Flask, client: FlaskClient, session: scoped_session[Session], role: Role
) -> None:
    own, foreign = furnish(session(), HOUSE), furnish(session(), "Une autre structure")
    log_in_with_everything(client, session, role, own)
    before = stored(app)
    operators = rows_of_operators(before)

    for rule in posts(app):
        with undone(app):
            answer = client.post(address(rule, own), data=extras(foreign))
            after = stored(app)
        assert answer.status_code < 500, rule
        assert theirs(after, foreign) == theirs(before, foreign), rule
        assert rows_of_operators(after) == operators, rule
