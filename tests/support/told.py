"""Every write to what claims rest on is told in the trail, whatever door it came through.

Triggers that live in the test's own connection note each row that changes, and whose it is; what is
rolled back takes its note with it. Requests and commands of the tests are watched: the end of the
chain of whoever's rows changed, or the platform's, must have moved. On SQLite; PostgreSQL runs the
same program.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table

from grants.models.audit import PLATFORM
from grants.models.base import Base

NOTES = "told_writes"
# A month's row is made to be held while somebody types; without change or signature it says no more
# than no row.
SAYS_SOMETHING = "NEW.version > 0 OR NEW.signed_by_person_on IS NOT NULL OR NEW.piece <> ''"
# Tables that a claim, its findings or its sheets read; a test compares with what they do read.
READ_BY_CLAIMS = frozenset(
    {
        "absences", "amendments", "budget_items", "clause_jobs", "conventions", "employments",
        "funders", "holdings", "indicator_values", "indicators", "mission_letters",
        "organisations", "pay_items", "payments", "persons", "pieces", "post_fundings", "posts",
        "receipts", "resources", "schemes", "setting_texts", "sheet_days", "sheet_steps",
        "targets", "territories", "time_entries", "time_sheets",
    }
)  # fmt: skip


def note_writes(connection: Connection) -> None:
    """Let a connection note from now on what changes through it."""
    raw = connection.connection.dbapi_connection
    if raw is None or connection.dialect.name != "sqlite":
        return
    cursor = raw.cursor()
    if cursor.execute(f"PRAGMA temp.table_info({NOTES})").fetchall():
        return
    cursor.execute(f"CREATE TEMP TABLE {NOTES} (name TEXT, chain INTEGER)")
    for name in sorted(READ_BY_CLAIMS):
        for trigger in _triggers(Base.metadata.tables[name]):
            cursor.execute(trigger)


def _triggers(table: Table) -> Iterator[str]:
    owner = "organisation_id" if "organisation_id" in table.c else None
    changed = " OR ".join(f'OLD."{column.name}" IS NOT NEW."{column.name}"' for column in table.c)
    for verb, row, when in (
        ("INSERT", "NEW", ""),
        ("DELETE", "OLD", ""),
        ("UPDATE", "NEW", f"WHEN {changed}"),
    ):
        if table.name == "time_sheets" and verb == "INSERT":
            when = f"WHEN {SAYS_SOMETHING}"
        chain = f"{row}.{owner}" if owner else str(PLATFORM)
        if table.name == "organisations":
            chain = f"{row}.id"
        trigger = f"note_{verb}_{table.name} AFTER {verb} ON main.{table.name} {when}"
        note = f"INSERT INTO {NOTES} VALUES ('{table.name}', {chain})"  # noqa: S608 # our own names
        yield f"CREATE TEMP TRIGGER {trigger} BEGIN {note}; END"


@contextmanager
def every_write_is_told(bind: Connection | Engine, door: str) -> Iterator[set[str]]:
    """Fail when rows were written inside and their owner's chain stands, as does the platform's.

    Gives the names of the tables that were written, once the block is over.
    """
    written: set[str] = set()
    if not isinstance(bind, Connection) or bind.dialect.name != "sqlite" or bind.closed:
        yield written
        return
    _ask(bind, f"DELETE FROM {NOTES}")  # noqa: S608 # a name of ours
    before = _heads(bind)
    yield written
    if bind.closed:
        return
    after = _heads(bind)
    notes = _ask(bind, f"SELECT DISTINCT name, chain FROM {NOTES}")  # noqa: S608
    written.update(name for name, _ in notes)
    grown = {chain for chain in after if after[chain] != before.get(chain)}
    untold = sorted({name for name, chain in notes if not grown & {chain, PLATFORM}})
    assert not untold, f"{door} wrote {', '.join(untold)} and the trail does not tell it"


def _heads(bind: Connection) -> dict[int, str]:
    return dict(_ask(bind, "SELECT chain, last_hash FROM audit_heads"))


def _ask(bind: Connection, statement: str) -> list[tuple[Any, ...]]:
    # Past SQLAlchemy, so that tests that count a page's queries do not count these.
    raw = bind.connection.dbapi_connection
    assert raw is not None
    cursor = raw.cursor()
    cursor.execute(statement)
    return list(cursor.fetchall())
