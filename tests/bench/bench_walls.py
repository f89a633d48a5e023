"""What PostgreSQL's row-level security costs: the sums that a claim asks for, with the wall and
without, in one run. Says so and stops where DATABASE_URL names no PostgreSQL.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection, create_engine, text

from grants import create_app
from grants.models.row_security import tell_scope
from tests.factories.ledger.generated import fill_database
from tests.support.database import empty_database, on_postgresql

POSTS, RUNS = 250, 15
AIM = 1.2
QUERIES = {
    "hours by post and month": (
        "time_entries",
        "SELECT person_id, date_trunc('month', work_on), sum(minutes) FROM time_entries "
        "WHERE organisation_id IN (1) GROUP BY 1, 2",
    ),
    "pay by post and month": (
        "pay_items",
        "SELECT person_id, month, sum(amount) FROM pay_items WHERE organisation_id IN (1) "
        "GROUP BY 1, 2",
    ),
    "one row by its key": ("persons", "SELECT * FROM persons WHERE id = 7"),
}


def run() -> None:
    """Print the quietest of several runs, and the ratio."""
    if not on_postgresql():
        print("only on PostgreSQL: scripts/with-postgres .venv/bin/python -m tests.bench walls")
        return
    with tempfile.TemporaryDirectory() as name, empty_database(Path(name), "bench_walls") as url:
        _fill(Path(name), url)
        engine = create_engine(url)
        with engine.connect() as connection:
            for title, (table, query) in QUERIES.items():
                _seconds(connection, query)  # into memory, for both
                free = _without_wall(connection, table, query)
                held = _seconds(connection, query)
                free = min(free, _without_wall(connection, table, query))
                held = min(held, _seconds(connection, query))
                print(
                    f"{title:24} {held * 1000:7.2f} ms behind the wall, "
                    f"{free * 1000:7.2f} ms without: {held / free:.2f} × (aim: {AIM} ×)"
                )
        engine.dispose()


def _fill(folder: Path, url: str) -> None:
    from grants.extensions import db
    from grants.services.platform.database import upgrade_database

    app = create_app({"DATA_DIR": folder, "SQLALCHEMY_DATABASE_URI": url}, pages=False)
    with app.app_context():
        upgrade_database()
        with db.engine.begin() as connection:
            fill_database(connection, posts=POSTS)
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        db.engine.dispose()


def _without_wall(connection: Connection, table: str, query: str) -> float:
    # The owner passes where it is not forced; taken back at once.
    connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
    seconds = _seconds(connection, query)
    connection.rollback()
    return seconds


def _seconds(connection: Connection, query: str) -> float:
    tell_scope(connection, [1])
    return min(_once(connection, query) for _ in range(RUNS))


def _once(connection: Connection, query: str) -> float:
    start = perf_counter()
    connection.execute(text(query)).all()
    return perf_counter() - start
