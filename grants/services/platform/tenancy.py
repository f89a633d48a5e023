"""Whose rows a session reads and writes: said once by the edge, added to every query from there.

A query on rows of organisations that runs before a scope was set raises: forgetting it shows
nothing rather than everything. Statements that the mapper does not know (tables, ``text()``) cannot
be narrowed for the caller, and run under ``EVERY`` alone. On PostgreSQL the database is told the
scope too, and holds it against every statement (``models/row_security.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, FromClause, TextClause, event, true
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.sql import visitors

from grants.models.base import AnySession, Base, OfOrganisation
from grants.models.row_security import tell_scope

KEY = "scope"
NARROWED = {"narrowed": True}  # execution option: the statement holds ``only_of`` already
BY_KEY = {"by_key": True}
"""Execution option: rows are found by another key, the scope is only held against them.

SQLite has no statistics: for a hundred people it would read every row of their organisation.
"""
TOLD = "told"  # in a session's info: the connection that knows its scope
WORD = re.compile(r"\w+")


class ScopeMissing(RuntimeError):
    """A program fault: rows of organisations are asked for and nobody said whose."""


class ScopeViolated(RuntimeError):
    """A program fault: rows of another organisation would be written."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Organisations that a session reaches; None stands for all of them."""

    organisations: frozenset[int] | None


EVERY = Scope(None)


def set_scope(session: AnySession, scope: Scope) -> None:
    """Say whose rows the session reaches from now on, in the transaction that runs too."""
    if session.info.get(KEY) != scope:
        session.info[KEY] = scope
        _tell_if_running(session)


@contextmanager
def reaching(session: AnySession, scope: Scope) -> Iterator[None]:
    """Reach other organisations for a moment, whatever the session's own scope, or without one.

    What waits to be written is flushed at the end, under the scope that it was meant for.
    """
    before = session.info.get(KEY)
    session.flush()
    set_scope(session, scope)
    try:
        yield
        session.flush()
    finally:
        session.info[KEY] = before
        _tell_if_running(session)


def scope_of(session: AnySession) -> Scope:
    """Scope of a session.

    Raises: ScopeMissing: none was set.
    """
    scope = session.info.get(KEY)
    if not isinstance(scope, Scope):
        raise ScopeMissing("no scope: the edge calls set_scope before it asks for tenants' rows")
    return scope


@contextmanager
def reaching_one(session: AnySession, organisation_id: int | None) -> Iterator[None]:
    """Reach one organisation beside what the session reaches; None is the platform, which all do.

    What the block adds is flushed at its end.
    """
    scope = session.info.get(KEY)
    reached = scope.organisations if isinstance(scope, Scope) else frozenset()
    if organisation_id is None or reached is None or organisation_id in reached:
        yield
        session.flush()
        return
    with reaching(session, Scope(reached | {organisation_id})):
        yield


def only_of(scope: Scope, table: FromClause) -> ColumnElement[bool]:
    """Condition that keeps to the rows of a scope, for a statement over tables or ``text()``, which
    the session cannot narrow by itself.

    Put it on every tenants' table of the statement, then say so: ``execution_options(**NARROWED)``.
    Raises: KeyError: the table has no organisation.
    Example:
    >>> from grants.models.people import Person
    >>> str(only_of(Scope(frozenset({7})), Person.__table__))
    'persons.organisation_id IN (__[POSTCOMPILE_organisation_id_1])'
    >>> str(only_of(EVERY, Person.__table__))
    'true'
    """
    owner = table.c["organisation_id"]
    return true() if scope.organisations is None else owner.in_(sorted(scope.organisations))


def install() -> None:
    """Put the wall up, for every session of the process; a second call changes nothing."""
    if not event.contains(Session, "do_orm_execute", narrow):
        event.listen(Session, "do_orm_execute", narrow)
        event.listen(Session, "before_flush", refuse_foreign_rows)
        event.listen(Session, "after_begin", tell_database)
        event.listen(Session, "after_soft_rollback", tell_again)


def tell_database(
    session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    """Hand the scope to the database with each transaction that begins."""
    session.info[TOLD] = connection
    _tell(session, connection)


def tell_again(session: Session, ended: SessionTransaction) -> None:
    """A savepoint that is rolled back takes with it the scope that was told inside it."""
    if ended.nested:
        _tell_again(session)


def _tell_again(session: Session) -> None:
    """Tell what another session may have told meanwhile over the same connection (in tests, they
    share one), or a savepoint taken back.
    """
    # Not asked of the session: it hands out nothing while the block of a savepoint is being left.
    connection = session.info.get(TOLD)
    if isinstance(connection, Connection) and connection.in_transaction():
        _tell(session, connection)


def _tell_if_running(session: AnySession) -> None:
    running = session if isinstance(session, Session) else session()
    if running.is_active and running.in_transaction():
        _tell(running, running.connection())


def _tell(session: Session, connection: Connection) -> None:
    scope = session.info.get(KEY)
    tell_scope(connection, scope.organisations if isinstance(scope, Scope) else ())


def narrow(state: ORMExecuteState) -> None:
    """Add the scope to a statement.

    Raises: ScopeMissing: see the module.
    """
    _tell_again(state.session)
    scope = state.session.info.get(KEY)
    if scope == EVERY or state.is_relationship_load or state.is_column_load:
        return
    if isinstance(scope, Scope) and NARROWED.items() <= state.execution_options.items():
        return
    if scope is None or not _can_be_narrowed(state):
        if touches_tenants(state.statement):
            raise ScopeMissing("rows of organisations, and no scope that could narrow them")
        return
    ids = sorted(scope.organisations)
    if BY_KEY.items() <= state.execution_options.items():
        within = with_loader_criteria(
            OfOrganisation, lambda cls: (cls.organisation_id + 0).in_(ids), include_aliases=True
        )
    else:
        within = with_loader_criteria(
            OfOrganisation, lambda cls: cls.organisation_id.in_(ids), include_aliases=True
        )
    state.statement = state.statement.options(within)


def refuse_foreign_rows(session: Session, _context: object, _rows: object) -> None:
    """Stop a flush that writes rows outside the scope.

    Raises: ScopeMissing: none was set. ScopeViolated: a row is another organisation's.
    """
    _tell_again(session)
    changed = (*session.new, *session.dirty, *session.deleted)
    rows = [row for row in changed if isinstance(row, OfOrganisation)]
    if not rows:
        return
    allowed = scope_of(session).organisations
    if allowed is not None and any(row.organisation_id not in allowed for row in rows):
        raise ScopeViolated("a row of another organisation would be written")


def _can_be_narrowed(state: ORMExecuteState) -> bool:
    reads_or_changes = state.is_select or state.is_update or state.is_delete
    return state.is_orm_statement and reads_or_changes


def touches_tenants(statement: Executable) -> bool:
    """Whether a statement names a table of organisations' rows, in whatever form."""
    names = _tenant_tables()
    for part in visitors.iterate(statement):  # type: ignore[arg-type] # every statement is one
        if isinstance(part, TextClause) and names & set(WORD.findall(part.text)):
            return True
        if _table_name(part) in names:
            return True
    return False


def _table_name(part: Any) -> str:
    table = getattr(part, "table", part)
    return str(getattr(getattr(table, "element", table), "name", ""))


def _tenant_tables() -> frozenset[str]:
    mapped = (mapper for mapper in Base.registry.mappers)
    return frozenset(
        str(getattr(mapper.local_table, "name", ""))
        for mapper in mapped
        if issubclass(mapper.class_, OfOrganisation)
    )
