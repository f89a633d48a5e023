"""A database that cannot be used: French and exit 2 at the terminal, 503 on the site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from grants.extensions import db
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, PASSWORD

pytestmark = pytest.mark.both_databases


def of_another_version(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE users RENAME TO users_of_another_version"))


def no_database(app: Flask) -> None:
    with app.app_context():
        path = Path(str(db.engine.url.database))
        db.session.remove()
        db.engine.dispose()
    for name in (f"{path}-wal", f"{path}-shm"):
        Path(name).unlink(missing_ok=True)
    path.write_bytes(b"Ceci n'est pas une base." * 1_000)


def without_folder(app: Flask) -> None:
    with app.app_context():
        path = Path(str(db.engine.url.database))
        db.session.remove()
        db.engine.dispose()
    path.rename(path.with_suffix(".ailleurs"))
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (of_another_version, "grants db upgrade"),
        (no_database, "n'est pas une base de données"),
        (without_folder, "ne s'ouvre pas"),
    ],
)
def test_it_is_said_in_french_at_the_terminal_and_on_the_site(
    fresh_database: Flask, fresh_cli: Terminal, spoil: Callable[[Flask], None], said: str
) -> None:
    with fresh_database.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"
    if spoil is not of_another_version and not is_sqlite:
        pytest.skip("a file of SQLite")
    client = fresh_database.test_client()
    spoil(fresh_database)

    shown = client.get("/connexion")
    sent = client.post("/connexion", data={"email": EMAIL, "password": PASSWORD})
    told = fresh_cli("user", "list", exit_code=2)

    assert said in told.stderr
    assert "Traceback" not in told.output
    assert shown.status_code in {200, 503}
    assert sent.status_code == 503
    assert "Base de données indisponible" in sent.text
    assert said.replace("'", "&#39;") in sent.text
    assert sent.headers["Retry-After"]


def test_every_connection_waits_for_the_disk(fresh_database: Flask) -> None:
    with fresh_database.app_context(), db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("PostgreSQL does by itself")
        level = connection.execute(text("PRAGMA synchronous")).scalar_one()

    assert level == 2, "FULL: a commit that was answered is on disk"


def test_a_system_refusal_is_one_french_line(fresh_cli: Terminal, tmp_path: Path) -> None:
    taken = tmp_path / "fichier"
    taken.write_text("x")

    told = fresh_cli("demo", taken / "demo.xlsx", exit_code=2)

    assert told.stderr.startswith("Erreur : ")
    assert "Traceback" not in told.output
