"""Roles: who gets one, until when, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.errors import Conflict
from grants.extensions import db
from grants.models.roles import Membership
from grants.services.platform.database import upgrade_database
from grants.services.roles.memberships import access_of, give_role, roles_on
from tests.factories.platform.rows import add_convention
from tests.support.database import app_on, empty_database
from tests.support.terminal import Terminal
from tests.support.visitors import open_account

pytestmark = pytest.mark.both_databases

PASSPHRASE = "girafe tabouret nuage violon\n"
FIRST, LAST = date(2025, 1, 15), date(2025, 3, 31)


def user_of(session: Session) -> int:
    return open_account(session, role=None).id


def test_an_auditor_reads_the_named_conventions_until_the_last_day(
    session: scoped_session[Session],
) -> None:
    shown, hidden = (add_convention(session(), number) for number in ("A", "B"))
    user_id = user_of(session())
    give_role(
        session,
        user_id=user_id,
        role=Role.AUDITOR,
        organisation_id=shown.organisation_id,
        start_on=FIRST,
        last_on=LAST,
        conventions=[shown.id],
    )

    access = access_of(roles_on(session, user_id=user_id, as_of=LAST))

    assert access.reaches(shown.organisation_id, shown.id)
    assert not access.reaches(hidden.organisation_id, hidden.id)
    assert roles_on(session, user_id=user_id, as_of=date(2025, 4, 1)) == ()
    assert roles_on(session, user_id=user_id, as_of=date(2025, 1, 14)) == ()


def test_an_auditor_without_end_or_without_conventions_is_refused(
    session: scoped_session[Session],
) -> None:
    convention = add_convention(session(), "A")
    user_id = user_of(session())

    for last_on, conventions, field in (
        (None, [convention.id], "last_on"),
        (LAST, [], "conventions"),
    ):
        with pytest.raises(Conflict) as refused:
            give_role(
                session,
                user_id=user_id,
                role=Role.AUDITOR,
                organisation_id=convention.organisation_id,
                start_on=FIRST,
                last_on=last_on,
                conventions=conventions,
            )
        assert refused.value.field == field


def test_an_auditor_never_gets_the_convention_of_another_structure(
    session: scoped_session[Session],
) -> None:
    own = add_convention(session(), "A")
    foreign = add_convention(session(), "A", organisation="Une autre")

    with pytest.raises(Conflict, match="n'est pas de cette structure"):
        give_role(
            session,
            user_id=user_of(session()),
            role=Role.AUDITOR,
            organisation_id=own.organisation_id,
            start_on=FIRST,
            last_on=LAST,
            conventions=[foreign.id],
        )


@pytest.mark.parametrize(
    ("role", "has_organisation"), [(Role.OPERATOR, True), (Role.FINANCE, False)]
)
def test_only_the_operator_stands_above_the_structures(
    session: scoped_session[Session], role: Role, has_organisation: bool
) -> None:
    organisation_id = add_convention(session(), "A").organisation_id if has_organisation else None
    user_id = user_of(session())

    with pytest.raises(Conflict, match="exploitant"):
        give_role(
            session, user_id=user_id, role=role, organisation_id=organisation_id, start_on=FIRST
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "operator", "organisation_id": 1},
        {"role": "finance", "organisation_id": None},
        {"role": "auditor", "organisation_id": 1},
        {"role": "finance", "organisation_id": 1, "end_on": FIRST},
    ],
    ids=["operator_with_one", "role_without_one", "auditor_for_ever", "backwards"],
)
def test_the_database_refuses_impossible_roles(
    session: scoped_session[Session], wrong: dict[str, object]
) -> None:
    organisation_id = add_convention(session(), "A").organisation_id
    values = wrong | {"organisation_id": wrong["organisation_id"] and organisation_id}
    session.add(Membership(user_id=user_of(session()), start_on=FIRST, **values))

    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_an_account_opened_at_the_terminal_is_the_operators(
    cli: Terminal, session: scoped_session[Session]
) -> None:
    cli("user", "add", "a@exemple.test", "--name", "A", "--password-stdin", stdin=PASSPHRASE)

    row = session.query(Membership).one()

    assert (row.role, row.organisation_id, row.end_on) == ("operator", None, None)


def test_accounts_of_before_roles_keep_what_they_saw(tmp_path: Path, worker_id: str) -> None:
    insert = text(
        "INSERT INTO users (email, name, password_hash, is_active, created_at) "
        "VALUES ('a@exemple.test', 'A', 'x', true, CURRENT_TIMESTAMP)"
    )
    with (
        empty_database(tmp_path, f"before_roles_{worker_id}") as url,
        app_on(url, tmp_path) as app,
        app.app_context(),
    ):
        upgrade_database(revision="0002_add_login_failures")
        db.session.execute(insert)
        db.session.commit()

        upgrade_database(revision="0005_add_memberships")

        assert db.session.execute(text("SELECT role FROM memberships")).scalars().all() == [
            "operator"
        ]
        db.session.rollback()
