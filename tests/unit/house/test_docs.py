"""What the pages say exists: commands, files, settings and findings, each named as the program
names it.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from exports.claims.docs import with_findings
from grants.cli import COMMANDS
from grants.enums import FunderKind
from grants.french import folded
from grants.labels import label
from grants.parameters.loader import Frame, find_setting
from grants.rules.checks import KINDS
from grants.rules.conventions.settings import SPECS, SettingSpec, setting_text
from grants.services.demo.workbook import demonstration_rows

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
DAY = date(2024, 1, 1)
FUNDERS = (FunderKind.STATE, FunderKind.FSE, FunderKind.FSE_PLUS)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def rows_under(heading: str) -> dict[str, tuple[str, ...]]:
    """Table rows of one chapter of the guide, by the code in their first column."""
    chapter = text_of(ROOT / "docs" / "guide.md").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return {code: tuple(map(str.strip, cells)) for code, *cells in ROW.findall(chapter)}


def anchor(heading: str) -> str:
    """Anchor that the pages' host gives a heading: small letters, spaces to hyphens, no signs."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def default_text(spec: SettingSpec) -> str:
    """Default of a setting as the guide prints it: one text, or one a funder where they differ."""
    texts = {kind: _default(spec, kind) for kind in FUNDERS}
    if len(set(texts.values())) == 1:
        return texts[FunderKind.STATE]
    return " ; ".join(f"{label(kind)} : {text}" for kind, text in texts.items())


def _default(spec: SettingSpec, kind: FunderKind) -> str:
    found = find_setting(Frame(kind.value), spec.key, DAY)
    if found is None:
        return "–"
    value: Any = found.value
    text = {True: "oui", False: "non"}[value] if isinstance(value, bool) else value
    parsed = spec.parse("|".join(text) if isinstance(text, tuple) else str(text))
    # The guide is written with plain spaces.
    return " ".join(setting_text(parsed, spec.kind).split()) or "aucune"


def test_the_readme_names_the_two_commands_that_do_everything() -> None:
    assert "make run" in text_of(ROOT / "README.md")
    assert "make test" in text_of(ROOT / "README.md")


def test_the_readme_is_read_in_three_minutes() -> None:
    readme = text_of(ROOT / "README.md")

    assert len(readme.splitlines()) <= 120
    assert len(readme.split()) <= 700


def test_links_lead_from_the_readme_to_every_page() -> None:
    reached, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        targets = [target.partition("#")[0] for target in LINK.findall(text_of(page))]
        linked = {(page.parent / name).resolve() for name in targets if name.endswith(".md")}
        ahead += sorted(linked - reached)

    assert sorted({*(ROOT / "docs").glob("*.md")} - reached) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_of_commands_says_what_every_command_does(command: str) -> None:
    assert f"| `grants {command}" in text_of(ROOT / "docs" / "commands.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(text_of(page)):
        if not target.startswith(("http://", "https://")):
            name, _, place = target.partition("#")
            file = (page.parent / name) if name else page
            assert file.exists(), f"{page.name}: {target}"
            if place:
                headings = set(map(anchor, HEADING.findall(text_of(file))))
                assert place in headings, f"{page.name}: {target}"


def test_the_guide_tells_the_remedy_of_every_finding_as_its_check_declares_it() -> None:
    guide = text_of(ROOT / "docs" / "guide.md")

    assert guide == with_findings(guide), "run: python -m exports.claims.docs"
    assert rows_under("Les constats").keys() == KINDS.keys()


def test_the_guide_explains_every_setting_with_its_default() -> None:
    told = rows_under("Les paramètres d'un dispositif")

    assert {column: (wording, default) for column, (wording, _, default) in told.items()} == {
        spec.column: (spec.wording, default_text(spec)) for spec in SPECS
    }


def test_the_guide_says_what_each_choice_of_a_setting_means() -> None:
    told = rows_under("Les paramètres d'un dispositif")

    for spec in SPECS:
        if spec.kind == "choice":
            missing = [o for o in spec.options if folded(o) not in folded(told[spec.column][1])]
            assert not missing, f"{spec.column}: {missing}"


def test_the_pages_print_as_many_rows_as_the_demonstration_has() -> None:
    rows = sum(len(sheet) for sheet in demonstration_rows().by_sheet.values())
    printed = {
        page.name: found
        for page in PAGES
        if (found := re.findall(r"Importé : (\d+) lignes ajoutées, 0", page.read_text("utf-8")))
    }

    assert {"README.md", "commands.md"} <= printed.keys()
    assert {page: set(found) for page, found in printed.items()} == {
        page: {str(rows)} for page in printed
    }


def test_each_decision_has_a_number_of_its_own_and_carries_it_in_its_title() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in records]

    assert numbers == list(range(1, len(records) + 1))
    for number, path in zip(numbers, records, strict=True):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. "), path.name
