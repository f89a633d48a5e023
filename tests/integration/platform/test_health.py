"""What a supervisor learns: whether to restart the process, and whether to send people to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine

from grants.extensions import db
from grants.services.platform.database import downgrade_database
from tests.support.backups import installation

pytestmark = pytest.mark.both_databases


@pytest.fixture
def migrated(tmp_path: Path, worker_id: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Installation at the program's version, whatever the room on this machine's disk."""
    with installation(tmp_path, f"health_{worker_id}") as app:
        monkeypatch.setitem(app.config, "FREE_MEGABYTES", 0)
        yield app


def asked(app: Flask, path: str) -> tuple[int, str]:
    """Status and text of a page, asked by a stranger."""
    answer = app.test_client().get(path)
    return answer.status_code, answer.text


def test_an_installation_in_order_is_ready(migrated: Flask) -> None:
    assert asked(migrated, "/ready") == (200, "ok\n")
    assert asked(migrated, "/health") == (200, "ok\n")


def test_a_database_that_is_away_is_no_reason_to_restart(migrated: Flask) -> None:
    with migrated.app_context():
        engines, engine = db.engines, db.engine
    gone = create_engine("postgresql+psycopg://secret-user:secret-word@127.0.0.1:1/x")
    engines[None] = gone  # type: ignore[index] # a Mapping by its type, a dict in fact
    try:
        assert asked(migrated, "/health") == (200, "ok\n")
        assert asked(migrated, "/ready") == (503, "la base de données ne répond pas\n")
    finally:
        engines[None] = engine  # type: ignore[index] # see above
        gone.dispose()


@pytest.mark.parametrize("revision", ["base", "0002_add_login_failures"])
def test_a_database_of_another_version_is_not_ready(migrated: Flask, revision: str) -> None:
    with migrated.app_context():
        downgrade_database(revision=revision)

    assert asked(migrated, "/ready") == (503, "la base n'est pas à la version du programme\n")


def test_a_store_that_takes_nothing_is_not_ready(
    migrated: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_options: object) -> None:
        raise OSError(30, "Read-only file system: /secret/place")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)

    assert asked(migrated, "/ready") == (503, "le dossier des pièces n'accepte pas d'écriture\n")


def test_a_full_disk_is_not_ready(migrated: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(migrated.config, "FREE_MEGABYTES", 10**12)

    assert asked(migrated, "/ready") == (503, f"moins de {10**12} Mo libres sur le disque\n")


def test_a_folder_that_is_gone_gives_every_reason_and_leaves_no_file(
    migrated: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = sorted(Path(migrated.config["DATA_DIR"]).iterdir())
    asked(migrated, "/ready")
    assert sorted(Path(migrated.config["DATA_DIR"]).iterdir()) == before

    monkeypatch.setitem(migrated.config, "DATA_DIR", tmp_path / "gone")

    status, text = asked(migrated, "/ready")
    assert status == 503
    assert len(text.splitlines()) == 2
    assert str(tmp_path) not in text
