"""What may differ by database is proved on both; continuous integration runs the rest once."""

from __future__ import annotations

import re

from tests.support.sources import ROOT, python_files

NAMES = re.compile(r"\b(on_postgresql|dialect|sqlite\w*|postgresql)\b")
MARK = re.compile(r"^pytestmark = pytest\.mark\.(both_databases|postgres)$", re.MULTILINE)


def test_tests_that_name_a_database_run_on_both() -> None:
    texts = {
        path: (ROOT / path).read_text(encoding="utf-8")
        for path in python_files("tests")
        if path.parts[1] == "integration" and path.name.startswith("test_")
    }
    naming = {path for path, text in texts.items() if NAMES.search(text)}

    assert len(naming) > 8
    assert {path for path in naming if not MARK.search(texts[path])} == set()


def test_continuous_integration_runs_postgresql_then_the_readmes_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith(("make ", "ARGS="))]

    assert commands == [
        "make install",
        "make -j2 --output-sync=target lint",
        "make test-postgres",
        'ARGS="--after-postgresql" make test',
    ]
