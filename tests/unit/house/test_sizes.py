"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

from pathlib import Path

from tests.support.sources import PRODUCT, ROOT, functions, length, project_files, python_files

FILE_LINES = 400
FUNCTION_LINES = 40

# What may be longer, and why.
LONG_FILES = {"grants/enums.py": "the closed lists of the domain stand in one place"}
LONG_FUNCTIONS: dict[str, str] = {}
# Alembic writes them from the models; they are as long as the tables are many.
GENERATED = Path("migrations/versions")


def test_no_file_has_more_than_400_lines() -> None:
    read = {".py", ".html", ".js", ".css", ".mako", ".sh"}
    sizes = {
        path.as_posix(): len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in project_files()
        if path.suffix in read and GENERATED not in path.parents
    }

    too_long = {name: size for name, size in sizes.items() if size > FILE_LINES}

    assert too_long.keys() <= LONG_FILES.keys(), too_long


def test_no_function_has_more_than_40_lines_beside_its_docstring() -> None:
    sizes = {
        f"{path.as_posix()}:{name}": length(function)
        for path in python_files(*PRODUCT, "tests", "migrations")
        if GENERATED not in path.parents
        for name, function in functions(path)
    }

    too_long = {name: size for name, size in sizes.items() if size > FUNCTION_LINES}

    assert too_long.keys() <= LONG_FUNCTIONS.keys(), too_long
