"""Who reads why participants are eligible: a right of its own, person by person."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.audit import AuditEvent
from grants.models.roles import Delegation, Membership
from grants.services.roles.memberships import access_of, roles_on
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.visitors import log_in, open_account

TODAY = NOW.date()


def sees(session: scoped_session[Session], user_id: int, organisation_id: int) -> bool:
    grants = roles_on(session(), user_id=user_id, as_of=TODAY)
    return access_of(grants).sees_eligibility(organisation_id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_a_finance_officer_has_it_from_the_start(
    session: scoped_session[Session], role: Role
) -> None:
    owner = add_convention(session(), "1").organisation_id
    scope = None if role is Role.OPERATOR else owner
    account = open_account(session(), role=role, organisation_id=scope)

    assert sees(session, account.id, owner) is (role is Role.FINANCE)


def test_it_reaches_its_own_structure_only(session: scoped_session[Session]) -> None:
    own = add_convention(session(), "1").organisation_id
    other = add_convention(session(), "1", organisation="Une autre structure").organisation_id
    account = open_account(session(), role=Role.FINANCE, organisation_id=own)

    assert not sees(session, account.id, other)


def test_it_is_never_lent_with_a_role(session: scoped_session[Session]) -> None:
    own = add_convention(session(), "1").organisation_id
    absent = open_account(session(), role=Role.FINANCE, organisation_id=own)
    stand_in = open_account(
        session(), "remplacant@exemple.test", role=Role.DIRECTOR, organisation_id=own
    )
    session.add(
        Delegation(organisation_id=own, from_user_id=absent.id, to_user_id=stand_in.id,
                     role=Role.FINANCE.value, start_on=TODAY, end_on=date(2025, 2, 1))
    )  # fmt: skip
    session.commit()

    roles = {grant.role for grant in roles_on(session(), user_id=stand_in.id, as_of=TODAY)}
    assert Role.FINANCE in roles
    assert not sees(session, stand_in.id, own)


def test_an_administrator_gives_and_takes_it_and_the_trail_tells(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    own = add_convention(session(), "1").organisation_id
    account = open_account(
        session(), "responsable@exemple.test", role=Role.MANAGER, organisation_id=own
    )
    open_account(session(), role=Role.ADMINISTRATOR, organisation_id=own)
    log_in(client)
    query = select(Membership.id).where(Membership.user_id == account.id)
    url = f"/structures/{own}/roles/{session.scalars(query).one()}/eligibilite"

    for answer, expected in (("1", True), ("1", True), ("0", False)):
        assert client.post(url, data={"sees": answer}).status_code == 303
        session.expire_all()
        assert sees(session, account.id, own) is expected

    told = session.scalars(
        select(AuditEvent.after).where(AuditEvent.object_kind == "role").order_by(AuditEvent.id)
    ).all()
    assert told == ['{"sees_eligibility":true}', '{"sees_eligibility":false}']


def test_a_role_of_another_structure_is_out_of_reach(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    own = add_convention(session(), "1").organisation_id
    other = add_convention(session(), "1", organisation="Une autre structure").organisation_id
    account = open_account(session(), "loin@exemple.test", role=Role.MANAGER, organisation_id=other)
    open_account(session(), role=Role.ADMINISTRATOR, organisation_id=own)
    log_in(client)
    query = select(Membership.id).where(Membership.user_id == account.id)
    role_id = session.scalars(query).one()

    url = f"/structures/{own}/roles/{role_id}/eligibilite"
    assert client.post(url, data={"sees": "1"}).status_code == 404
    session.expire_all()
    assert not sees(session, account.id, other)
