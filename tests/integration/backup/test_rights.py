"""Who may save, and what a controller looks at first in a restored installation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from grants.errors import GrantsError
from grants.extensions import db
from grants.services.backup.saving import make_backup
from tests.support.backups import back_up, installation, restore, store_of
from tests.support.database import NOW, SECRET
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases


@pytest.fixture
def filled(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """Installation with a post."""
    with installation(tmp_path, f"rights_{worker_id}", posts=1) as app:
        yield app


@pytest.mark.postgres
def test_a_role_that_sees_only_some_rows_saves_none(tmp_path: Path, filled: Flask) -> None:
    with filled.app_context():
        with db.engine.begin() as connection:
            connection.execute(text("CREATE POLICY few ON posts AS RESTRICTIVE USING (id > 9)"))

        with pytest.raises(GrantsError, match=r"row-level security.*« posts »"):
            make_backup(
                db.engine,
                path=tmp_path / "b.zip",
                storage=store_of(filled),
                at=NOW,
                secret_key=SECRET,
            )

    assert not (tmp_path / "b.zip").exists()


def test_the_trail_of_a_restored_installation_verifies_as_before(
    tmp_path: Path, worker_id: str, filled: Flask
) -> None:
    with installation(tmp_path, f"trail_{worker_id}") as app:
        for name in ("a", "b"):
            words = ("user", "add", f"{name}@exemple.test", "--name", "É", "--password-stdin")
            Terminal(app)(*words, stdin="soixante-trois loutres bleues\n")
        made = back_up(app, tmp_path / "b.zip")
        before = Terminal(app)("audit", "verify")

    restore(filled, tmp_path / "b.zip", replace=True)

    assert made.manifest.tables["audit_events"].rows >= 2
    after = Terminal(filled)("audit", "verify")
    assert after.exit_code == 0
    # The restoration itself is one more event of the platform's chain.
    events = [
        int(re.findall(r"Plateforme : (\d+) événements?", one.output)[0]) for one in (before, after)
    ]
    assert events[1] == events[0] + 1
