"""``docs/first-claim.md``, done to the letter by somebody who has nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases

PAGE = Path(__file__).parents[3] / "docs" / "first-claim.md"
CELLS = re.compile(r"^ +\| `(\w+)` \| (`.+) \|$", re.MULTILINE)
STATE = ("claim", "DREETS-2024", "--from", "15/12/2023", "--to", "31/12/2023", "--out")
FSE = ("claim", "FSE-2024", "--from", "01/01/2024", "--to", "31/01/2024", "--out")


def plain(text: str) -> str:
    """Text with every kind of space as one that a page is typed with."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def fill(path: Path) -> None:
    """Write the page's cells below the template's help row, as typed text."""
    book = openpyxl.load_workbook(path)
    for sheet, cells in CELLS.findall(PAGE.read_text(encoding="utf-8")):
        columns = [cell.value for cell in book[sheet][1]]
        row = [""] * len(columns)
        for cell in cells.split(" · "):
            name, value = cell.split(" = ")
            row[columns.index(name.strip("`"))] = value
        book[sheet].append(row)
    book.save(path)


def test_the_page_alone_leads_from_nothing_to_both_claims(
    fresh_cli: Terminal, tmp_path: Path
) -> None:
    path, out = tmp_path / "mon-classeur.xlsx", tmp_path / "out"
    password = "un mot de passe assez long\n"
    account = ("user", "add", "vous@example.org", "--name", "Votre Nom", "--password-stdin")

    fresh_cli(*account, stdin=password)
    fresh_cli("template", path)
    fill(path)
    assert "rien n'est écrit" in fresh_cli("import", path, "--dry-run").stdout
    assert "22 lignes écrites" in fresh_cli("import", path).stdout
    state = plain(fresh_cli(*STATE, out).stdout)
    fse = plain(fresh_cli(*FSE, out).stdout)

    page = PAGE.read_text(encoding="utf-8")
    for line in ("Coût éligible                       2 193,55 €", "1 535,49 €"):
        assert line in page
        assert line in state
    for line in ("2 857,14 €", "1 142,86 €", "Subvention due                      2 000,00 €"):
        assert line in page
        assert line in fse
    assert "Bloquant" not in state + fse
    assert {file.name for file in out.glob("*/*")} == {
        "bilan-execution.xlsx",
        "claim.json",
        "compte-rendu-financier.xlsx",
    }


def test_the_whole_period_says_what_one_month_of_pay_lacks(
    fresh_cli: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "mon-classeur.xlsx"
    fresh_cli("template", path)
    fill(path)
    fresh_cli("import", path)

    told = plain(fresh_cli("claim", "DREETS-2024", "--out", tmp_path, exit_code=1).stdout)

    assert "12 mois sans bulletin de paie" in told
    assert "PROJET — NE PAS DÉPOSER" in told
