"""Invitations: from the form to the mail, from the mail to the first page."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from grants.clock import FixedClock
from grants.enums import Role
from grants.models.accounts import User
from grants.models.audit import AuditEvent
from grants.models.conventions import Convention
from grants.models.people import Person
from grants.models.platform import OutgoingMail
from grants.models.roles import Invitation, ManagedPerson, Membership
from grants.services.roles.invitations import SUBJECT
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.visitors import PASSWORD, log_in, open_account

ADMIN, GUEST = "admin@exemple.test", "zoe@exemple.test"
CHOSEN = {"password": "girafe tabouret nuage", "again": "girafe tabouret nuage"}
LATER = timedelta(days=7, seconds=1)


@pytest.fixture
def convention(session: scoped_session[Session]) -> Convention:
    return add_convention(session(), "2024-1")


@pytest.fixture
def administrator(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> FlaskClient:
    """The client, logged in as the administrator of the convention's organisation."""
    open_account(
        session(), ADMIN, "Alex Admin", Role.ADMINISTRATOR,
        organisation_id=convention.organisation_id,
    )  # fmt: skip
    log_in(client, ADMIN)
    return client


def agent(session: Session, organisation_id: int, code: str = "A1") -> int:
    row = Person(organisation_id=organisation_id, code=code, last_name="Dupont", first_name="Anne")
    session.add(row)
    session.commit()
    return row.id


def ask(
    client: FlaskClient, organisation_id: int, role: Role = Role.FINANCE, **more: object
) -> TestResponse:
    address = f"/invitations/nouvelle?role={role.value}&organisation={organisation_id}"
    return client.post(address, data={"email": GUEST, "name": "Zoé Exemple", **more})


def link(session: scoped_session[Session]) -> str:
    """Path in the last mail."""
    query = select(OutgoingMail.body).filter_by(subject=SUBJECT).order_by(OutgoingMail.id.desc())
    body = session.scalars(query).first()
    found = re.search(r"/invitation/[\w-]+", body or "")
    assert found, body
    return found[0]


def leave(client: FlaskClient) -> FlaskClient:
    client.post("/deconnexion")
    return client


def invited(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> str:
    """Link of an invitation as finance officer; the administrator has left."""
    assert ask(administrator, convention.organisation_id).status_code == 303
    leave(administrator)
    return link(session)


def test_an_invited_person_chooses_a_password_and_is_in(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    path = invited(administrator, session, convention)
    page = administrator.get(path)

    answer = administrator.post(path, data=CHOSEN)

    assert "Alex Admin invite Zoé Exemple" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert answer.location == "/"
    assert convention.number in administrator.get("/").text
    leave(administrator)
    assert log_in(administrator, GUEST, CHOSEN["password"]).location == "/"


def test_before_the_invitation_is_accepted_there_is_no_account(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    invited(administrator, session, convention)

    assert session.query(User).filter_by(email=GUEST).count() == 0
    for password in ("", " ", PASSWORD):
        assert log_in(administrator, GUEST, password).status_code == 422


def test_a_role_that_wants_a_second_factor_leads_there_first(
    app: Flask,
    administrator: FlaskClient,
    session: scoped_session[Session],
    convention: Convention,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_ROLES", frozenset({Role.FINANCE}))
    path = invited(administrator, session, convention)
    administrator.post(path, data=CHOSEN)

    assert administrator.get("/").location == "/compte/second-facteur"


@pytest.mark.parametrize("end", ["used", "expired", "revoked", "replaced", "invented"])
def test_a_dead_link_says_so_on_one_page(
    app: Flask,
    administrator: FlaskClient,
    session: scoped_session[Session],
    convention: Convention,
    monkeypatch: pytest.MonkeyPatch,
    end: str,
) -> None:
    ask(administrator, convention.organisation_id)
    path = link(session)
    number = session.scalars(select(Invitation.id)).one()
    if end == "revoked":
        assert "ouvrira plus rien" in administrator.get(f"/invitations/{number}/retirer").text
        assert administrator.post(f"/invitations/{number}/retirer").status_code == 303
    elif end == "replaced":
        assert administrator.post(f"/invitations/{number}/renvoyer").status_code == 303
        assert link(session) != path
    leave(administrator)
    if end == "used":
        administrator.post(path, data=CHOSEN)
        leave(administrator)
    elif end == "expired":
        monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + LATER))
    elif end == "invented":
        path = "/invitation/abc"

    for answer in (administrator.get(path), administrator.post(path, data=CHOSEN)):
        assert answer.status_code == 404
        assert "Cette invitation n&#39;est plus valable" in answer.text


def test_sending_again_after_it_expired_gives_a_link_that_works(
    app: Flask,
    administrator: FlaskClient,
    session: scoped_session[Session],
    convention: Convention,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask(administrator, convention.organisation_id)
    number = session.scalars(select(Invitation.id)).one()
    leave(administrator)
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + LATER))
    log_in(administrator, ADMIN)
    assert "expiré" in administrator.get("/invitations").text
    administrator.post(f"/invitations/{number}/renvoyer")
    leave(administrator)

    assert administrator.post(link(session), data=CHOSEN).status_code == 303


def test_whoever_has_an_account_accepts_by_logging_in_and_keeps_the_password(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    elsewhere = add_convention(session(), "B", organisation="Ailleurs").organisation_id
    open_account(session(), GUEST, "Zoé Ailleurs", Role.FINANCE, organisation_id=elsewhere)
    path = invited(administrator, session, convention)

    stranger = administrator.get(path).text
    forced = administrator.post(path, data=CHOSEN)
    log_in(administrator, GUEST)
    accepted = administrator.post(path)

    assert "Votre mot de passe ne change pas" in stranger
    assert forced.status_code == 422
    assert accepted.status_code == 303
    assert convention.number in administrator.get("/").text
    leave(administrator)
    assert log_in(administrator, GUEST, PASSWORD).status_code == 303


def test_an_administrator_learns_nothing_of_accounts_elsewhere(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    elsewhere = add_convention(session(), "B", organisation="Ailleurs").organisation_id
    open_account(session(), GUEST, "Zoé Ailleurs", Role.FINANCE, organisation_id=elsewhere)
    known = ask(administrator, convention.organisation_id)
    after_known = administrator.get("/invitations").text
    session.query(Invitation).delete()
    session.query(Membership).filter_by(organisation_id=elsewhere).delete()
    session.query(User).filter_by(email=GUEST).delete()
    session.commit()

    unknown = ask(administrator, convention.organisation_id)

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert "Ailleurs" not in after_known
    hidden = re.compile(r'value="[\w.-]{40,}"|invitations/\d+')
    plain = [hidden.sub("", text) for text in (after_known, administrator.get("/invitations").text)]
    assert plain[0] == plain[1]


def test_somebody_of_the_structure_is_not_invited_again(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    open_account(
        session(), GUEST, "Zoé Ici", Role.DIRECTOR, organisation_id=convention.organisation_id
    )

    answer = ask(administrator, convention.organisation_id)

    assert answer.status_code == 422
    assert "donnez-lui le rôle sur sa fiche" in answer.text


def test_the_same_invitation_twice_is_refused_and_keeps_what_was_typed(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    ask(administrator, convention.organisation_id)

    again = ask(administrator, convention.organisation_id, name="Zoé Deux Fois")

    assert again.status_code == 422
    assert "est déjà invité à ce rôle" in again.text
    assert "Zoé Deux Fois" in again.text
    assert session.query(Invitation).count() == 1


@pytest.mark.parametrize(
    "email", ["", "zoe", "zoé@exemple.test", "a@b.test\r\nBcc: c@d.test", "x" * 300]
)
def test_what_is_no_address_is_refused_and_leaves_nothing(
    administrator: FlaskClient,
    session: scoped_session[Session],
    convention: Convention,
    email: str,
) -> None:
    answer = ask(administrator, convention.organisation_id, email=email)

    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert session.query(Invitation).count() == 0
    assert session.query(OutgoingMail).filter_by(subject=SUBJECT).count() == 0


def test_an_auditor_is_invited_to_named_conventions_until_a_day(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    hidden = add_convention(session(), "2024-CACHEE")
    session.commit()
    organisation_id = convention.organisation_id
    without_day = ask(administrator, organisation_id, Role.AUDITOR, conventions=[convention.id])
    without_one = ask(administrator, organisation_id, Role.AUDITOR, last_on="2025-03-31")
    ask(
        administrator, organisation_id, Role.AUDITOR, last_on="31/03/2025",
        conventions=[convention.id],
    )  # fmt: skip
    leave(administrator)
    administrator.post(link(session), data=CHOSEN)

    page = administrator.get("/").text

    assert "Donnez le dernier jour" in without_day.text
    assert "nommez-les" in without_one.text
    assert convention.number in page
    assert hidden.number not in page
    row = session.query(Membership).filter_by(role="auditor").one()
    assert row.end_on == date(2025, 4, 1)


def test_a_manager_is_invited_with_a_team_and_a_facilitator_as_an_agent(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    organisation_id = convention.organisation_id
    person_id = agent(session(), organisation_id)
    ask(
        administrator, organisation_id, Role.MANAGER, team_kind="named", team=[person_id],
        email="manager@exemple.test",
    )  # fmt: skip
    nobody = ask(administrator, organisation_id, Role.FACILITATOR)
    ask(administrator, organisation_id, Role.FACILITATOR, person=person_id)
    leave(administrator)
    for mail in session.scalars(select(OutgoingMail.body).filter_by(subject=SUBJECT)):
        found = re.search(r"/invitation/[\w-]+", mail)
        assert found
        assert administrator.post(found[0], data=CHOSEN).status_code == 303
        leave(administrator)

    rows = {row.role: row for row in session.query(Membership)}
    assert "dites quel agent c&#39;est" in nobody.text
    assert rows["facilitator"].person_id == person_id
    assert not rows["manager"].has_whole_team
    assert session.query(ManagedPerson).one().person_id == person_id


def test_nothing_of_another_structure_can_be_offered(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    foreign = add_convention(session(), "2024-1", organisation="Ailleurs")
    session.commit()
    own = convention.organisation_id

    elsewhere = ask(administrator, foreign.organisation_id)
    foreign_one = ask(
        administrator, own, Role.AUDITOR, last_on="2025-03-31", conventions=[foreign.id]
    )
    operator = administrator.post(
        "/invitations/nouvelle?role=operator", data={"email": GUEST, "name": "Z"}
    )

    assert [elsewhere.status_code, foreign_one.status_code, operator.status_code] == [422] * 3
    assert session.query(Invitation).count() == 0


def test_another_structures_invitation_does_not_exist(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    ask(administrator, convention.organisation_id)
    number = session.scalars(select(Invitation.id)).one()
    leave(administrator)
    elsewhere = add_convention(session(), "B", organisation="Ailleurs").organisation_id
    open_account(session(), "b@exemple.test", "B", Role.ADMINISTRATOR, organisation_id=elsewhere)
    log_in(administrator, "b@exemple.test")

    assert GUEST not in administrator.get("/invitations").text
    for act in ("renvoyer", "retirer"):
        assert administrator.post(f"/invitations/{number}/{act}").status_code == 404


def test_a_poor_password_is_refused_and_the_invitation_stays_good(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    path = invited(administrator, session, convention)
    poor = administrator.post(path, data={"password": "motdepasse2025", "again": "motdepasse2025"})

    assert poor.status_code == 422
    assert session.query(User).filter_by(email=GUEST).count() == 0
    assert administrator.post(path, data=CHOSEN).status_code == 303


def test_an_operator_invites_an_operator(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    visitor.post(
        "/invitations/nouvelle?role=operator", data={"email": GUEST, "name": "Zoé Exemple"}
    )
    leave(visitor)
    visitor.post(link(session), data=CHOSEN)

    roles = {row.role for row in session.query(Membership)}
    assert roles == {"operator"}
    assert session.query(Membership).count() == 2


def test_the_trail_tells_invitation_account_and_role_without_the_address(
    administrator: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    administrator.post(invited(administrator, session, convention), data=CHOSEN)

    told = [
        (row.object_kind, row.action)
        for row in session.query(AuditEvent).order_by(AuditEvent.id)
        if row.object_kind in ("invitation", "role") or row.action == "created"
    ]
    texts = " ".join(
        f"{row.before} {row.after} {row.object_key} {row.reason}"
        for row in session.query(AuditEvent)
    )
    assert told == [
        ("invitation", "created"),
        ("user", "created"),
        ("role", "created"),
        ("invitation", "changed"),
    ]
    assert "@" not in texts
