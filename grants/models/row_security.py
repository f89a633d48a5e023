"""PostgreSQL's own wall between tenants: a row is there for whoever said whose rows they read.

Each transaction tells the database its scope (``tell_scope``); the policies of every table with an
``organisation_id`` compare it with each row, whatever statement asks. Nothing told, nothing seen.
The wall stops a query that forgot its filter, and whoever reads the database past the program; it
cannot stop somebody who runs statements of their own and knows the settings.

Rows without organisation are the platform's: any scope reads them. Tables that say who somebody
is and what they may do are read before a scope can be known: see ``RIGHTS``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Pool, Table, event, inspect, text

COLUMN = "organisation_id"
TOLD = "told scope"  # in a connection's info, until the transaction ends
OWN, ACCOUNTS = "own_rows", "accounts"
# The program's own sessions read all rows of these, since they decide with them whom to let in and
# where; what a scope may write there is limited as elsewhere.
RIGHTS = frozenset({"delegations", "invitations", "memberships", "role_requests", "users"})

# Sub-queries are evaluated once a statement, bare calls once a row.
_EVERY = "(SELECT current_setting('grants.every', true) = 'on')"
_LIST = "(SELECT nullif(current_setting('grants.organisations', true), '')::int[])::int[]"
_TOLD = "(SELECT nullif(current_setting('grants.organisations', true), '') IS NOT NULL)"
_OWN_ROWS = f"{_EVERY} OR {COLUMN} = ANY ({_LIST}) OR ({COLUMN} IS NULL AND {_TOLD})"


def protect(connection: Connection, table: str) -> None:
    """Put the wall before a table; migrations call it for a new one that has ``organisation_id``.

    Other databases than PostgreSQL are left alone.
    Example: ``protect(op.get_bind(), "payslips")``
    """
    if not _has_walls(connection):
        return
    name = connection.dialect.identifier_preparer.quote(table)
    statements = [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        # The program's role owns the tables, and owners pass unless they are forced.
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {OWN} ON {name} USING ({_OWN_ROWS}) WITH CHECK ({_OWN_ROWS})",
    ]
    if table in RIGHTS:
        statements.append(f"CREATE POLICY {ACCOUNTS} ON {name} FOR SELECT USING ({_TOLD})")
    for statement in statements:
        connection.execute(text(statement))


def expose(connection: Connection, table: str) -> None:
    """Take the wall away again, for a migration's way back."""
    if not _has_walls(connection):
        return
    name = connection.dialect.identifier_preparer.quote(table)
    for statement in (
        f"DROP POLICY IF EXISTS {OWN} ON {name}",
        f"DROP POLICY IF EXISTS {ACCOUNTS} ON {name}",
        f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY",
    ):
        connection.execute(text(statement))


def tell_scope(connection: Connection, organisations: Iterable[int] | None) -> None:
    """Say whose rows the running transaction reaches, until it ends; None stands for everybody's.

    A savepoint that is rolled back takes back what was told inside it. Telling it twice costs
    nothing.
    """
    wanted = None if organisations is None else frozenset(organisations)
    if not _has_walls(connection) or connection.info.get(TOLD, TOLD) == wanted:
        return
    numbers = ",".join(str(int(number)) for number in sorted(wanted or ()))
    connection.execute(
        text(
            "SELECT set_config('grants.every', :every, true), "
            "set_config('grants.organisations', :organisations, true)"
        ),
        {"every": "on" if wanted is None else "off", "organisations": f"{{{numbers}}}"},
    )
    connection.info[TOLD] = wanted


def _forget(connection: Connection, *_: Any) -> None:
    connection.info.pop(TOLD, None)


def _forget_at_return(_driver: object, record: Any, _state: object) -> None:
    record.info.pop(TOLD, None)


for _end in ("commit", "rollback", "rollback_savepoint"):
    event.listen(Engine, _end, _forget)
event.listen(Pool, "reset", _forget_at_return)


def tables_of_tenants(connection: Connection) -> tuple[str, ...]:
    """Tables of the database whose rows belong to organisations, as it stands."""
    found = inspect(connection)
    return tuple(
        name
        for name in sorted(found.get_table_names())
        if any(column["name"] == COLUMN for column in found.get_columns(name))
    )


def unprotected_tables(connection: Connection) -> tuple[str, ...]:
    """Tables of organisations' rows without the whole wall; none where there are no walls."""
    if not _has_walls(connection):
        return ()
    walled = connection.execute(
        text(
            "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid "
            "WHERE relnamespace = current_schema()::regnamespace "
            "AND relrowsecurity AND relforcerowsecurity AND polname = :own AND polpermissive "
            "AND polcmd = '*' AND polwithcheck IS NOT NULL"
        ),
        {"own": OWN},
    )
    return tuple(sorted(set(tables_of_tenants(connection)) - set(walled.scalars())))


def foreign_policies(connection: Connection) -> tuple[str, ...]:
    """Tables whose rows are hidden by a policy that is none of ours."""
    if not _has_walls(connection):
        return ()
    found = connection.execute(
        text(
            "SELECT DISTINCT relname FROM pg_policy JOIN pg_class ON polrelid = pg_class.oid "
            "WHERE relnamespace = current_schema()::regnamespace "
            "AND polname NOT IN (:own, :accounts) ORDER BY relname"
        ),
        {"own": OWN, "accounts": ACCOUNTS},
    )
    return tuple(found.scalars())


def passes_walls(connection: Connection) -> bool:
    """Whether the role of a connection sees through every wall: a superuser, or BYPASSRLS."""
    if not _has_walls(connection):
        return False
    rights = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    return bool(connection.scalar(text(rights)))


def install(metadata: MetaData) -> None:
    """Protect tables that are created from the models (tests), as the migrations do."""
    event.listen(metadata, "after_create", _protect_created)


def _protect_created(
    _metadata: MetaData, connection: Connection, tables: Iterable[Table], **_: Any
) -> None:
    for table in tables:
        if COLUMN in table.c:
            protect(connection, table.name)


def _has_walls(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
