"""Figures, days and plurals are written and read in ``grants.french`` and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import PRODUCT, ROOT, project_files, python_files, tree

HOME = Path("grants/french")
# The page's own few lines of script show hours while somebody types.
SCRIPTS = Path("grants/static")
WRITTEN_BY_HAND = {
    "a day or a month": re.compile(r"%d/%m|%m/%Y"),
    "a narrow no-break space": re.compile(
        "\u202f" r"|\\u202f|\\N\{NARROW NO-BREAK SPACE\}|&#(8239|x202f);|&nnbsp;", re.IGNORECASE
    ),
    "a decimal comma": re.compile(r"""replace\(["']\.["'], ?["'],["']\)"""),
}
READ_BY_HAND = re.compile(r"\bstrptime\b|\bDictReader\b|\bSniffer\b|utf-8-sig|cp1252|mac_roman")
PLURAL_IN_BRACKETS = re.compile(r"[^\W\d_]\((s|x|nt)\)", re.IGNORECASE)
# An ending that a page adds by itself, and two words of which one is the other's plural.
ENDINGS = ("s", "x", "es", "nt", "ent")
CHOICE_IN_PAGE = re.compile(
    r"""["']([^"'{}]*)["'] if ([^{}]*?)(?: else ["']([^"'{}]*)["'])?\s?[}%|]"""
)
TEXTS = (".html", ".txt", ".typ")
# What stands there is no sentence of ours, or no French.
OFFICIAL_WORDING = {
    Path("exports/claims/state/texts.py"),
    Path("grants/rules/claims/cerfa_lines.py"),
}
# A spreadsheet's binary figure is quoted as it shows it, before anybody knows what it is.
QUOTES_FIGURES = {Path("grants/services/imports/cells.py")}
# Formats of the outside world: iCalendar's own moments, files that we write, fonts of a form,
# texts of law that we wrote ourselves.
OTHER_FORMATS = {
    Path("exports/evidence/pack.py"),
    Path("exports/kit/form_fields.py"),
    Path("exports/kit/tables.py"),
    Path("grants/parameters/territories.py"),
    Path("grants/schemas/cases.py"),
    Path("grants/services/people/absences/calendar_files.py"),
}


def _texts() -> Iterator[tuple[Path, str]]:
    folders = (*PRODUCT, "templates")
    for path in project_files():
        is_text = path.suffix in (*TEXTS, ".py") and path.parts[0] in folders
        if is_text and HOME not in path.parents and SCRIPTS not in path.parents:
            yield path, (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("what", WRITTEN_BY_HAND)
def test_nothing_is_written_by_hand(what: str) -> None:
    found = [
        f"{path}:{text[: match.start()].count(chr(10)) + 1}"
        for path, text in _texts()
        if not (what == "a decimal comma" and path in QUOTES_FIGURES)
        for match in WRITTEN_BY_HAND[what].finditer(text)
    ]

    assert not found, f"{what} by hand, not by grants.french:\n" + "\n".join(found)


def test_no_sentence_leaves_its_plural_open() -> None:
    found = [
        f"{path}: {text}"
        for path, text in _sentences()
        if path not in OFFICIAL_WORDING and PLURAL_IN_BRACKETS.search(text)
    ]

    assert not found, "grants.french.count says it:\n" + "\n".join(found)


def test_no_page_and_no_message_inflects_by_itself() -> None:
    found = [
        f"{path}:{line} {one!r} or {other!r}"
        for path, line, one, other in _choices()
        if _is_plural(one, other)
    ]

    assert not found, "grants.french.count and plural say it:\n" + "\n".join(found)


def test_a_plural_by_hand_is_seen_in_every_shape() -> None:
    assert _is_plural("s", "")
    assert _is_plural("seront", "ser") is False
    assert _is_plural("signée", "signées")
    assert _is_plural("attendent", "attend")
    assert _is_plural("feuilles signées", "feuille signée")
    assert not _is_plural("oui", "non")
    assert not _is_plural("", "")
    page = """{{ "s" if count > 1 }} {{ 'jours' if n else "jour" }}"""
    assert [match.groups() for match in CHOICE_IN_PAGE.finditer(page)] == [
        ("s", "count > 1", None),
        ("jours", "n", "jour"),
    ]


def test_no_door_has_a_reader_of_its_own() -> None:
    found = [
        str(path)
        for path, text in _texts()
        if path not in OTHER_FORMATS and READ_BY_HAND.search(text)
    ]

    assert not found, "read by hand, not by grants.french:\n" + "\n".join(found)


@pytest.mark.parametrize("path", sorted(OTHER_FORMATS | OFFICIAL_WORDING | QUOTES_FIGURES))
def test_each_exception_still_stands(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")

    patterns = (READ_BY_HAND, PLURAL_IN_BRACKETS, *WRITTEN_BY_HAND.values())
    assert any(pattern.search(text) for pattern in patterns)


def _sentences() -> Iterator[tuple[Path, str]]:
    """Texts that a person reads: literals of the code but its docstrings, pages whole."""
    for path, text in _texts():
        if path.suffix != ".py":
            yield path, text
    for path in python_files(*PRODUCT):
        if HOME in path.parents:
            continue
        docs = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree(path)):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and id(node) not in docs:
                yield path, node.value  # type: ignore[attr-defined] # told to be a constant above


def _choices() -> Iterator[tuple[Path, int, str, str]]:
    """Texts of which one or the other is shown, of code and pages."""
    for path, text in _texts():
        if path.suffix != ".py":
            for match in CHOICE_IN_PAGE.finditer(text):
                line = text[: match.start()].count("\n") + 1
                yield path, line, match[1], match[3] or ""
    for path in python_files(*PRODUCT):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.IfExp):
                one, other = node.body, node.orelse
                if isinstance(one, ast.Constant) and isinstance(other, ast.Constant):
                    yield path, node.lineno, str(one.value), str(other.value)


def _is_plural(one: str, other: str) -> bool:
    """Whether each word of one text is the other's, or the same with an ending."""
    short, long = sorted((one, other), key=len)
    if not short:
        return long in ENDINGS
    pairs = list(zip(short.split(" "), long.split(" "), strict=False))
    is_same_length = len(short.split(" ")) == len(long.split(" "))
    return (
        is_same_length
        and short != long
        and all(b == a or b.removeprefix(a) in ENDINGS for a, b in pairs)
    )
