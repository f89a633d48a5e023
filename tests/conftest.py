"""What all tests share: reproducible properties, and skips with a reason that holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings

from tests.support.database import app_on, on_postgresql, ready_database
from tests.support.fuzzing import FUZZED, IS_FUZZING
from tests.support.terminal import Terminal

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = ROOT / "tests" / "integration"
CERFA = ROOT.parent / "shared" / "data" / "cerfa" / "cerfa_15059-02.pdf"

AFTER_POSTGRESQL = "--after-postgresql"
# Whoever asks for one of these commits for real, in a database of its own.
OWN_DATABASE = {"fresh_cli", "fresh_database"}

# The same examples in every run; time limits would make a slow machine fail. ``make fuzz`` asks for
# the other one: new examples each time, many of them.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("fuzz", deadline=None, print_blob=True, max_examples=FUZZED)
settings.load_profile("fuzz" if IS_FUZZING else "house")

# Marker → the program that it needs, and what to install.
PROGRAMS = {
    "browser": ("chromium", "Chromium is not installed (Debian: chromium)"),
    "office": ("soffice", "LibreOffice is not installed (Debian: libreoffice-calc-nogui)"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let continuous integration run on SQLite only what PostgreSQL has not proved."""
    told = "of the database's tests, run only those that differ by database (see .ci/run)"
    parser.addoption(AFTER_POSTGRESQL, action="store_true", help=told)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, and say why; leave out what was proved before."""
    if config.getoption(AFTER_POSTGRESQL):
        proved = [item for item in items if is_proved_by_postgresql(item)]
        config.hook.pytest_deselected(items=proved)
        items[:] = [item for item in items if item not in set(proved)]
    for marker, (program, reason) in PROGRAMS.items():
        if shutil.which(program) is None:
            _skip(items, marker, reason)
    if not on_postgresql():
        _skip(items, "postgres", "DATABASE_URL names no PostgreSQL (see make test-postgres)")


def is_proved_by_postgresql(item: pytest.Item) -> bool:
    """Whether a test of the database is the same on both."""
    if INTEGRATION not in item.path.parents or item.get_closest_marker("both_databases"):
        return False
    return not OWN_DATABASE & set(getattr(item, "fixturenames", ()))


def _skip(items: list[pytest.Item], marker: str, reason: str) -> None:
    for item in items:
        if item.get_closest_marker(marker):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def cerfa_pdf() -> Path:
    """The State's official form, which we may not hand on: CERFA_15059_PDF, or the shared data."""
    path = Path(os.environ.get("CERFA_15059_PDF") or CERFA)
    if not path.is_file():
        pytest.skip("the official form is not here: CERFA_15059_PDF names no file")
    return path


@pytest.fixture
def fresh_database(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """App on an empty database of its own, for tests that commit for real or start processes.

    ``app.config["SQLALCHEMY_DATABASE_URI"]`` is its address, ``tmp_path`` its data folder.
    """
    with ready_database(tmp_path, f"fresh_{worker_id}") as url, app_on(url, tmp_path) as app:
        yield app


@pytest.fixture
def fresh_cli(fresh_database: Flask) -> Terminal:
    """``grants …`` in this process, on the fresh database, with real commits."""
    return Terminal(fresh_database)
