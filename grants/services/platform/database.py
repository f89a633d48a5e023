"""The database as a whole: its version, and whether it equals the models.

Alembic does the work; ``migrations/`` holds the steps. Call these inside an app's context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, select

from grants.config import data_dir
from grants.errors import NotFound
from grants.extensions import db, writing
from grants.models import Base
from grants.models.row_security import passes_walls, unprotected_tables

Revisions = tuple[str, ...]

# Any number that nobody else locks in the same PostgreSQL database.
_MOVING = 0x6772616E74


def upgrade_database(*, revision: str = "head") -> tuple[str, ...]:
    """Move the database up to a revision, creating what is missing.

    Returns: the revisions that were applied, in order; none when it was there already.
    Raises: NotFound: no such revision.
    """
    before, after = _move(command.upgrade, revision)
    return after[len(before) :]


def downgrade_database(*, revision: str) -> str:
    """Move the database down to a revision; ``base`` leaves no table of ours.

    Returns: the revision that the database has now, empty for ``base``.
    Raises: NotFound: no such revision.
    """
    _before, after = _move(command.downgrade, revision)
    return after[-1] if after else ""


def write_migration(*, revision: str, message: str) -> None:
    """Write the step that takes the database as it is to the models, named as its revision."""
    with db.engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def database_differences() -> tuple[str, ...]:
    """What differs between the database and the models, one line each; none when they agree."""
    with db.engine.connect() as connection:
        return differences_over(connection)


def differences_over(connection: Connection) -> tuple[str, ...]:
    """``database_differences`` as a running transaction sees them."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    if context.get_current_heads() != tuple(_script(connection).get_heads()):
        return ("la base n'est pas à la dernière version : lancez « grants db upgrade »",)
    naked = tuple(
        f"la table « {name} » n'a pas sa cloison entre structures : migration incomplète"
        for name in unprotected_tables(connection)
    )
    return naked + tuple(str(entry) for entry in compare_metadata(context, Base.metadata))


def database_warnings() -> tuple[str, ...]:
    """What weakens the database without making it differ from the models, one line each."""
    with db.engine.connect() as connection:
        if not passes_walls(connection):
            return ()
    return (
        "le rôle de la base voit à travers les cloisons entre structures (SUPERUSER ou BYPASSRLS) "
        ": donnez au programme un rôle ordinaire, voir docs/admin.md",
    )


def upgrade_over(connection: Connection, revision: str = "head") -> None:
    """Move up inside the transaction that runs on a connection; whoever began it commits.

    On SQLite the transaction must have begun under ``tables_may_be_rebuilt``.
    """
    command.upgrade(_config(connection), revision)


def revision_of(connection: Connection) -> str | None:
    """Revision that a database is at; None when it was never created."""
    heads = MigrationContext.configure(connection).get_current_heads()
    return heads[0] if heads else None


def known_revisions() -> Revisions:
    """Every revision that this program knows, the first one first."""
    config = Config()
    config.set_main_option("script_location", str(data_dir("migrations")))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    return tuple(reversed([step.revision for step in steps]))


def _move(step: Callable[[Config, str], None], revision: str) -> tuple[Revisions, Revisions]:
    with db.engine.connect() as connection:
        before = _applied(connection)
        connection.rollback()
        with tables_may_be_rebuilt(connection), writing():
            _take_turns(connection)
            try:
                step(_config(connection), revision)
            except CommandError as error:
                raise NotFound(f"version « {revision} » inconnue : {error}") from error
            connection.commit()
        return before, _applied(connection)


def _take_turns(connection: Connection) -> None:
    """Let a second one that moves the database wait, then find it moved: several processes of a
    site may be started at once. On SQLite the transaction's beginning does it (``writing``).
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_MOVING)))


@contextmanager
def tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off for a migration, outside any transaction.

    SQLite alters a table by copying it and dropping the old one, which foreign keys would refuse
    or cascade. The switch only works outside a transaction, hence the driver's own connection.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys = ON")
        driver.close()


def _applied(connection: Connection) -> tuple[str, ...]:
    heads = MigrationContext.configure(connection).get_current_heads()
    steps = _script(connection).iterate_revisions(heads, "base") if heads else ()
    return tuple(reversed([step.revision for step in steps]))


def _script(connection: Connection) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(connection))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(data_dir("migrations")))
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["connection"] = connection
    return config
