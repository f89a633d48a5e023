"""What was saved comes back, row by row, on the same database or on the other one."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from grants.enums import FunderKind
from grants.errors import Conflict, GrantsError
from grants.extensions import db
from grants.models.conventions import Funder, Scheme
from grants.models.row_security import tell_scope
from grants.services.backup.restoring import NotEmpty
from grants.services.backup.saving import make_backup
from grants.services.platform.database import database_differences, downgrade_database
from tests.support.backups import (
    PIECE,
    back_up,
    installation,
    restore,
    rows_of,
    sqlite_installation,
    store_of,
)
from tests.support.database import NOW, SECRET
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases


@pytest.fixture
def filled(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """Installation with three posts."""
    with installation(tmp_path, f"filled_{worker_id}", posts=3) as app:
        yield app


@pytest.fixture
def empty(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """Installation without any row."""
    with installation(tmp_path, f"empty_{worker_id}") as app:
        yield app


def test_a_restored_installation_equals_the_one_that_was_saved(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    made = back_up(filled, tmp_path / "b.zip")

    done = restore(empty, tmp_path / "b.zip")

    assert rows_of(empty) == rows_of(filled)
    assert made.manifest.rows == sum(map(len, rows_of(filled).values())) > 900
    assert done.lost == {}
    (sha256,) = made.manifest.pieces
    with store_of(empty).open(sha256) as piece:
        assert piece.read() == PIECE
    with empty.app_context():
        assert database_differences() == ()


def test_a_restored_installation_proves_the_same(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    restore(empty, tmp_path / "b.zip")

    before, after = Terminal(filled)("verify"), Terminal(empty)("verify")

    assert after.output == before.output


@pytest.mark.postgres
@pytest.mark.parametrize("towards", ["sqlite", "postgresql"])
def test_a_backup_of_one_database_restores_on_the_other(
    filled: Flask, tmp_path: Path, towards: str
) -> None:
    with sqlite_installation(tmp_path, "other", posts=2) as other:
        source, target = (filled, other) if towards == "sqlite" else (other, filled)
        made, before = back_up(source, tmp_path / "b.zip"), rows_of(source)

        restore(target, tmp_path / "b.zip", replace=True)

        assert rows_of(target) == before
        with target.app_context():
            assert db.engine.dialect.name == towards != made.manifest.database
            assert database_differences() == ()


def test_the_next_row_is_numbered_after_the_restored_ones(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    restore(empty, tmp_path / "b.zip")

    with empty.app_context(), Session(db.engine) as session:
        last = session.scalar(select(func.max(Funder.id)))
        added = Funder(code="NEW", name="x", kind=FunderKind.STATE.value)
        session.add(added)
        session.commit()
        assert last is not None
        assert added.id == last + 1


def test_guards_of_the_trail_stand_again_after_a_restoration(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    restore(empty, tmp_path / "b.zip")

    with empty.app_context(), db.engine.connect() as connection:
        for statement in ("DELETE FROM audit_events", "UPDATE audit_events SET reason = 'x'"):
            tell_scope(connection, None)
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
            connection.rollback()


def test_foreign_keys_hold_again_after_a_restoration(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    restore(empty, tmp_path / "b.zip")

    with empty.app_context(), Session(db.engine) as session:
        session.add(Funder(code="x", name="x", kind=FunderKind.STATE.value, import_id=999))
        with pytest.raises(DBAPIError):
            session.flush()


def test_a_backup_shows_one_moment_while_others_write(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    written = []

    def write_between_tables(done: int, _total: int) -> None:
        # A funder and its scheme, together, after some tables were read and before others.
        with Session(db.engine) as session:
            funder = Funder(code=f"W{len(written)}", name="x", kind=FunderKind.STATE.value)
            session.add(funder)
            session.flush()
            session.add(Scheme(code=funder.code, name="x", funder_id=funder.id, settings={}))
            session.commit()
        written.append(done)

    with filled.app_context():
        make_backup(
            db.engine,
            path=tmp_path / "b.zip",
            storage=store_of(filled),
            at=NOW,
            secret_key=SECRET,
            progress=write_between_tables,
        )
    restore(empty, tmp_path / "b.zip")

    rows = rows_of(empty)
    assert len(written) > len(rows)
    # The first one came before the first query; none of the others is seen, in any table.
    assert len(rows["funders"]) == len(rows["schemes"]) <= 2
    assert len(rows_of(filled)["funders"]) == len(written) + 1


def test_people_who_work_are_not_kept_waiting_by_a_backup(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    stop, refused = threading.Event(), []
    with filled.app_context():
        engine = db.engine

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                with Session(engine) as session:
                    session.add(Funder(code=f"W{number}", name="x", kind="state"))
                    session.commit()
            except DBAPIError as error:
                refused.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    for number in range(3):
        back_up(filled, tmp_path / f"{number}.zip")
    stop.set()
    worker.join()

    assert refused == []
    restore(empty, tmp_path / "2.zip")
    codes = [row[0] for row in rows_of(empty)["funders"]]
    numbers = sorted(int(code[1:]) for code in codes if code.startswith("W"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_filled_database_is_not_replaced_unless_told_and_the_loss_is_counted(
    filled: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    before = rows_of(filled)

    with pytest.raises(NotEmpty, match=r"seraient perdues.*time_entries : 786") as no:
        restore(filled, tmp_path / "b.zip")
    assert "--force" in str(no.value)
    assert rows_of(filled) == before

    done = restore(filled, tmp_path / "b.zip", replace=True)
    assert done.lost == {name: len(rows) for name, rows in before.items() if rows}
    assert rows_of(filled) == before


def test_a_restoration_that_is_killed_leaves_the_old_database(
    filled: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    with filled.app_context(), Session(db.engine) as session:
        session.add(Funder(code="AFTER", name="x", kind=FunderKind.STATE.value))
        session.commit()
    before = rows_of(filled)
    code = (
        "import os, signal\n"
        "from grants.services.backup import restoring\n"
        "restoring._put_pieces = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from grants.cli import main\n"
        f"main(['restore', {str(tmp_path / 'b.zip')!r}, '--force'])\n"
    )
    environ = {
        **os.environ,
        "DATABASE_URL": filled.config["SQLALCHEMY_DATABASE_URI"],
        "GRANTS_DATA_DIR": str(filled.config["DATA_DIR"]),
    }

    killed = subprocess.run([sys.executable, "-c", code], env=environ, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert rows_of(filled) == before
    with filled.app_context():
        assert database_differences() == ()


def test_an_older_backup_is_brought_to_the_programs_version(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    expected = rows_of(filled)
    with filled.app_context():
        downgrade_database(revision="0002_add_login_failures")
    made = back_up(filled, tmp_path / "old.zip")

    restore(empty, tmp_path / "old.zip")

    assert made.manifest.revision == "0002_add_login_failures"
    found = rows_of(empty)
    assert found["time_entries"] == expected["time_entries"]
    assert found["audit_events"] == []
    with empty.app_context():
        assert database_differences() == ()


def test_a_database_of_a_newer_program_is_neither_saved_nor_replaced(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    with empty.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))

    with pytest.raises(GrantsError, match="9999_later"):
        back_up(empty, tmp_path / "later.zip")
    with pytest.raises(GrantsError, match="9999_later"):
        restore(empty, tmp_path / "b.zip", replace=True)
    assert not (tmp_path / "later.zip").exists()


def test_a_backup_fills_a_database_that_was_never_created(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")
    with empty.app_context():
        downgrade_database(revision="base")

    restore(empty, tmp_path / "b.zip")

    assert rows_of(empty) == rows_of(filled)


def test_tables_of_other_programs_are_neither_saved_nor_lost(filled: Flask, tmp_path: Path) -> None:
    with filled.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE foreign_things (id INTEGER)"))
        connection.execute(text("INSERT INTO foreign_things VALUES (7)"))

    made = back_up(filled, tmp_path / "b.zip")
    with pytest.raises(GrantsError, match="foreign_things"):
        restore(filled, tmp_path / "b.zip", replace=True)

    assert "foreign_things" not in made.manifest.tables
    with filled.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("SELECT id FROM foreign_things")) == 7


def test_the_same_rows_give_the_same_bytes_for_the_owner_alone(
    filled: Flask, tmp_path: Path
) -> None:
    first, second = back_up(filled, tmp_path / "1.zip"), back_up(filled, tmp_path / "2.zip")

    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    assert first.sha256 == second.sha256
    assert stat.S_IMODE((tmp_path / "1.zip").stat().st_mode) == 0o600
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".zip", ".zip"]


def test_a_file_that_exists_is_replaced_only_when_told(filled: Flask, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"precious")

    with pytest.raises(Conflict, match="--force"):
        back_up(filled, path)
    assert path.read_bytes() == b"precious"

    back_up(filled, path, replace=True)
    assert path.read_bytes()[:2] == b"PK"


def test_a_lost_or_changed_piece_is_named_and_the_rest_saved(filled: Flask, tmp_path: Path) -> None:
    store = store_of(filled)
    (path,) = [path for path in store.root.rglob("*") if path.is_file()]
    path.write_bytes(b"changed")

    answer = Terminal(filled)("backup", tmp_path / "b.zip", exit_code=1)

    sha256 = path.parent.name + path.name
    assert sha256 in answer.stderr
    with ZipFile(tmp_path / "b.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["missing_pieces"] == [sha256]
    assert manifest["pieces"] == {}


def test_commands_say_what_they_wrote_and_refuse_in_french(filled: Flask, tmp_path: Path) -> None:
    cli, path = Terminal(filled), tmp_path / "b.zip"

    saved = cli("backup", path)
    again = cli("backup", path, exit_code=2)
    refused = cli("restore", path, exit_code=2)
    done = cli("restore", path, "--force")

    assert "Sauvegarde écrite et relue" in saved.stdout
    assert "SHA-256 : " in saved.stdout
    assert "existe déjà" in again.stderr
    assert "n'est pas vide" in refused.stderr
    assert "Sauvegarde du 2025-01-15T09:00:00+00:00 restaurée" in done.stdout
    assert "Lignes remplacées" in done.stdout


def test_a_database_without_version_is_not_saved(fresh_cli: Terminal, tmp_path: Path) -> None:
    answer = fresh_cli("backup", tmp_path / "b.zip", exit_code=2)

    assert "grants db upgrade" in answer.stderr
    assert not (tmp_path / "b.zip").exists()
