"""Views keep what they write by their decorator, and give refusals back by one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

VIEWS = Path(__file__).parents[3] / "grants" / "views"
# Module → why it ends transactions by itself.
ENDS_BY_ITSELF = {
    "edge/commits.py": "the decorator itself",
    "edge/access.py": "a session's row is there before its cookie; a visit is noted by any request",
    "edge/pay_told.py": "who read pay is told after the answer, in a transaction of its own",
    "edge/deed.py": "the door's events have a transaction of their own",
    "edge/step_up.py": "a refused password counts, whatever is answered",
    "accounts/login.py": "a refused try counts, whatever is answered",
    "accounts/openid.py": "a refused try counts; nothing is held while the provider is asked",
}
# Module → why it catches a refusal by itself.
CATCHES_BY_ITSELF = {
    "edge/commits.py": "the one way back",
    "edge/step_up.py": "the refusal is kept and counts against the next try",
    "accounts/password.py": "the refusal is kept and counts against the next try",
    "accounts/second_factor.py": "the refusal is kept and counts against the next try",
    "claims/page.py": "a page that only reads",
    "timesheets/buttons.py": "what was typed before the button is kept",
    "imports/workbooks.py": "a preview, which writes nothing",
    "timesheets/workbooks.py": "a preview, which writes nothing",
}


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(VIEWS.rglob("*.py")):
        yield path.relative_to(VIEWS).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _ends(tree: ast.Module) -> bool:
    """Whether something commits, or rolls back, a session."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("commit", "rollback")
        for node in ast.walk(tree)
    )


def _catches(tree: ast.Module) -> bool:
    """Whether a handler names the refusals of services."""
    return any(
        isinstance(name, ast.Name) and name.id in ("Conflict", "TransitionRefused")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        for name in ast.walk(node.type)
    )


def test_no_view_ends_a_transaction_by_itself() -> None:
    assert {name for name, tree in _trees() if _ends(tree)} == ENDS_BY_ITSELF.keys()


def test_no_view_catches_a_refusal_by_itself() -> None:
    assert {name for name, tree in _trees() if _catches(tree)} == CATCHES_BY_ITSELF.keys()
