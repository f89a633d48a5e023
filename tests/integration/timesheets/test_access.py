"""Who may do what with whose sheet: by role, team, structure, and for somebody absent."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.errors import Forbidden, NotFound
from grants.services.platform.tenancy import Scope, set_scope
from grants.services.roles.memberships import Grant
from grants.services.timesheets.access import (
    SheetRight,
    get_sheet_rights,
    managed_persons,
    own_person,
    own_persons,
    rights_over,
)
from tests.factories.timesheets.sheets import Desk, add_desk

NOBODY: frozenset[int] = frozenset()
R = SheetRight
EVERY_RIGHT = {
    Role.FACILITATOR: set(),
    Role.MANAGER: {R.READ, R.APPROVE, R.REOPEN},
    Role.FINANCE: {R.READ, R.TYPE, R.REOPEN, R.LOCK, R.SCAN},
    Role.DIRECTOR: set(),
    Role.AUDITOR: set(),
    Role.ADMINISTRATOR: set(),
    Role.OPERATOR: {R.READ},
}


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    return add_desk(session())


def grant(role: Role, desk: Desk, **changes: object) -> Grant:
    where = None if role is Role.OPERATOR else desk.organisation_id
    values: dict[str, object] = {"person_id": None, "conventions": NOBODY} | changes
    return Grant(role, where, **values)  # type: ignore[arg-type] # short hand


@pytest.mark.parametrize("role", Role)
def test_each_role_may_with_somebody_elses_sheet(
    session: scoped_session[Session], desk: Desk, role: Role
) -> None:
    held = [grant(role, desk)]

    for right in SheetRight:
        if right in EVERY_RIGHT[role]:
            assert get_sheet_rights(session, held, person_id=desk.person_id, right=right).may(right)
        elif EVERY_RIGHT[role]:
            with pytest.raises(Forbidden):
                get_sheet_rights(session, held, person_id=desk.person_id, right=right)
        else:
            with pytest.raises(NotFound):
                get_sheet_rights(session, held, person_id=desk.person_id, right=right)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.MANAGER, Role.FINANCE, Role.DIRECTOR])
def test_whoever_is_the_agent_fills_and_signs_and_never_approves(desk: Desk, role: Role) -> None:
    own = grant(role, desk, person_id=desk.person_id)

    rights = rights_over([own], organisation_id=desk.organisation_id, person_id=desk.person_id)

    assert rights.is_own
    assert {R.READ, R.TYPE, R.SIGN} <= rights.rights
    assert not rights.may(R.APPROVE)


def test_a_managers_substitute_never_approves_the_own_sheet(desk: Desk) -> None:
    own = grant(Role.FACILITATOR, desk, person_id=desk.person_id)
    lent = grant(Role.MANAGER, desk, on_behalf_of=12)

    rights = rights_over(
        [own, lent], organisation_id=desk.organisation_id, person_id=desk.person_id
    )
    other = rights_over([own, lent], organisation_id=desk.organisation_id, person_id=999)

    assert not rights.may(R.APPROVE)
    assert other.may(R.APPROVE)
    assert other.on_behalf_of == 12


def test_a_manager_knows_the_team_and_nobody_else(
    session: scoped_session[Session], desk: Desk
) -> None:
    other = add_desk(session(), code="A002", name="DELORME")
    held = [grant(Role.MANAGER, desk, team=frozenset({desk.person_id}))]

    assert get_sheet_rights(session, held, person_id=desk.person_id, right=R.APPROVE)
    with pytest.raises(NotFound):
        get_sheet_rights(session, held, person_id=other.person_id)
    assert managed_persons(session, held) == {desk.person_id}


def test_a_role_elsewhere_opens_nothing_here(session: scoped_session[Session], desk: Desk) -> None:
    other = add_desk(session(), organisation="Commune fictive")
    held = [grant(Role.FINANCE, other)]

    with pytest.raises(NotFound):
        get_sheet_rights(session, held, person_id=desk.person_id)
    assert managed_persons(session, held) == {other.person_id}


def test_a_person_outside_the_scope_does_not_exist(
    session: scoped_session[Session], desk: Desk
) -> None:
    other = add_desk(session(), organisation="Commune fictive")
    set_scope(session, Scope(frozenset({other.organisation_id})))

    with pytest.raises(NotFound):
        get_sheet_rights(session, [grant(Role.FINANCE, desk)], person_id=desk.person_id)


def test_an_auditor_reads_the_persons_of_the_named_conventions(
    session: scoped_session[Session], desk: Desk
) -> None:
    named = grant(Role.AUDITOR, desk, conventions=frozenset({desk.operation_id}))
    other = grant(Role.AUDITOR, desk, conventions=frozenset({desk.other_operation_id}))

    found = get_sheet_rights(session, [named], person_id=desk.person_id)

    assert found.is_audit
    assert found.rights == {R.READ}
    with pytest.raises(NotFound):
        get_sheet_rights(session, [other], person_id=desk.person_id)


def test_the_own_sheet_is_the_one_that_the_membership_names(desk: Desk) -> None:
    held = [grant(Role.AUDITOR, desk), grant(Role.FACILITATOR, desk, person_id=desk.person_id)]

    assert own_person(held) == desk.person_id
    assert own_persons(held) == {desk.person_id}
    assert own_person(held[:1]) is None
