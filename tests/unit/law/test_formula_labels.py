"""No figure is shown without its formula in French: every name that a rule writes has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from grants.formula_labels import FORMULAS, TERMS
from grants.labels import formula_label, term_label

RULES = sorted((Path(__file__).parents[3] / "grants" / "rules").rglob("*.py"))
TERM_MAKERS = {"Input", "euros", "hours", "fraction"}


def names_written(maker: set[str], position: int) -> Iterator[tuple[str, str]]:
    for path in RULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and called(node) in maker and len(node.args) > position:
                place = f"{path.name}:{node.lineno}"
                yield from ((name, place) for name in texts(node.args[position]))


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def texts(node: ast.expr) -> Iterator[str]:
    """Texts that an argument may be; of a composed one, its beginning and a star."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield from (f"{beginning}*" for beginning in texts(node.values[0]))


def without_words(written: Iterator[tuple[str, str]], known: dict[str, str]) -> list[str]:
    return sorted(
        f"{name} ({place})"
        for name, place in written
        if name not in known
        and not (name.endswith("*") and any(key.startswith(name[:-1]) for key in known))
    )


def test_every_formula_of_the_rules_has_its_words() -> None:
    assert without_words(names_written({"Explained"}, 1), FORMULAS) == []


def test_every_term_of_the_rules_has_its_words() -> None:
    assert without_words(names_written(TERM_MAKERS, 0), TERMS) == []


@pytest.mark.parametrize("wording", [*FORMULAS.values(), *TERMS.values()])
def test_wordings_fit_on_a_line_and_end_without_a_dot(wording: str) -> None:
    assert wording
    assert len(wording) <= 100
    assert not wording.endswith(".")


def test_a_name_without_words_is_an_error_and_never_shown_raw() -> None:
    with pytest.raises(KeyError, match="no_such_formula"):
        formula_label("no_such_formula")
    with pytest.raises(KeyError, match="no_such_term"):
        term_label("no_such_term")
