"""Stored rows become facts in one place: a second reader of a table would one day differ."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import python_files, tree

FACTS = Path("grants/rules/basis/facts")
SERVICES = Path("grants/services")
READERS = SERVICES / "facts"


def test_services_build_facts_in_their_readers_alone() -> None:
    names = _classes()
    places = {path: list(_built(tree(path), names)) for path in _under(SERVICES)}
    elsewhere = [
        f"{path}:{line} builds {name}: ask a reader of {READERS}"
        for path, built in places.items()
        if READERS not in path.parents
        for line, name in built
    ]

    assert not elsewhere, "\n".join(elsewhere)
    # The walk sees what it looks for: every kind of fact is built, and built there.
    read = {name for path, built in places.items() if READERS in path.parents for _, name in built}
    assert read == names


def test_a_fact_is_found_under_whatever_name_it_was_imported() -> None:
    sources = {
        "from grants.rules.basis.facts.posts import Post\nPost(id=1)": "Post",
        "from grants.rules.basis.facts.posts import Post as Fact\nFact(id=1)": "Post",
        "from grants.rules.basis.facts import posts\nposts.Post(id=1)": "Post",
        "import grants.rules.basis.facts.posts\ngrants.rules.basis.facts.posts.Post(id=1)": "Post",
    }

    for source, name in sources.items():
        assert list(_built(ast.parse(source), {"Post"})) == [(2, name)], source
    of_models = ast.parse("from grants.models.posts import Post\nPost(id=1)")
    assert not list(_built(of_models, {"Post"}))


def _under(folder: Path) -> list[Path]:
    return [path for path in python_files("grants") if folder in path.parents]


def _classes() -> set[str]:
    return {
        node.name
        for path in _under(FACTS)
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
    }


def _built(module: ast.Module, names: set[str]) -> Iterator[tuple[int, str]]:
    """Lines that construct a fact, and which."""
    known = dict(_imported(module))
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        first, _, rest = ast.unparse(node.func).partition(".")
        whole = ".".join(part for part in (known.get(first, ""), rest) if part)
        package, _, name = whole.rpartition(".")
        if package.startswith("grants.rules.basis.facts") and name in names:
            yield node.lineno, name


def _imported(module: ast.Module) -> Iterator[tuple[str, str]]:
    """What each imported name stands for, by its full name."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"
        elif isinstance(node, ast.Import):
            for one in node.names:
                first = one.name.partition(".")[0]
                yield one.asname or first, one.name if one.asname else first
