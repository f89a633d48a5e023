"""Users as an administrator sees and touches them, and what stays out of their reach."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.accounts import SecondFactor, User
from grants.models.audit import AuditEvent
from grants.models.people import Person
from grants.models.roles import Membership
from grants.services.accounts.second_factor import second_factor_state
from grants.services.accounts.users import Account
from grants.services.roles.memberships import give_role
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.visitors import log_in, open_account

ADMIN = "admin@exemple.test"
REASON = {"reason": "départ"}
TODAY = NOW.date()


@pytest.fixture
def own(session: scoped_session[Session]) -> int:
    return add_convention(session(), "2024-1").organisation_id


@pytest.fixture
def elsewhere(session: scoped_session[Session]) -> int:
    return add_convention(session(), "2024-1", organisation="Ailleurs").organisation_id


@pytest.fixture
def me(session: scoped_session[Session], own: int) -> Account:
    return open_account(session(), ADMIN, "Alex Admin", Role.ADMINISTRATOR, organisation_id=own)


@pytest.fixture
def administrator(client: FlaskClient, me: Account) -> FlaskClient:
    log_in(client, ADMIN)
    return client


@pytest.fixture
def colleague(session: scoped_session[Session], own: int) -> Account:
    return open_account(
        session(), "elodie@exemple.test", "Élodie Été", Role.FINANCE, organisation_id=own
    )


def switch_second_factor_on(session: scoped_session[Session], user_id: int) -> None:
    row = SecondFactor(user_id=user_id, secret="x", begun_at=NOW, confirmed_at=NOW, last_step=0)
    session.add(row)
    session.commit()


def test_the_list_is_searched_as_typed_without_accents(
    administrator: FlaskClient, colleague: Account
) -> None:
    found = administrator.get("/utilisateurs?q=elodie ete").text
    missed = administrator.get("/utilisateurs?q=elodie hiver").text

    assert colleague.email in found
    assert ADMIN not in found
    assert "Aucun utilisateur ne correspond" in missed


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("role=finance", ["elodie@exemple.test"]),
        ("role=administrator", [ADMIN]),
        ("state=disabled", []),
        ("sort=-name", ["elodie@exemple.test", ADMIN]),
        ("sort=name", [ADMIN, "elodie@exemple.test"]),
        ("page=99", [ADMIN, "elodie@exemple.test"]),
    ],
)
def test_the_list_and_its_file_are_filtered_and_sorted_alike(
    administrator: FlaskClient, colleague: Account, query: str, shown: list[str]
) -> None:
    page = administrator.get(f"/utilisateurs?{query}").text
    rows = administrator.get(f"/utilisateurs.csv?{query}").get_data(as_text=True).splitlines()

    places = [page.find(f"<span>{email}</span>") for email in shown]
    assert -1 not in places
    assert places == sorted(places)
    assert [row.split(";")[1] for row in rows[1:]] == shown


def test_a_list_beyond_one_page_is_cut(
    administrator: FlaskClient, session: scoped_session[Session], own: int
) -> None:
    for number in range(55):
        account = User(
            email=f"u{number}@exemple.test", name=f"U {number:02}", password_hash="x",
            created_at=NOW,
        )  # fmt: skip
        session.add(account)
        session.flush()
        give_role(
            session, user_id=account.id, role=Role.DIRECTOR, organisation_id=own, start_on=TODAY
        )
    session.commit()

    assert "Page 1 sur 2" in administrator.get("/utilisateurs").text
    assert "U 54" in administrator.get("/utilisateurs?page=2").text


def test_accounts_of_other_structures_do_not_exist(
    administrator: FlaskClient, session: scoped_session[Session], elsewhere: int
) -> None:
    foreign = open_account(
        session(), "b@exemple.test", "Bo Ailleurs", Role.FINANCE, organisation_id=elsewhere
    )

    assert "Bo Ailleurs" not in administrator.get("/utilisateurs").text
    for path in ("", "/roles/nouveau", "/desactiver", "/second-facteur", "/sessions/terminer"):
        assert administrator.get(f"/utilisateurs/{foreign.id}{path}").status_code == 404, path
    for path in ("/desactiver", "/reactiver", "/second-facteur", "/sessions/terminer"):
        answer = administrator.post(f"/utilisateurs/{foreign.id}{path}", data=REASON)
        assert answer.status_code == 404, path


@pytest.mark.parametrize("other", ["operator", "second_structure", "oneself"])
def test_an_account_that_serves_others_is_not_taken_over(
    administrator: FlaskClient,
    session: scoped_session[Session],
    own: int,
    elsewhere: int,
    me: Account,
    colleague: Account,
    other: str,
) -> None:
    if other == "operator":
        give_role(session, user_id=colleague.id, role=Role.OPERATOR, start_on=TODAY)
    elif other == "second_structure":
        give_role(
            session, user_id=colleague.id, role=Role.FINANCE, organisation_id=elsewhere,
            start_on=date(2025, 6, 1),
        )  # fmt: skip
    target = me.id if other == "oneself" else colleague.id
    switch_second_factor_on(session, target)

    for path in ("/desactiver", "/reactiver", "/second-facteur", "/sessions/terminer"):
        answer = administrator.post(f"/utilisateurs/{target}{path}", data=REASON)
        assert answer.status_code == 403, path
    assert session.get_one(User, target).is_active
    assert second_factor_state(session(), user_id=target).is_on
    assert "/desactiver" not in administrator.get(f"/utilisateurs/{target}").text


def test_a_role_elsewhere_stays_hidden_and_out_of_reach(
    administrator: FlaskClient,
    session: scoped_session[Session],
    elsewhere: int,
    colleague: Account,
) -> None:
    foreign = give_role(
        session, user_id=colleague.id, role=Role.DIRECTOR, organisation_id=elsewhere,
        start_on=TODAY,
    )  # fmt: skip
    session.commit()
    page = administrator.get(f"/utilisateurs/{colleague.id}").text
    url = f"/utilisateurs/{colleague.id}/roles/{foreign}/terminer"

    assert "Ailleurs" not in page
    assert administrator.get(url).status_code == 404
    assert administrator.post(url, data=REASON).status_code == 404


def test_nobody_but_an_operator_makes_an_operator(
    administrator: FlaskClient, session: scoped_session[Session], colleague: Account
) -> None:
    url = f"/utilisateurs/{colleague.id}/roles/nouveau?role=operator"

    assert administrator.post(url, data={"start_on": "2025-01-15"}).status_code == 422
    assert session.query(Membership).filter_by(role="operator").count() == 0


def test_a_role_is_given_and_ended_at_once_with_its_reason(
    administrator: FlaskClient, session: scoped_session[Session], own: int, colleague: Account
) -> None:
    url = f"/utilisateurs/{colleague.id}/roles"
    given = administrator.post(
        f"{url}/nouveau?role=director&organisation={own}", data={"start_on": "2025-01-01"}
    )
    row = session.query(Membership).filter_by(role="director").one()

    asked = administrator.get(f"{url}/{row.id}/terminer").text
    ended = administrator.post(f"{url}/{row.id}/terminer", data={"last_on": "2025-01-14", **REASON})

    assert (given.status_code, ended.status_code) == (303, 303)
    assert "après le dernier jour" in asked
    session.expire_all()
    assert row.end_on == TODAY
    page = administrator.get(f"/utilisateurs/{colleague.id}").text
    assert "Directeur (terminé)" in page or "(terminé)" in page
    assert "Motif : départ" in page


def test_a_role_that_never_began_disappears_and_stays_in_the_trail(
    administrator: FlaskClient, session: scoped_session[Session], own: int, colleague: Account
) -> None:
    url = f"/utilisateurs/{colleague.id}/roles"
    administrator.post(
        f"{url}/nouveau?role=director&organisation={own}", data={"start_on": "2025-03-01"}
    )
    number = session.query(Membership.id).filter_by(role="director").scalar()

    administrator.post(f"{url}/{number}/terminer", data={"last_on": "2025-01-20", **REASON})

    assert session.query(Membership).filter_by(role="director").count() == 0
    assert session.query(AuditEvent).filter_by(object_kind="role", action="deleted").count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"last_on": "2024-12-31", **REASON}, "ce jour est passé"),
        ({"last_on": "hier", **REASON}, "attendu une date comme"),
        ({"last_on": "2025-02-01"}, "Dites pourquoi"),
        ({"last_on": "2025-02-01", "reason": "x" * 301}, "300 caractères"),
    ],
)
def test_a_bad_end_is_refused_and_changes_nothing(
    administrator: FlaskClient,
    session: scoped_session[Session],
    colleague: Account,
    data: dict[str, str],
    said: str,
) -> None:
    row = session.query(Membership).filter_by(user_id=colleague.id).one()
    answer = administrator.post(f"/utilisateurs/{colleague.id}/roles/{row.id}/terminer", data=data)

    assert answer.status_code == 422
    assert said.casefold() in answer.text.casefold()
    session.expire_all()
    assert row.end_on is None


@pytest.mark.parametrize(
    ("role", "data", "said"),
    [
        (Role.FINANCE, {"start_on": "2025-01-15"}, "est déjà"),
        (Role.DIRECTOR, {"start_on": ""}, "Donnez le premier jour"),
        (Role.DIRECTOR, {"start_on": "2025-02-01", "last_on": "2025-01-01"}, "précède"),
        (Role.MANAGER, {"start_on": "2025-02-01", "team_kind": "named"}, "équipe est vide"),
        (Role.MANAGER, {"start_on": "2025-02-01", "team_kind": "named", "team": "9"}, "la liste"),
    ],
)
def test_a_bad_role_is_refused_and_gives_nothing(
    administrator: FlaskClient,
    session: scoped_session[Session],
    own: int,
    colleague: Account,
    role: Role,
    data: dict[str, str],
    said: str,
) -> None:
    url = f"/utilisateurs/{colleague.id}/roles/nouveau?role={role.value}&organisation={own}"

    answer = administrator.post(url, data=data)

    assert answer.status_code == 422
    assert said in answer.text
    assert session.query(Membership).filter_by(user_id=colleague.id).count() == 1


def test_an_agent_is_one_account_only(
    administrator: FlaskClient, session: scoped_session[Session], own: int, colleague: Account
) -> None:
    agent = Person(organisation_id=own, code="A", last_name="Dupont", first_name="Anne")
    session.add(agent)
    session.commit()
    second = open_account(session(), "c@exemple.test", "C", Role.DIRECTOR, organisation_id=own)

    answers = [
        administrator.post(
            f"/utilisateurs/{user_id}/roles/nouveau?role=facilitator&organisation={own}",
            data={"start_on": "2025-01-15", "person": agent.id},
        )
        for user_id in (colleague.id, second.id)
    ]

    assert [answer.status_code for answer in answers] == [303, 422]
    assert "a déjà un autre compte" in answers[1].text


def test_the_last_administrator_stays(
    administrator: FlaskClient, session: scoped_session[Session], own: int, me: Account
) -> None:
    row = session.query(Membership).filter_by(user_id=me.id).one()
    url = f"/utilisateurs/{me.id}/roles/{row.id}/terminer"
    data = {"last_on": "2025-01-14", **REASON}
    alone = administrator.post(url, data=data)
    open_account(session(), "d@exemple.test", "D", Role.ADMINISTRATOR, organisation_id=own)
    session.query(User).filter_by(email="d@exemple.test").update({"is_active": False})
    session.commit()
    with_a_closed_account = administrator.post(url, data=data)
    session.query(User).filter_by(email="d@exemple.test").update({"is_active": True})
    session.commit()

    with_another = administrator.post(url, data=data)

    statuses = [alone.status_code, with_a_closed_account.status_code, with_another.status_code]
    assert statuses == [422, 422, 303]
    assert "dernier administrateur" in alone.text


def test_an_administrators_first_page_is_the_list_of_users(administrator: FlaskClient) -> None:
    assert administrator.get("/").location == "/utilisateurs"


def test_an_operator_sees_every_account_and_its_structure(
    visitor: FlaskClient, session: scoped_session[Session], colleague: Account, elsewhere: int
) -> None:
    open_account(session(), "b@exemple.test", "Bo", Role.FINANCE, organisation_id=elsewhere)

    page = visitor.get("/utilisateurs").text
    only = visitor.get("/utilisateurs?organisation=Ailleurs").text

    assert colleague.email in page
    assert "b@exemple.test" in only
    assert colleague.email not in only
    assert visitor.post(f"/utilisateurs/{colleague.id}/desactiver", data=REASON).status_code == 303
