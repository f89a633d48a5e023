"""Teams of managers, roles exercised for somebody who is absent, and what the tables refuse."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.errors import Conflict
from grants.models.accounts import User
from grants.models.people import Person
from grants.models.roles import Delegation, Invitation, Membership
from grants.services.roles.memberships import Grant, give_role, roles_on
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.visitors import open_account

FIRST, LAST, AFTER = date(2025, 1, 15), date(2025, 1, 31), date(2025, 2, 1)


@pytest.fixture
def organisation_id(session: scoped_session[Session]) -> int:
    return add_convention(session(), "A").organisation_id


def person(session: Session, organisation_id: int, code: str = "DUPONT") -> int:
    row = Person(organisation_id=organisation_id, code=code, last_name="Dupont", first_name="Anne")
    session.add(row)
    session.flush()
    return row.id


def pair(session: Session, organisation_id: int, role: Role = Role.FINANCE) -> tuple[int, int]:
    """Somebody with a role and a colleague who is a director."""
    absent = open_account(
        session, "absente@exemple.test", "Absente", role, organisation_id=organisation_id
    )
    substitute = open_account(
        session, "colegue@exemple.test", "Collègue", Role.DIRECTOR, organisation_id=organisation_id
    )
    return absent.id, substitute.id


def lend(session: Session, organisation_id: int, pair: tuple[int, int], **more: object) -> None:
    values: dict[str, object] = {"role": "finance", "start_on": FIRST, "end_on": AFTER} | more
    session.add(
        Delegation(
            organisation_id=organisation_id, from_user_id=pair[0], to_user_id=pair[1], **values
        )
    )
    session.flush()


def lent(session: Session, user_id: int, as_of: date = FIRST) -> list[Grant]:
    found = roles_on(session, user_id=user_id, as_of=as_of)
    return [grant for grant in found if grant.on_behalf_of is not None]


def test_a_manager_has_everybody_or_the_named_agents(
    session: scoped_session[Session], organisation_id: int
) -> None:
    mine = person(session(), organisation_id)
    other = person(session(), organisation_id, "DURAND")
    user_id = open_account(session(), role=None).id
    scope = {"user_id": user_id, "role": Role.MANAGER, "organisation_id": organisation_id}
    give_role(session, **scope, start_on=FIRST, last_on=LAST)
    give_role(session, **scope, start_on=AFTER, team=[mine])

    whole, named = (roles_on(session, user_id=user_id, as_of=day)[0] for day in (LAST, AFTER))

    assert whole.team is None
    assert named.team == {mine}
    assert whole.manages(other)
    assert not named.manages(other)


@pytest.mark.parametrize(
    ("role", "team"), [(Role.FINANCE, "own"), (Role.MANAGER, "nobody"), (Role.MANAGER, "foreign")]
)
def test_a_team_is_a_managers_and_of_the_same_structure(
    session: scoped_session[Session], organisation_id: int, role: Role, team: str
) -> None:
    other = add_convention(session(), "A", organisation="Une autre").organisation_id
    teams = {
        "own": [person(session(), organisation_id)],
        "foreign": [person(session(), other)],
        "nobody": [],
    }

    with pytest.raises(Conflict) as refused:
        give_role(
            session,
            user_id=open_account(session(), role=None).id,
            role=role,
            organisation_id=organisation_id,
            start_on=FIRST,
            team=teams[team],
        )
    assert refused.value.field == "team"


def test_a_role_is_lent_from_its_first_day_to_its_last_and_no_longer(
    session: scoped_session[Session], organisation_id: int
) -> None:
    both = pair(session(), organisation_id)
    lend(session(), organisation_id, both)

    grants = [lent(session(), both[1], day) for day in (date(2025, 1, 14), FIRST, LAST, AFTER)]

    assert [len(found) for found in grants] == [0, 1, 1, 0]
    (grant,) = grants[1]
    assert (grant.role, grant.organisation_id) == (Role.FINANCE, organisation_id)
    assert (grant.on_behalf_of, grant.person_id) == (both[0], None)


def test_a_role_is_lent_with_its_team(
    session: scoped_session[Session], organisation_id: int
) -> None:
    agent = person(session(), organisation_id)
    absent = open_account(session(), "absente@exemple.test", "Absente", None).id
    substitute = open_account(session(), role=Role.DIRECTOR, organisation_id=organisation_id).id
    give_role(
        session, user_id=absent, role=Role.MANAGER, organisation_id=organisation_id,
        start_on=FIRST, team=[agent],
    )  # fmt: skip
    lend(session(), organisation_id, (absent, substitute), role="manager")

    (grant,) = lent(session(), substitute)

    assert grant.team == {agent}


@pytest.mark.parametrize("end", ["role", "account", "substitute", "cancelled"])
def test_what_was_lent_ends_with_what_it_rests_on(
    session: scoped_session[Session], organisation_id: int, end: str
) -> None:
    both = pair(session(), organisation_id)
    cancelled = {"cancelled_at": None}
    lend(session(), organisation_id, both, **cancelled)
    assert lent(session(), both[1], LAST)
    held = {row.user_id: row for row in session.query(Membership)}

    if end == "role":
        held[both[0]].end_on = LAST
    elif end == "account":
        session.get_one(User, both[0]).is_active = False
    elif end == "substitute":
        held[both[1]].end_on = LAST
    else:
        row = session.query(Delegation).one()
        row.cancelled_at = session.get_one(User, both[0]).created_at
    session.flush()

    assert lent(session(), both[1], LAST) == []


def test_what_was_lent_is_lent_no_further(
    session: scoped_session[Session], organisation_id: int
) -> None:
    both = pair(session(), organisation_id)
    third = open_account(
        session(), "tiers@exemple.test", "Tiers", Role.DIRECTOR, organisation_id=organisation_id
    ).id
    lend(session(), organisation_id, both)
    lend(session(), organisation_id, (both[1], third))

    assert lent(session(), third) == []


@pytest.mark.parametrize(
    "wrong",
    [{"end_on": FIRST}, {"to_user_id": "self"}, {"role": "auditor"}],
    ids=["backwards", "to_oneself", "role_of_nobodys_substitute"],
)
def test_the_database_refuses_impossible_delegations(
    session: scoped_session[Session], organisation_id: int, wrong: dict[str, object]
) -> None:
    absent, substitute = pair(session(), organisation_id)
    if wrong.pop("to_user_id", None):
        substitute = absent

    with pytest.raises(IntegrityError):
        lend(session(), organisation_id, (absent, substitute), **wrong)
    session.rollback()


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "operator"},
        {"accepted_at": NOW, "revoked_at": NOW},
        {"token_hash": "x"},
        {"email": "twice@exemple.test"},
    ],
    ids=["operator_of_one", "accepted_and_revoked", "same_token", "open_twice"],
)
def test_the_database_refuses_impossible_invitations(
    session: scoped_session[Session], organisation_id: int, wrong: dict[str, object]
) -> None:
    values: dict[str, object] = {
        "organisation_id": organisation_id, "name": "X", "role": "finance",
        "email": "one@exemple.test", "invited_by": "Y", "token_hash": "y",
        "created_at": NOW, "expires_at": NOW,
    }  # fmt: skip
    session.add(Invitation(**values | {"email": "twice@exemple.test", "token_hash": "x"}))
    session.flush()
    session.add(Invitation(**values | wrong))

    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
