"""What code, cases and pages cite stands in the repository or is a text of law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import ROOT, project_files
from tests.unit.house.test_docs import HEADING, anchor

# Notes that lay beside the first checkout; put together here, so that this very file does
# not name them.
NOTES = (
    "architecture", "claim-files", "domain", "evidence-control", "indicators", "law", "layout",
    "obligations", "payroll-files", "rules-catalogue", "stack", "style",
)  # fmt: skip
OUTSIDE = re.compile(
    rf"(?<!\w)(?:{'|'.join(NOTES)})\.md\b"
    r"|\bdomaine? (?:§|reference)|\bindicateurs §|\bcatalogue (?:des règles|:)|\bshared/design"
)
CITED = re.compile(r"\bdocs/([\w-]+\.md)#([\w-]+)")
TEXTS = {".py", ".toml", ".md", ".html", ".txt", ".cfg", ".ini", ".sh", ".js", ".css", ""}


def test_nothing_cites_a_page_that_the_repository_does_not_hold() -> None:
    found = [f"{path}: {match[0]}" for path, text in _texts() for match in OUTSIDE.finditer(text)]

    assert not found, "\n".join(found)


def test_every_chapter_that_is_cited_stands_in_its_page() -> None:
    cited = {
        (str(path), *match.groups()) for path, text in _texts() for match in CITED.finditer(text)
    }
    chapters = {page: _anchors(page) for _, page, _ in cited}

    assert len(cited) >= 50
    assert sorted(one for one in cited if one[2] not in chapters[one[1]]) == []


def _anchors(page: str) -> set[str]:
    path = ROOT / "docs" / page
    return set(map(anchor, HEADING.findall(path.read_text("utf-8")))) if path.exists() else set()


def _texts() -> Iterator[tuple[Path, str]]:
    for path in project_files():
        if path.suffix in TEXTS:
            yield path, (ROOT / path).read_text(encoding="utf-8")
