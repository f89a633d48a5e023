"""What all tests share: reproducible properties, and skips with a reason that holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings

from tests.support.database import app_on, empty_database, on_postgresql
from tests.support.terminal import Terminal

ROOT = Path(__file__).resolve().parent.parent
CERFA = ROOT.parent / "shared" / "data" / "cerfa" / "cerfa_15059-02.pdf"

# The same examples in every run; time limits would make a slow machine fail.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# Marker → the program that it needs, and what to install.
PROGRAMS = {
    "browser": ("chromium", "Chromium is not installed (Debian: chromium)"),
    "office": ("soffice", "LibreOffice is not installed (Debian: libreoffice-calc-nogui)"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, and say why."""
    for marker, (program, reason) in PROGRAMS.items():
        if shutil.which(program) is None:
            _skip(items, marker, reason)
    if not on_postgresql():
        _skip(items, "postgres", "DATABASE_URL names no PostgreSQL (see make test-postgres)")


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
    with empty_database(tmp_path, f"fresh_{worker_id}") as url, app_on(url, tmp_path) as app:
        yield app


@pytest.fixture
def fresh_cli(fresh_database: Flask) -> Terminal:
    """``grants …`` in this process, on the fresh database, with real commits."""
    return Terminal(fresh_database)
