"""Who else on the machine may read the database's file: nobody."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import grants.extensions  # noqa: F401 # what it listens to is under test

pytestmark = pytest.mark.both_databases


def test_the_sqlite_file_and_its_log_are_for_their_owner_alone(tmp_path: Path) -> None:
    new, old = tmp_path / "new.sqlite3", tmp_path / "old.sqlite3"
    old.touch(0o666)
    old.chmod(0o664)
    for path in (new, old):
        with create_engine(f"sqlite:///{path}").begin() as connection:
            connection.exec_driver_sql("CREATE TABLE a (b)")
            modes = [stat.S_IMODE(one.stat().st_mode) for one in tmp_path.glob(f"{path.name}*")]

            assert set(modes) == {0o600}
            assert len(modes) == 3
