"""How Alembic reaches our database: by the connection that ``grants db`` hands over, no other."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from grants.models import Base
from grants.models.row_security import tell_scope


def plain_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write ``Cents`` and its like as the column that they store, so that a migration stays true
    when the models move on.
    """
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def migrate_over(connection: Connection) -> None:
    """Run the steps in one transaction; SQLite gets its tables rebuilt instead of altered."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=plain_type,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        # A step that changes rows must find all of them.
        tell_scope(connection, None)
        context.run_migrations()


migrate_over(context.config.attributes["connection"])
