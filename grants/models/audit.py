"""The trail: what was done, by whom, when and why. Rows are added and never touched again.

The database itself refuses to change or remove an event; the hashes (``rules.audit_chain``) show
what somebody did who took that guard away first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from sqlalchemy import (
    DDL,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from grants.models.base import Base, Identified

KEY_LENGTH = 400
# Number of the chain that belongs to no organisation; ids start at 1.
PLATFORM = 0


class UtcMoment(TypeDecorator[datetime]):
    """Moment in UTC, aware on every database: SQLite forgets the zone of what was written."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Moment to store."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware moment."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class AuditEvent(Identified, Base):
    """One thing that was done. ``before`` and ``after`` are canonical JSON, kept as text: it is
    hashed letter by letter.

    ``chain`` is the organisation's id, 0 for the platform: a unique constraint over a NULL would
    hold nothing. ``actor_id`` is no foreign key: the trail outlives accounts.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("chain", "sequence"),
        CheckConstraint("chain = coalesce(organisation_id, 0)", name="chain"),
        CheckConstraint("sequence > 0", name="sequence"),
        Index("ix_audit_events_chain_object", "chain", "object_kind", "object_key"),
        Index("ix_audit_events_at", "at"),
    )

    chain: Mapped[int] = mapped_column(Integer)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcMoment)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_label: Mapped[str] = mapped_column(String(200))
    actor_role: Mapped[str] = mapped_column(String(40), default="")
    via: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(255), default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """End of a chain, kept apart so that a chain cut short is noticed. It only ever grows.

    ``change_count`` and ``change_hash`` are those of the last event that changed something.
    """

    __tablename__ = "audit_heads"
    __table_args__ = (CheckConstraint("count >= 0", name="count"),)

    chain: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer)
    last_hash: Mapped[str] = mapped_column(String(64))
    change_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    change_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")


# The same statements stand in migrations/versions/0003_add_audit_events.py; a test compares what
# both make. Tables that are created from the models (tests) get them here.
SQLITE_GUARDS = {
    "audit_events": (
        "CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events "
        "BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END",
        "CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events "
        "BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END",
    ),
    "audit_heads": (
        "CREATE TRIGGER audit_heads_only_grow BEFORE UPDATE ON audit_heads "
        "WHEN NEW.chain <> OLD.chain OR NEW.count < OLD.count "
        "OR (NEW.count = OLD.count AND NEW.last_hash <> OLD.last_hash) "
        "BEGIN SELECT RAISE(ABORT, 'audit heads only grow'); END",
        "CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads "
        "BEGIN SELECT RAISE(ABORT, 'audit heads only grow'); END",
    ),
}
POSTGRESQL_GUARDS = {
    "audit_events": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$",
        "CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
    "audit_heads": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$",
        "CREATE TRIGGER audit_heads_only_grow BEFORE UPDATE ON audit_heads FOR EACH ROW "
        "WHEN (NEW.chain <> OLD.chain OR NEW.count < OLD.count "
        "OR (NEW.count = OLD.count AND NEW.last_hash <> OLD.last_hash)) "
        "EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_heads_no_truncate BEFORE TRUNCATE ON audit_heads "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}


def _guard(table: Table) -> None:
    for dialect, guards in (("sqlite", SQLITE_GUARDS), ("postgresql", POSTGRESQL_GUARDS)):
        for statement in guards[table.name]:
            ddl = DDL(statement)  # type: ignore[no-untyped-call] # sqlalchemy types it loosely
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


for _model in (AuditEvent, AuditHead):
    _guard(cast(Table, _model.__table__))
