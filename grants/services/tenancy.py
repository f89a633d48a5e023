"""Whose rows a session reads and writes: said once by the edge, added to every query from there.

A query on rows of organisations that runs before a scope was set raises: forgetting it shows
nothing rather than everything. Statements that the mapper does not know (tables, ``text()``) cannot
be narrowed for the caller, and run under ``EVERY`` alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, TextClause, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from grants.models.base import AnySession, Base, OfOrganisation

KEY = "scope"
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
    """Say whose rows the session reaches from now on."""
    session.info[KEY] = scope


def scope_of(session: AnySession) -> Scope:
    """Scope of a session.

    Raises: ScopeMissing: none was set.
    """
    scope = session.info.get(KEY)
    if not isinstance(scope, Scope):
        raise ScopeMissing("no scope: the edge calls set_scope before it asks for tenants' rows")
    return scope


def install() -> None:
    """Put the wall up, for every session of the process; a second call changes nothing."""
    if not event.contains(Session, "do_orm_execute", narrow):
        event.listen(Session, "do_orm_execute", narrow)
        event.listen(Session, "before_flush", refuse_foreign_rows)


def narrow(state: ORMExecuteState) -> None:
    """Add the scope to a statement.

    Raises: ScopeMissing: see the module.
    """
    scope = state.session.info.get(KEY)
    if scope == EVERY or state.is_relationship_load or state.is_column_load:
        return
    if scope is None or not _can_be_narrowed(state):
        if touches_tenants(state.statement):
            raise ScopeMissing("rows of organisations, and no scope that could narrow them")
        return
    ids = sorted(scope.organisations)
    state.statement = state.statement.options(
        with_loader_criteria(
            OfOrganisation, lambda cls: cls.organisation_id.in_(ids), include_aliases=True
        )
    )


def refuse_foreign_rows(session: Session, _context: object, _rows: object) -> None:
    """Stop a flush that writes rows outside the scope.

    Raises: ScopeMissing: none was set. ScopeViolated: a row is another organisation's.
    """
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
