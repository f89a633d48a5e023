"""Users from a terminal: the same services as the pages, told in the trail too."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.accounts import SecondFactor
from grants.models.audit import AuditEvent
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.models.platform import OutgoingMail
from grants.models.roles import Membership
from grants.services.accounts.second_factor import begin_second_factor
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW, SECRET
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, PASSWORD, log_in, open_account

GUEST = "zoe@exemple.test"
CHOSEN = {"password": "girafe tabouret nuage", "again": "girafe tabouret nuage"}


@pytest.fixture
def code(session: scoped_session[Session]) -> str:
    """Code of an organisation with a convention « 2024-1 » and an agent « A1 »."""
    row = add_convention(session(), "2024-1")
    agent = {"code": "A1", "last_name": "Dupont", "first_name": "Anne"}
    session.add(Person(organisation_id=row.organisation_id, **agent))
    session.commit()
    return session.get_one(Organisation, row.organisation_id).code


def test_an_invitation_of_the_terminal_opens_the_page_of_the_site(
    cli: Terminal, client: FlaskClient, session: scoped_session[Session], code: str
) -> None:
    told = cli(
        "user", "invite", GUEST, "--name", "Zoé", "--role", "auditor", "--organisation", code,
        "--last", "31/03/2025", "--convention", "2024-1",
    ).stdout  # fmt: skip
    path = re.search(r"/invitation/[\w-]+", told)
    assert path

    answer = client.post(path[0], data=CHOSEN)

    assert answer.status_code == 303
    assert "2024-1" in client.get("/").text
    assert session.query(OutgoingMail).one().recipient == GUEST


def test_a_role_is_given_and_ended(
    cli: Terminal, session: scoped_session[Session], code: str
) -> None:
    open_account(session(), role=None)
    words = ("--role", "manager", "--organisation", code)

    cli("user", "give-role", EMAIL, *words, "--team", "A1", "--first", "2025-01-01")
    listed = cli("user", "list").stdout
    cli("user", "end-role", EMAIL, *words, "--reason", "départ")

    row = session.query(Membership).one()
    assert not row.has_whole_team
    assert f"{EMAIL}\tCamille Exemple\tactif\tResponsable" in listed
    assert "Responsable" not in cli("user", "list").stdout
    kinds = [(e.object_kind, e.action) for e in session.query(AuditEvent)]
    assert kinds == [("role", "created"), ("role", "changed")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "finance"), "l'exploitant n'a pas de structure"),
        (("--role", "finance", "--organisation", "NULLE"), "« NULLE »"),
        (("--role", "facilitator", "--organisation", "CODE"), "dites quel agent"),
        (("--role", "facilitator", "--organisation", "CODE", "--person", "Z9"), "« Z9 »"),
        (("--role", "auditor", "--organisation", "CODE", "--convention", "X"), "« X »"),
        (("--role", "auditor", "--organisation", "CODE"), "donnez le dernier jour"),
        (("--role", "boss"), "boss"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    cli: Terminal, session: scoped_session[Session], code: str, words: tuple[str, ...], said: str
) -> None:
    open_account(session(), role=None)
    typed = [code if word == "CODE" else word for word in words]

    assert said in cli("user", "give-role", EMAIL, *typed, exit_code=2).stderr
    assert session.query(Membership).count() == 0


def test_a_role_that_is_not_held_cannot_end(
    cli: Terminal, session: scoped_session[Session], code: str
) -> None:
    open_account(session(), role=None)

    told = cli(
        "user", "end-role", EMAIL, "--role", "finance", "--organisation", code, exit_code=2
    ).stderr

    assert "grants user list" in told


def test_a_refused_code_is_told_of_its_account(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    account = open_account(session(), role=Role.OPERATOR)
    begin_second_factor(session(), user_id=account.id, secret_key=SECRET, at=NOW)
    session.get_one(SecondFactor, account.id).confirmed_at = NOW
    session.commit()
    log_in(client, EMAIL, PASSWORD)

    client.post("/connexion/code", data={"code": "000000"})

    event = session.query(AuditEvent).one()
    assert (event.action, event.object_key) == ("code_refused", str(account.id))
