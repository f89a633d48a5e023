"""What our code never does: binary floats, a clock of its own, public functions unexplained."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import PRODUCT, functions, python_files, tree

# The one clock of the program.
CLOCK = Path("grants/clock.py")
CLOCK_READINGS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "time"),
}
# Where a reader comes for the meaning of a figure.
EXPLAINED = ("grants/rules", "grants/services", "exports", "grants/money.py", "grants/periods.py")


def test_amounts_never_meet_a_binary_float() -> None:
    found = [place for path in python_files(*PRODUCT) for place in _floats(path)]

    assert not found, "\n".join(found)


def test_only_the_apps_clock_knows_what_day_it_is() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in python_files(*PRODUCT)
        if path != CLOCK
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCK_READINGS
    ]

    assert not found, "\n".join(found)


def test_below_the_edge_nothing_asks_the_clock() -> None:
    floors = ("grants/rules", "grants/services", "grants/models", "exports", "forms")
    found = [
        path.as_posix()
        for path in python_files(*PRODUCT)
        if path.as_posix().startswith(floors) and "grants.clock" in _imports(path)
    ]

    assert not found, "\n".join(found)


def test_every_module_says_why_it_exists() -> None:
    found = [
        path.as_posix()
        for path in python_files(*PRODUCT, "tests", "migrations")
        if tree(path).body and not ast.get_docstring(tree(path))
    ]

    assert not found, "\n".join(found)


def test_every_public_function_that_yields_figures_is_explained() -> None:
    found = [
        f"{path.as_posix()}:{name}"
        for path in python_files(*PRODUCT)
        if path.as_posix().startswith(EXPLAINED)
        for name, function in functions(path)
        if _is_public(name) and not ast.get_docstring(function)
    ]

    assert not found, "\n".join(found)


def _is_public(name: str) -> bool:
    return not any(part.startswith(("_", "<")) for part in name.split("."))


def _floats(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        call = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "float"
        )
        if literal or call:
            yield f"{path}:{node.lineno}"  # type: ignore[attr-defined] # both kinds have a line


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.update({node.module, *(f"{node.module}.{name.name}" for name in node.names)})
        elif isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
    return found
