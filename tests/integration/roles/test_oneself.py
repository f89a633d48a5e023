"""Attacks: an administrator who gives a right to themselves, straight or by a detour."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.enums import Role
from grants.models.audit import AuditEvent
from grants.models.platform import OutgoingMail
from grants.models.roles import Delegation, Invitation, Membership, RoleRequest
from grants.services.accounts.users import Account
from grants.services.roles.memberships import roles_on
from grants.services.roles.notices import SUBJECT
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.terminal import Terminal
from tests.support.visitors import log_in, open_account

TODAY = NOW.date()
ALICE, BOB, MANAGER = "alice@exemple.test", "bob@exemple.test", "chef@exemple.test"


@pytest.fixture
def own(session: scoped_session[Session]) -> int:
    return add_convention(session(), "2024-1").organisation_id


@pytest.fixture
def alice(client: FlaskClient, session: scoped_session[Session], own: int) -> Account:
    """The administrator who attacks, logged in."""
    account = open_account(
        session(), ALICE, "Alice Attaque", Role.ADMINISTRATOR, organisation_id=own
    )
    log_in(client, ALICE)
    return account


@pytest.fixture
def bob(session: scoped_session[Session], own: int) -> Account:
    return open_account(session(), BOB, "Bob Second", Role.ADMINISTRATOR, organisation_id=own)


@pytest.fixture
def manager(session: scoped_session[Session], own: int) -> Account:
    return open_account(session(), MANAGER, "Chantal Chef", Role.MANAGER, organisation_id=own)


def held(session: scoped_session[Session], account: Account) -> set[Role]:
    session.expire_all()
    return {grant.role for grant in roles_on(session, user_id=account.id, as_of=TODAY)}


def told(session: scoped_session[Session]) -> list[str]:
    """Who was written to about rights, in order."""
    query = select(OutgoingMail.recipient).where(OutgoingMail.subject == SUBJECT)
    return sorted(session.scalars(query))


def gives(client: FlaskClient, to: Account, own: int, role: str = "finance") -> int:
    address = f"/utilisateurs/{to.id}/roles/nouveau?role={role}&organisation={own}"
    return client.post(address, data={"start_on": "2025-01-15", "team_kind": "whole"}).status_code


def asked(session: scoped_session[Session]) -> int:
    return session.scalars(select(RoleRequest.id)).one()


def as_another(app: Flask, email: str) -> FlaskClient:
    other = app.test_client()
    log_in(other, email)
    return other


@pytest.mark.parametrize("role", ["finance", "manager", "director"])
def test_a_role_for_oneself_waits_for_another_administrator(
    app: Flask, client: FlaskClient, session: scoped_session[Session], own: int, alice: Account,
    bob: Account, role: str,
) -> None:  # fmt: skip
    assert gives(client, alice, own, role) == 303
    assert held(session, alice) == {Role.ADMINISTRATOR}
    assert told(session) == [BOB]
    number = asked(session)

    assert client.post(f"/demandes/{number}", data={"answer": "yes"}).status_code == 403
    assert held(session, alice) == {Role.ADMINISTRATOR}
    second = as_another(app, BOB)
    assert "Alice Attaque demande pour soi" in second.get("/utilisateurs").text
    assert second.post(f"/demandes/{number}", data={"answer": "yes"}).status_code == 303

    assert held(session, alice) == {Role.ADMINISTRATOR, Role(role)}
    assert ALICE in told(session)
    event = session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "role")).one()
    assert (event.actor_label, event.actor_id) == ("Bob Second", bob.id)


def test_a_request_that_is_refused_gives_nothing_and_is_over(
    app: Flask, client: FlaskClient, session: scoped_session[Session], own: int, alice: Account,
    bob: Account,
) -> None:  # fmt: skip
    gives(client, alice, own)
    number, second = asked(session), as_another(app, BOB)

    assert second.post(f"/demandes/{number}", data={"answer": "no"}).status_code == 303
    assert second.post(f"/demandes/{number}", data={"answer": "yes"}).status_code == 404
    assert held(session, alice) == {Role.ADMINISTRATOR}


def test_a_request_of_somebody_who_administers_no_more_falls(
    app: Flask, client: FlaskClient, session: scoped_session[Session], own: int, alice: Account,
    bob: Account,
) -> None:  # fmt: skip
    gives(client, alice, own)
    row = session.scalars(select(Membership).where(Membership.user_id == alice.id)).one()
    row.start_on, row.end_on = TODAY - timedelta(days=9), TODAY
    session.commit()

    answer = as_another(app, BOB).post(f"/demandes/{asked(session)}", data={"answer": "yes"})

    assert answer.status_code == 422
    assert held(session, alice) == set()


def test_a_request_is_over_after_two_weeks(
    app: Flask, client: FlaskClient, session: scoped_session[Session], own: int, alice: Account,
    bob: Account, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    gives(client, alice, own)
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(days=14)))

    answer = as_another(app, BOB).post(f"/demandes/{asked(session)}", data={"answer": "yes"})

    assert answer.status_code == 404


def test_an_only_administrator_is_told_the_honest_way_and_the_terminal_is_one(
    client: FlaskClient, session: scoped_session[Session], own: int, alice: Account, cli: Terminal
) -> None:
    address = f"/utilisateurs/{alice.id}/roles/nouveau?role=finance&organisation={own}"
    answer = client.post(address, data={"start_on": "2025-01-15"})

    assert answer.status_code == 422
    assert "grants user give-role" in answer.text
    assert held(session, alice) == {Role.ADMINISTRATOR}

    code = session.scalars(select(AuditEvent.id)).all()
    from grants.models.organisations import Organisation

    organisation = session.get_one(Organisation, own).code
    cli("user", "give-role", ALICE, "--role", "finance", "--organisation", organisation)

    assert held(session, alice) == {Role.ADMINISTRATOR, Role.FINANCE}
    assert told(session) == [ALICE]
    events = session.scalars(select(AuditEvent).where(AuditEvent.id.not_in(code))).all()
    assert [event.actor_label.startswith("Terminal") for event in events] == [True]


def test_a_terminal_answers_what_waits(
    client: FlaskClient, session: scoped_session[Session], own: int, alice: Account, bob: Account,
    cli: Terminal,
) -> None:  # fmt: skip
    gives(client, alice, own)

    assert "Alice Attaque demande pour soi" in cli("user", "requests").stdout
    cli("user", "answer", str(asked(session)), "--reason", "vu avec la direction")

    assert held(session, alice) == {Role.ADMINISTRATOR, Role.FINANCE}
    assert "Aucune demande" in cli("user", "requests").stdout


def substitutes(client: FlaskClient, holder: Account, to: Account, own: int) -> int:
    form = {
        "role": f"{own}:manager", "substitute": str(to.id), "first_on": "2025-01-15",
        "last_on": "2025-01-31",
    }  # fmt: skip
    return client.post(f"/utilisateurs/{holder.id}/delegations/nouvelle", data=form).status_code


def test_an_administrator_becomes_no_managers_substitute_until_the_manager_says_yes(
    app: Flask, client: FlaskClient, session: scoped_session[Session], own: int, alice: Account,
    manager: Account,
) -> None:  # fmt: skip
    assert substitutes(client, manager, alice, own) == 303
    assert session.scalars(select(Delegation)).all() == []
    assert told(session) == [MANAGER]
    number, chief = asked(session), as_another(app, MANAGER)

    assert client.post(f"/compte/demandes/{number}", data={"answer": "yes"}).status_code == 404
    assert "Alice Attaque demande à exercer" in chief.get("/compte/delegations").text
    assert chief.post(f"/compte/demandes/{number}", data={"answer": "yes"}).status_code == 303

    assert held(session, alice) == {Role.ADMINISTRATOR, Role.MANAGER}


def test_a_stranger_answers_no_request(
    app: Flask, client: FlaskClient, session: scoped_session[Session], own: int, alice: Account,
    bob: Account, manager: Account,
) -> None:  # fmt: skip
    other = add_convention(session(), "2024-9", organisation="AUTRE").organisation_id
    open_account(session(), "eve@exemple.test", "Eve", Role.ADMINISTRATOR, organisation_id=other)
    gives(client, alice, own)
    number = asked(session)

    for email in ("eve@exemple.test", MANAGER):
        visitor = as_another(app, email)
        statuses = {
            visitor.post(f"{page}/{number}", data={"answer": "yes"}).status_code
            for page in ("/demandes", "/compte/demandes")
        }
        assert statuses <= {403, 404}, email
    assert held(session, alice) == {Role.ADMINISTRATOR}


def test_a_substitution_made_for_others_is_told_to_the_holder_and_the_administrators(
    client: FlaskClient, session: scoped_session[Session], own: int, alice: Account, bob: Account,
    manager: Account,
) -> None:  # fmt: skip
    friend = open_account(session(), "ami@exemple.test", "Ami", Role.DIRECTOR, organisation_id=own)

    assert substitutes(client, manager, friend, own) == 303

    assert told(session) == sorted(["ami@exemple.test", BOB, MANAGER])


@pytest.mark.parametrize(
    ("email", "name"),
    [("alice+2@exemple.test", "Autre Nom"), ("autre@exemple.test", "alice  ATTAQUE")],
)
def test_nobody_invites_a_second_account_of_their_own(
    client: FlaskClient, session: scoped_session[Session], own: int, alice: Account, bob: Account,
    email: str, name: str,
) -> None:  # fmt: skip
    answer = client.post(
        f"/invitations/nouvelle?role=finance&organisation={own}",
        data={"email": email, "name": name},
    )

    assert answer.status_code == 422
    assert "personne ne se donne un droit à soi-même" in answer.text.casefold()
    assert session.scalars(select(Invitation)).all() == []


def test_an_invitation_is_told_to_the_other_administrators(
    client: FlaskClient, session: scoped_session[Session], own: int, alice: Account, bob: Account
) -> None:
    client.post(
        f"/invitations/nouvelle?role=finance&organisation={own}",
        data={"email": "neuf@exemple.test", "name": "Nina Neuf"},
    )

    assert told(session) == [BOB]


def test_one_may_shorten_a_role_of_ones_own_and_never_lengthen_it(
    client: FlaskClient, session: scoped_session[Session], own: int, alice: Account, bob: Account
) -> None:
    mine = Membership(
        user_id=alice.id, organisation_id=own, role=Role.FINANCE.value,
        start_on=TODAY - timedelta(days=30), end_on=date(2025, 1, 20), has_whole_team=True,
    )  # fmt: skip
    session.add(mine)
    session.commit()
    number, address = mine.id, f"/utilisateurs/{alice.id}/roles/{mine.id}/terminer"

    for later in ("", "2025-12-31"):
        client.post(address, data={"last_on": later, "reason": "prolonger"})
        session.expire_all()
        assert session.get_one(Membership, number).end_on == date(2025, 1, 20)
    client.post(address, data={"last_on": "2025-01-17", "reason": "finir"})
    session.expire_all()

    assert session.get_one(Membership, number).end_on == date(2025, 1, 18)
    assert len(session.scalars(select(RoleRequest)).all()) == 2


def test_the_second_factor_of_another_is_not_taken_in_silence(
    client: FlaskClient, session: scoped_session[Session], own: int, alice: Account, bob: Account,
    manager: Account,
) -> None:  # fmt: skip
    from grants.models.accounts import SecondFactor

    session.add(
        SecondFactor(user_id=manager.id, secret="x", begun_at=NOW, confirmed_at=NOW, last_step=0)
    )
    session.commit()

    client.post(f"/utilisateurs/{manager.id}/second-facteur", data={"reason": "téléphone perdu"})

    assert told(session) == [BOB]
    everybody = session.scalars(select(OutgoingMail.recipient)).all()
    assert MANAGER in everybody


def test_nobody_lets_themselves_read_why_participants_are_eligible(
    client: FlaskClient, session: scoped_session[Session], own: int, alice: Account
) -> None:
    row = session.scalars(select(Membership).where(Membership.user_id == alice.id)).one()

    answer = client.post(f"/structures/{own}/roles/{row.id}/eligibilite", data={"sees": "1"})

    assert answer.status_code == 403
    assert not session.get_one(Membership, row.id).sees_eligibility


def test_an_operator_gives_no_role_to_themselves_either(
    client: FlaskClient, session: scoped_session[Session], own: int, bob: Account
) -> None:
    operator = open_account(session(), "op@exemple.test", "Olga Opère")
    log_in(client, "op@exemple.test")

    assert gives(client, operator, own, "manager") == 303

    assert held(session, operator) == {Role.OPERATOR}
    assert told(session) == [BOB]
