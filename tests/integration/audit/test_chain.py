"""The trail in the database: nobody changes it by accident; whoever does on purpose is found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from grants.enums import AuditAction, AuditObject, AuditVia, HolidayCalendar, LegalForm
from grants.errors import NotFound
from grants.extensions import db
from grants.models import AuditEvent, Organisation
from grants.models.base import AnySession
from grants.models.row_security import tell_scope
from grants.rules.audit.chain import GENESIS
from grants.services.audit.deed import Actor, Deed
from grants.services.audit.writing import record, verify_trail
from grants.services.platform.database import upgrade_database
from tests.support.database import NOW, app_on, empty_database

pytestmark = pytest.mark.both_databases

CAMILLE = Actor(7, "Camille Exemple", "finance")


def tell(session: AnySession, number: int, organisation: int | None) -> None:
    record(
        session,
        organisation_id=organisation,
        deed=Deed(
            CAMILLE,
            NOW + timedelta(minutes=number),
            AuditVia.WEB,
            "192.0.2.1",
            "avenant « é » signé",
        ),
        action=AuditAction.CHANGED,
        object_kind=AuditObject.CONVENTION,
        object_key=f"C-{number}",
        before={"rate": Decimal("0.50")},
        after={"rate": Decimal("0.60")},
    )


@pytest.fixture
def trail(fresh_database: Flask) -> Flask:
    """Five events of structure A, three of structure B, two of the platform; really committed."""
    with fresh_database.app_context():
        for code in ("A", "B"):
            db.session.add(
                Organisation(
                    code=code,
                    name=f"Structure {code}",
                    legal_form=LegalForm.ASSOCIATION,
                    holiday_calendar=HolidayCalendar.METROPOLE,
                )
            )
        db.session.flush()
        first, second = db.session.scalars(select(Organisation.id).order_by(Organisation.code))
        for organisation, count in ((first, 5), (second, 3), (None, 2)):
            for number in range(1, count + 1):
                tell(db.session, number, organisation)
                db.session.commit()
    return fresh_database


def without_guards(connection: Connection) -> None:
    """Take the triggers away, as somebody with all rights over the database could."""
    tell_scope(connection, None)
    if connection.dialect.name == "postgresql":
        for table in ("audit_events", "audit_heads"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in names:
        connection.execute(text(f"DROP TRIGGER {name}"))


def faults(app: Flask, **more: dict[str, dict[int, str]]) -> dict[str, tuple[int, str]]:
    """First broken event of each chain that does not hold: its number and what is wrong."""
    with app.app_context():
        return {
            chain.code: (chain.report.broken.sequence, chain.report.broken.code)
            for chain in verify_trail(db.session, **more)
            if chain.report.broken
        }


# Words that the statements below stand for.
WORDS = {
    "OF_A": "chain = (SELECT id FROM organisations WHERE code = 'A')",
    "OF_B": "chain = (SELECT id FROM organisations WHERE code = 'B')",
    "COLUMNS": "chain, organisation_id, at, actor_id, actor_label, actor_role, via, action, "
    "object_kind, object_key, before, after, reason, origin, previous_hash",
}


def tamper(app: Flask, *statements: str) -> None:
    """Change rows behind the program's back."""
    with app.app_context(), db.engine.begin() as connection:
        without_guards(connection)
        for statement in statements:
            connection.execute(text(_in_full(statement)))


def _in_full(statement: str) -> str:
    for word, meaning in WORDS.items():
        statement = statement.replace(word, meaning)
    return statement


def test_an_untouched_trail_holds_and_tells_each_chains_end(trail: Flask) -> None:
    with trail.app_context():
        found = {chain.code: chain.report for chain in verify_trail(db.session)}
        last = db.session.scalars(
            select(AuditEvent.hash).where(AuditEvent.chain == 0).order_by(AuditEvent.sequence)
        ).all()

    assert {code: report.count for code, report in found.items()} == {
        "A": 5,
        "B": 3,
        "plateforme": 2,
    }
    assert all(report.broken is None for report in found.values())
    assert found["plateforme"].last_hash == last[-1]


def test_an_empty_trail_holds(fresh_database: Flask) -> None:
    assert faults(fresh_database) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET reason = 'autre'",
        "DELETE FROM audit_events WHERE sequence = 5",
        "UPDATE audit_heads SET count = count - 1",
        "UPDATE audit_heads SET last_hash = 'x'",
        "DELETE FROM audit_heads",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_events(
    trail: Flask, statement: str
) -> None:
    with (
        trail.app_context(),
        db.engine.connect() as connection,
    ):
        tell_scope(connection, None)
        with pytest.raises(DBAPIError, match=r"append-only|only grow"):
            connection.execute(text(statement))

    assert faults(trail) == {}


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["audit_events", "audit_heads"])
def test_postgresql_refuses_to_empty_the_trail(trail: Flask, table: str) -> None:
    with (
        trail.app_context(),
        db.engine.connect() as connection,
        pytest.raises(DBAPIError, match="append-only"),
    ):
        connection.execute(text(f"TRUNCATE {table}"))


@pytest.mark.parametrize(
    "column",
    [
        "reason = 'autre motif'",
        "actor_id = 8",
        "actor_label = 'Quelqu''un d''autre'",
        'after = \'{"rate":"0.70"}\'',
        "before = NULL",
        "object_key = 'C-99'",
        "origin = ''",
        "at = '2020-01-01 00:00:00'",
        "hash = previous_hash",
        "previous_hash = hash",
    ],
)
def test_any_changed_value_is_found_and_its_event_named(trail: Flask, column: str) -> None:
    tamper(
        trail,
        "UPDATE audit_events SET COLUMN WHERE OF_A AND sequence = 3".replace("COLUMN", column),
    )

    assert faults(trail) == {"A": (3, "altered")}


def test_a_deleted_event_is_found(trail: Flask) -> None:
    tamper(trail, "DELETE FROM audit_events WHERE OF_A AND sequence = 2")

    assert faults(trail) == {"A": (2, "gap")}


def test_a_deletion_hidden_by_renumbering_is_found(trail: Flask) -> None:
    tamper(
        trail,
        "DELETE FROM audit_events WHERE OF_A AND sequence = 2",
        "UPDATE audit_events SET sequence = 2 WHERE OF_A AND sequence = 3",
        "UPDATE audit_events SET sequence = 3 WHERE OF_A AND sequence = 4",
        "UPDATE audit_events SET sequence = 4 WHERE OF_A AND sequence = 5",
    )

    assert faults(trail) == {"A": (2, "altered")}


def test_two_swapped_events_are_found(trail: Flask) -> None:
    tamper(
        trail,
        "UPDATE audit_events SET sequence = 99 WHERE OF_A AND sequence = 2",
        "UPDATE audit_events SET sequence = 2 WHERE OF_A AND sequence = 4",
        "UPDATE audit_events SET sequence = 4 WHERE OF_A AND sequence = 99",
    )

    assert faults(trail) == {"A": (2, "altered")}


def test_a_renumbered_event_is_found(trail: Flask) -> None:
    tamper(trail, "UPDATE audit_events SET sequence = 50 WHERE OF_A AND sequence = 5")

    assert faults(trail) == {"A": (5, "gap")}


def test_a_forged_event_at_the_end_is_found(trail: Flask) -> None:
    tamper(
        trail,
        "INSERT INTO audit_events (COLUMNS, sequence, hash) "
        "SELECT COLUMNS, 6, hash FROM audit_events WHERE OF_A AND sequence = 5",
    )

    assert faults(trail) == {"A": (6, "altered")}


def test_an_event_moved_to_another_structure_breaks_both_chains(trail: Flask) -> None:
    tamper(
        trail,
        "UPDATE audit_events SET sequence = 4, "
        "organisation_id = (SELECT id FROM organisations WHERE code = 'B'), "
        "chain = (SELECT id FROM organisations WHERE code = 'B') WHERE OF_A AND sequence = 5",
    )

    assert faults(trail) == {"A": (5, "truncated"), "B": (4, "altered")}


def test_a_chain_cut_short_is_found_by_its_head(trail: Flask) -> None:
    tamper(trail, "DELETE FROM audit_events WHERE OF_A AND sequence >= 4")

    assert faults(trail) == {"A": (4, "truncated")}


def test_a_chain_removed_whole_is_found_by_its_head(trail: Flask) -> None:
    tamper(trail, "DELETE FROM audit_events WHERE OF_B")

    assert faults(trail) == {"B": (1, "truncated")}


def test_a_removed_head_is_found(trail: Flask) -> None:
    tamper(trail, "DELETE FROM audit_heads WHERE OF_B")

    assert faults(trail) == {"B": (1, "forged")}


def test_a_cut_that_mends_the_head_is_found_by_the_hash_noted_elsewhere(trail: Flask) -> None:
    with trail.app_context():
        ends = {chain.code: chain.report for chain in verify_trail(db.session)}
    noted = {"A": {5: ends["A"].last_hash}, "B": {3: ends["B"].last_hash}}
    tamper(
        trail,
        "DELETE FROM audit_events WHERE OF_A AND sequence >= 4",
        "UPDATE audit_heads SET count = 3, last_hash = (SELECT hash FROM audit_events WHERE OF_A "
        "AND sequence = 3) WHERE OF_A",
        "DELETE FROM audit_events WHERE OF_B",
        "DELETE FROM audit_heads WHERE OF_B",
    )

    assert faults(trail) == {}
    assert faults(trail, anchors=noted) == {"A": (4, "anchor"), "B": (1, "anchor")}


def test_an_anchor_of_an_unknown_structure_is_refused(trail: Flask) -> None:
    with trail.app_context(), pytest.raises(NotFound, match="« X »"):
        verify_trail(db.session, anchors={"X": {1: GENESIS}})


def test_what_is_undone_leaves_neither_event_nor_gap(trail: Flask) -> None:
    with trail.app_context():
        tell(db.session, 9, None)
        db.session.rollback()
        tell(db.session, 10, None)
        db.session.commit()
        numbers = db.session.scalars(
            select(AuditEvent.sequence).where(AuditEvent.chain == 0).order_by(AuditEvent.sequence)
        ).all()

    assert numbers == [1, 2, 3]
    assert faults(trail) == {}


def test_people_who_write_at_once_wait_for_each_other(fresh_database: Flask) -> None:
    rounds, people = 8, 4
    problems: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(rounds):
                with fresh_database.app_context():
                    tell(db.session, number, None)
                    db.session.commit()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    with fresh_database.app_context():
        assert db.session.scalar(select(func.count(AuditEvent.id))) == rounds * people
    assert faults(fresh_database) == {}


def test_moments_come_back_aware_whatever_the_database(trail: Flask) -> None:
    with trail.app_context():
        found = db.session.scalars(select(AuditEvent.at).where(AuditEvent.chain == 0)).all()

    assert set(found) == {NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)}


def _guards(connection: Connection) -> set[tuple[str, str]]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        return {(name, sql) for name, sql in connection.execute(text(query))}
    query = (
        "SELECT tgname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal "
        "AND c.relnamespace = current_schema()::regnamespace"
    )
    return {(name, sql) for name, sql in connection.execute(text(query))}


def test_migrations_and_models_make_the_same_guards(tmp_path: Path, worker_id: str) -> None:
    def guards(name: str, make: Callable[[], object]) -> set[tuple[str, str]]:
        with (
            empty_database(tmp_path, f"{name}_{worker_id}") as url,
            app_on(url, tmp_path) as app,
            app.app_context(),
        ):
            make()
            assert "audit_events" in inspect(db.engine).get_table_names()
            with db.engine.connect() as connection:
                return {
                    (found, sql.replace(f"{name}_{worker_id}", ""))
                    for found, sql in _guards(connection)
                }

    migrated, created = guards("guards_a", upgrade_database), guards("guards_b", db.create_all)

    assert migrated == created
    assert len(migrated) in (4, 5)
