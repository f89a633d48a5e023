"""``python -m exports.claims.docs`` writes the table of findings of docs/guide.md.

The table stands between two marks; a test holds it equal to what the checks declare, so that the
remedy that users read is written beside the check that asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from grants.enums import Severity
from grants.rules.basis.findings import Chapter, FindingKind
from grants.rules.checks import KINDS

PAGE = Path("docs/guide.md")
START = (
    "<!-- Table écrite par « python -m exports.claims.docs » : modifiez grants/rules/checks/. -->"
)
END = "<!-- Fin de la table. -->"
LETTERS = {Severity.BLOCKING: "B", Severity.WARNING: "A", None: "B/A"}


def with_findings(page: str) -> str:
    """The guide with its table of findings as the checks declare them.

    Raises: ValueError: one of the two marks is not in the page.
    """
    before, rest = page.split(START)
    _, after = rest.split(END)
    return "\n".join((f"{before}{START}\n", *_chapters(), f"{END}{after}"))


def _chapters() -> Iterator[str]:
    for chapter in Chapter:
        yield f"### {chapter.value}\n"
        yield "| code | titre | | que faire |"
        yield "|---|---|---|---|"
        yield from (_row(kind) for kind in KINDS.values() if kind.chapter is chapter)
        yield ""


def _row(kind: FindingKind) -> str:
    return f"| `{kind.code}` | {kind.title} | {LETTERS[kind.severity]} | {kind.remedy} |"


if __name__ == "__main__":
    PAGE.write_text(with_findings(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
