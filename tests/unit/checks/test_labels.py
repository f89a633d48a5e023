"""Every kind of finding is declared beside its check, once, with a title and a remedy."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from grants.enums import Severity
from grants.rules.basis import findings
from grants.rules.basis.findings import Chapter, FindingKind, finding_kind
from grants.rules.checks import CHECKS, KINDS
from grants.rules.checks.register import REGISTERED

ROOT = Path(__file__).parents[3]
RULES = sorted((ROOT / "grants" / "rules").rglob("*.py"))
CODE = ROOT / "grants" / "rules" / "checks"


def names_loaded(path: Path) -> Counter[str]:
    """How often each name is read in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return Counter(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


def calls_of(name: str) -> list[str]:
    """Files of the program, this module's own apart, that call a name."""
    files = [*(ROOT / "grants").rglob("*.py"), *(ROOT / "exports").rglob("*.py")]
    return [
        path.name
        for path in files
        if path != Path(findings.__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def test_a_finding_is_made_by_its_kind_and_nowhere_else() -> None:
    assert calls_of("Finding") == []


def test_every_kind_is_given_by_somebody() -> None:
    read = sum((names_loaded(path) for path in RULES), Counter[str]())
    decorated = {kind.code for kinds in REGISTERED.values() for kind in kinds}

    unused = [c for c in KINDS if read[c.upper()] <= (c in decorated)]
    assert len(KINDS) > 60
    assert unused == []


def test_every_kind_of_the_claim_belongs_to_a_check() -> None:
    given = {kind.code for kinds in REGISTERED.values() for kind in kinds}

    assert {c for c, kind in KINDS.items() if kind.chapter is not Chapter.PROOFS} <= given


def test_titles_are_short_and_differ() -> None:
    titles = [kind.title for kind in KINDS.values()]

    assert len(set(titles)) == len(titles)
    assert all(title == title.strip() and len(title) <= 40 for title in titles)


def test_remedies_fit_a_cell_of_the_guide() -> None:
    for kind in KINDS.values():
        assert kind.remedy == kind.remedy.strip(), kind.code
        assert not set("|\n") & set(kind.remedy + kind.title), kind.code


def test_every_check_of_the_package_is_registered() -> None:
    defined = {
        node.name
        for path in CODE.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("check_")
    }

    assert {check.__name__ for check in CHECKS} == defined
    assert all(REGISTERED[check] for check in CHECKS)


def test_a_code_stands_for_one_kind() -> None:
    with pytest.raises(ValueError, match="post_vacant"):
        finding_kind("post_vacant", Chapter.POSTS, severity=None, title="Autre", remedy="rien")


@pytest.mark.parametrize(("severity", "blocks"), [(None, None), (Severity.WARNING, True)])
def test_the_severity_of_a_finding_is_decided_once(
    severity: Severity | None, blocks: bool | None
) -> None:
    kind = FindingKind("sample", Chapter.POSTS, severity, "Exemple", "rien")

    with pytest.raises(ValueError, match="sample"):
        kind.finding("Un exemple.", blocks=blocks)
