"""Every finding has a short French title, and no title stands for nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from grants.finding_labels import FINDINGS
from grants.rules import checks
from grants.rules.claims import proofs
from grants.services.claims import person_ledger as ledgers

CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*")
SOURCES = [*sorted(Path(checks.__file__).parent.glob("*.py")), Path(proofs.__file__)]
SOURCES.append(Path(ledgers.__file__))
MAKERS = ("Finding", "finding", "fault", "blocking", "at_law", "secondment")


def codes_in(path: Path) -> set[str]:
    """Codes that a module gives to its findings: the first text argument of each maker."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    return {code for call in calls if _name(call).strip("_") in MAKERS for code in _codes(call)}


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _codes(call: ast.Call) -> list[str]:
    texts = [
        argument.value
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    return [text for text in texts[:1] if CODE.fullmatch(text)]


USED = set().union(*map(codes_in, SOURCES))


def test_every_code_that_a_check_gives_has_a_french_title() -> None:
    assert len(USED) > 50
    assert FINDINGS.keys() >= USED, USED - FINDINGS.keys()


def test_no_title_stands_for_a_code_that_no_check_gives() -> None:
    assert FINDINGS.keys() <= USED, FINDINGS.keys() - USED


def test_titles_are_short_and_differ() -> None:
    assert len(set(FINDINGS.values())) == len(FINDINGS)
    assert all(title == title.strip() and len(title) <= 40 for title in FINDINGS.values())


def test_every_check_of_the_package_is_registered() -> None:
    defined = {
        node.name
        for path in SOURCES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("check_")
    }

    assert {check.__name__ for check in checks.CHECKS} == defined
