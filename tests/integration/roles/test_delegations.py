"""Roles lent during an absence: by their holder, by an administrator, and told as such."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.audit import AuditEvent
from grants.models.conventions import Convention
from grants.models.roles import Delegation
from grants.services.accounts.users import Account
from grants.services.roles.memberships import roles_on
from grants.views.edge.deed import visitor_deed
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.visitors import log_in, open_account

TODAY = NOW.date()
ABSENT, SUBSTITUTE = "absente@exemple.test", "remplace@exemple.test"


@pytest.fixture
def own(session: scoped_session[Session]) -> int:
    return add_convention(session(), "2024-1").organisation_id


@pytest.fixture
def absent(session: scoped_session[Session], own: int) -> Account:
    return open_account(session(), ABSENT, "Ada Absente", Role.FINANCE, organisation_id=own)


@pytest.fixture
def substitute(session: scoped_session[Session], own: int) -> Account:
    return open_account(session(), SUBSTITUTE, "Rémi Remplace", Role.DIRECTOR, organisation_id=own)


def form(own: int, to: Account | int, **more: str) -> dict[str, str]:
    number = to if isinstance(to, int) else to.id
    return {
        "role": f"{own}:finance", "substitute": str(number), "first_on": "2025-01-15",
        "last_on": "2025-01-31", "reason": "congés", **more,
    }  # fmt: skip


def lent(session: scoped_session[Session], user: Account) -> int:
    grants = roles_on(session, user_id=user.id, as_of=TODAY)
    return sum(grant.on_behalf_of is not None for grant in grants)


def test_one_lends_a_role_and_takes_it_back(
    client: FlaskClient,
    session: scoped_session[Session],
    own: int,
    absent: Account,
    substitute: Account,
) -> None:
    log_in(client, ABSENT)

    answer = client.post("/compte/delegations", data=form(own, substitute))
    while_lent = lent(session, substitute)
    page = client.get("/compte/delegations").text
    number = session.query(Delegation.id).scalar()
    asked = client.get(f"/compte/delegations/{number}/annuler").text
    client.post(f"/compte/delegations/{number}/annuler")

    assert answer.status_code == 303
    assert while_lent == 1
    assert "Rémi Remplace" in page
    assert "dès maintenant" in asked
    assert lent(session, substitute) == 0
    assert client.post(f"/compte/delegations/{number}/annuler").status_code == 422


def test_what_is_done_for_somebody_is_told_so(
    client: FlaskClient,
    session: scoped_session[Session],
    own: int,
    absent: Account,
    substitute: Account,
) -> None:
    log_in(client, ABSENT)
    client.post("/compte/delegations", data=form(own, substitute))
    client.post("/deconnexion")
    log_in(client, SUBSTITUTE)
    convention_id = session.query(Convention.id).scalar()
    told = {}
    for name, url in (("pay", f"/conventions/{convention_id}/bilan/agents"), ("own", "/")):
        with client:
            client.get(url)
            told[name] = visitor_deed().actor.label

    assert told == {"pay": "Rémi Remplace pour Ada Absente", "own": "Rémi Remplace"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"substitute": "self"}, "n&#39;est pas, ou plus, dans la liste"),
        ({"substitute": "outsider"}, "n&#39;est pas, ou plus, dans la liste"),
        ({"substitute": ""}, "Le remplaçant doit avoir"),
        ({"last_on": "2025-01-14"}, "précède"),
        ({"first_on": "2024-12-01", "last_on": "2024-12-31"}, "Ce jour est passé"),
        ({"last_on": "bientôt"}, "attendu une date comme"),
        ({"role": "1:operator"}, "dans la liste"),
        ({"reason": "x" * 301}, "300 caractères"),
    ],
)
def test_a_bad_delegation_is_refused_and_lends_nothing(
    client: FlaskClient,
    session: scoped_session[Session],
    own: int,
    absent: Account,
    substitute: Account,
    change: dict[str, str],
    said: str,
) -> None:
    elsewhere = add_convention(session(), "B", organisation="Ailleurs").organisation_id
    outsider = open_account(
        session(), "b@exemple.test", "B", Role.FINANCE, organisation_id=elsewhere
    )
    people = {"self": str(absent.id), "outsider": str(outsider.id)}
    sent = {key: people.get(value, value) for key, value in change.items()}
    log_in(client, ABSENT)

    answer = client.post("/compte/delegations", data=form(own, substitute, **sent))

    assert answer.status_code == 422
    assert said in answer.text
    assert session.query(Delegation).count() == 0


def test_the_same_delegation_twice_is_refused(
    client: FlaskClient,
    session: scoped_session[Session],
    own: int,
    absent: Account,
    substitute: Account,
) -> None:
    log_in(client, ABSENT)
    client.post("/compte/delegations", data=form(own, substitute))

    again = client.post("/compte/delegations", data=form(own, substitute))

    assert again.status_code == 422
    assert "déjà délégué" in again.text
    assert session.query(Delegation).count() == 1


def test_a_role_held_by_delegation_is_not_offered(
    client: FlaskClient,
    session: scoped_session[Session],
    own: int,
    absent: Account,
    substitute: Account,
) -> None:
    third = open_account(session(), "t@exemple.test", "T", Role.DIRECTOR, organisation_id=own)
    log_in(client, ABSENT)
    client.post("/compte/delegations", data=form(own, substitute))
    client.post("/deconnexion")
    log_in(client, SUBSTITUTE)

    answer = client.post("/compte/delegations", data=form(own, third))

    assert answer.status_code == 422
    assert session.query(Delegation).count() == 1


def test_an_administrator_has_nothing_to_lend(
    client: FlaskClient, session: scoped_session[Session], own: int
) -> None:
    open_account(session(), "a@exemple.test", "A", Role.ADMINISTRATOR, organisation_id=own)
    log_in(client, "a@exemple.test")

    assert "pas de rôle qui se délègue" in client.get("/compte/delegations").text


def test_somebody_elses_delegation_does_not_exist(
    client: FlaskClient,
    session: scoped_session[Session],
    own: int,
    absent: Account,
    substitute: Account,
) -> None:
    log_in(client, ABSENT)
    client.post("/compte/delegations", data=form(own, substitute))
    client.post("/deconnexion")
    number = session.query(Delegation.id).scalar()
    log_in(client, SUBSTITUTE)

    assert client.get(f"/compte/delegations/{number}/annuler").status_code == 404
    assert client.post(f"/compte/delegations/{number}/annuler").status_code == 404
    assert lent(session, substitute) == 1


def test_an_administrator_lends_for_others_in_their_structure_only(
    client: FlaskClient,
    session: scoped_session[Session],
    own: int,
    absent: Account,
    substitute: Account,
) -> None:
    elsewhere = add_convention(session(), "B", organisation="Ailleurs").organisation_id
    open_account(session(), "a@exemple.test", "A", Role.ADMINISTRATOR, organisation_id=own)
    open_account(session(), "b@exemple.test", "B", Role.ADMINISTRATOR, organisation_id=elsewhere)
    url = f"/utilisateurs/{absent.id}/delegations/nouvelle"
    log_in(client, "b@exemple.test")
    foreign = client.post(url, data=form(own, substitute))
    client.post("/deconnexion")
    log_in(client, "a@exemple.test")

    made = client.post(url, data=form(own, substitute))
    number = session.query(Delegation.id).scalar()
    page = client.get(f"/utilisateurs/{absent.id}").text
    cancelled = client.post(f"/delegations/{number}/annuler")
    client.post("/deconnexion")
    log_in(client, "b@exemple.test")

    assert (foreign.status_code, made.status_code, cancelled.status_code) == (404, 303, 303)
    assert "Rémi Remplace" in page
    assert client.get(f"/delegations/{number}/annuler").status_code == 404
    kinds = [row.action for row in session.query(AuditEvent).filter_by(object_kind="delegation")]
    assert kinds == ["created", "changed"]
