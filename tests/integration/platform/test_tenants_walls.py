"""PostgreSQL's row-level security, met as a stranger would: a raw connection, no program between.

The connection is that of the program's own role, which owns the tables and is no superuser.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import (
    ColumnClause,
    Connection,
    column,
    create_engine,
    delete,
    insert,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from grants.enums import Role
from grants.extensions import db
from grants.models import row_security
from grants.models.conventions import Convention
from grants.models.people import Person
from grants.models.roles import Membership
from grants.models.row_security import (
    RIGHTS,
    passes_walls,
    protect,
    tables_of_tenants,
    tell_scope,
    unprotected_tables,
)
from grants.services.platform.database import (
    database_differences,
    downgrade_database,
    upgrade_database,
)
from grants.services.platform.tenancy import EVERY, Scope, reaching, reaching_one, set_scope
from tests.factories.platform.rows import add_convention
from tests.support.backups import back_up, restore
from tests.support.database import NOW, app_on, empty_database
from tests.support.visitors import open_account

pytestmark = pytest.mark.postgres

LAST_UNPROTECTED = "0012_add_user_identities"


@pytest.fixture
def migrated(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """App on a migrated database of its own."""
    with (
        empty_database(tmp_path, f"walls_{worker_id}") as url,
        app_on(url, tmp_path) as app,
        app.app_context(),
    ):
        upgrade_database()
        yield app


@pytest.fixture
def raw(migrated: Flask) -> Iterator[Connection]:
    """A connection that nobody told anything, to two organisations with the same number; each has
    a finance officer, and the platform an operator.
    """
    set_scope(db.session(), EVERY)
    for name in ("Première", "Seconde"):
        row = add_convention(db.session(), "2024-1", organisation=name)
        open_account(
            db.session(),
            email=f"{name}@exemple.test",
            role=Role.FINANCE,
            organisation_id=row.organisation_id,
        )
    open_account(db.session(), email="operator@exemple.test")
    engine = create_engine(migrated.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def owners(connection: Connection, name: str) -> list[int | None]:
    """Organisations of the rows that a connection sees in a table, one a row."""
    organisation_id: ColumnClause[int | None] = column("organisation_id")
    query = select(organisation_id).select_from(table(name, organisation_id))
    return list(connection.scalars(query))


def organisations(connection: Connection) -> list[int]:
    """The two tenants."""
    return list(connection.scalars(text("SELECT id FROM organisations ORDER BY id")))


def test_every_table_of_organisations_has_its_wall_after_the_migrations(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        assert {"conventions", "time_entries", "memberships"} < set(tables_of_tenants(connection))
        assert unprotected_tables(connection) == ()
        assert not passes_walls(connection), "the tests' role must be an ordinary one"
    assert database_differences() == ()


def test_tables_made_from_the_models_have_the_same_walls(
    fresh_database: Flask, migrated: Flask
) -> None:
    def walls(app: Flask) -> list[tuple[object, ...]]:
        with app.app_context(), db.engine.connect() as connection:
            found = connection.execute(
                text(
                    "SELECT tablename, policyname, permissive, cmd, qual, with_check "
                    "FROM pg_policies WHERE schemaname = current_schema() ORDER BY 1, 2"
                )
            )
            return [tuple(row) for row in found]

    assert walls(fresh_database) == walls(migrated) != []


def test_a_new_table_without_wall_is_told(migrated: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE loose (id int, organisation_id int)"))

        assert unprotected_tables(connection) == ("loose",)

        protect(connection, "loose")
        assert unprotected_tables(connection) == ()
        connection.execute(text("ALTER TABLE loose NO FORCE ROW LEVEL SECURITY"))
        assert unprotected_tables(connection) == ("loose",), "its owner would pass"
    assert any("« loose »" in line for line in database_differences())


def test_walls_come_down_with_their_migration(migrated: Flask) -> None:
    downgrade_database(revision=LAST_UNPROTECTED)

    with db.engine.connect() as connection:
        assert unprotected_tables(connection) == tables_of_tenants(connection)
        ours = "SELECT count(*) FROM pg_policies WHERE schemaname = current_schema()"
        left = connection.scalar(text(ours))
        assert left == 0
    upgrade_database()


def test_without_tenant_a_raw_connection_sees_nothing_at_all(raw: Connection) -> None:
    seen = {name: owners(raw, name) for name in tables_of_tenants(raw)}

    assert list(seen.values()) == [[]] * len(seen), seen


def test_with_a_tenant_a_raw_connection_sees_its_rows_alone(raw: Connection) -> None:
    for tenant in organisations(raw):
        tell_scope(raw, [tenant])

        for name in set(tables_of_tenants(raw)) - RIGHTS:
            assert set(owners(raw, name)) <= {tenant, None}, name
        assert owners(raw, "conventions") == [tenant]


def test_told_of_no_tenant_it_sees_no_tenants_rows(raw: Connection) -> None:
    tell_scope(raw, [])

    for name in set(tables_of_tenants(raw)) - RIGHTS:
        assert set(owners(raw, name)) <= {None}, name


def test_what_was_told_ends_with_the_transaction(raw: Connection) -> None:
    tell_scope(raw, None)
    assert len(owners(raw, "conventions")) == 2
    raw.commit()

    assert owners(raw, "conventions") == []


INSERTED = {
    "conventions": "INSERT INTO conventions SELECT (jsonb_populate_record(c, jsonb_build_object("
    "'id', 99, 'number', 'X', 'organisation_id', {foreign}))).* FROM conventions c",
    "memberships": "INSERT INTO memberships SELECT (jsonb_populate_record(c, jsonb_build_object("
    "'id', 99, 'role', 'director', 'organisation_id', {foreign}))).* FROM memberships c LIMIT 1",
}


@pytest.mark.parametrize("name", sorted(INSERTED))
def test_it_adds_no_row_to_another_tenant(raw: Connection, name: str) -> None:
    own, foreign = organisations(raw)
    tell_scope(raw, [own])

    with pytest.raises(ProgrammingError, match="row-level security"):
        raw.execute(text(INSERTED[name].format(foreign=foreign)))


@pytest.mark.parametrize("model", [Convention, Membership])
def test_it_moves_no_row_to_another_tenant(raw: Connection, model: type[Any]) -> None:
    own, foreign = organisations(raw)
    tell_scope(raw, [own])

    with pytest.raises(ProgrammingError, match="row-level security"):
        raw.execute(
            update(model).where(model.organisation_id == own).values(organisation_id=foreign)
        )


@pytest.mark.parametrize("model", [Convention, Membership])
def test_it_changes_and_removes_no_row_of_another_tenant(raw: Connection, model: type[Any]) -> None:
    own, foreign = organisations(raw)
    tell_scope(raw, [own])

    changed = raw.execute(update(model).where(model.organisation_id == foreign).values(end_on=None))
    removed = raw.execute(delete(model).where(model.organisation_id == foreign))

    assert (changed.rowcount, removed.rowcount) == (0, 0)


def test_a_role_that_does_not_own_the_tables_meets_the_same_walls(raw: Connection) -> None:
    policies = raw.execute(
        text("SELECT polroles, polpermissive FROM pg_policy WHERE polname = :own"),
        {"own": row_security.OWN},
    ).all()

    assert {(tuple(roles), permissive) for roles, permissive in policies} == {((0,), True)}


def test_broken_words_for_a_scope_open_nothing(raw: Connection) -> None:
    raw.execute(text("SELECT set_config('grants.organisations', '1 OR true', true)"))

    with pytest.raises(Exception, match="malformed array literal"):
        owners(raw, "conventions")


def test_a_statement_that_the_session_cannot_narrow_meets_the_wall(raw: Connection) -> None:
    own, _foreign = organisations(raw)
    with Session(db.engine) as session:
        set_scope(session, Scope(frozenset({own})))

        # Straight to the connection, past the session's own guard.
        seen = session.connection().scalars(text("SELECT organisation_id FROM conventions"))

        assert seen.all() == [own]


def test_the_scope_follows_the_session_through_savepoints(raw: Connection) -> None:
    own, foreign = organisations(raw)
    with Session(db.engine) as session:
        set_scope(session, Scope(frozenset({own})))
        seen = select(Convention.organisation_id)
        assert session.scalars(seen).all() == [own]

        nested = session.begin_nested()
        set_scope(session, Scope(frozenset({foreign})))
        assert session.scalars(seen).all() == [foreign]
        nested.rollback()

        assert session.scalars(seen).all() == [foreign], "what was said last holds"
        with reaching(session, EVERY):
            assert len(session.scalars(seen).all()) == 2
        assert session.scalars(seen).all() == [foreign]
        with reaching_one(session, own):
            assert len(session.scalars(seen).all()) == 2
        session.commit()
        assert session.scalars(seen).all() == [foreign], "and in the next transaction"


def test_an_added_row_of_another_tenant_is_refused_past_the_sessions_guard(
    raw: Connection,
) -> None:
    own, foreign = organisations(raw)
    with Session(db.engine) as session:
        set_scope(session, Scope(frozenset({own})))

        with pytest.raises(ProgrammingError, match="row-level security"):
            session.connection().execute(
                insert(Person),
                {"organisation_id": foreign, "code": "X", "last_name": "X", "first_name": "X"},
            )


def test_backup_and_restoration_pass_the_walls(
    raw: Connection, migrated: Flask, tmp_path: Path
) -> None:
    raw.close()
    db.session.remove()
    made = back_up(migrated, tmp_path / "b.zip")

    assert made.manifest.tables["conventions"].rows == 2
    assert made.manifest.tables["memberships"].rows == 3
    restored = restore(migrated, tmp_path / "b.zip", replace=True)
    assert restored.lost["conventions"] == 2
    with db.engine.connect() as connection:
        assert unprotected_tables(connection) == ()
    assert database_differences() == ()
    assert NOW.isoformat()[:10] in made.manifest.created_at
