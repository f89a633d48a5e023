"""``grants claim``: the summary on the terminal, the files, and what its exit code says."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

FSE, STATE = "FSE-79-2018", "DREETS-42-2023-017"
DAY = ("--as-of", "2026-11-20")
DRAFT = "PROJET"


@pytest.fixture
def demo(cli: Terminal, tmp_path: Path) -> Terminal:
    cli("demo", tmp_path / "demo.xlsx", "--import")
    return cli


def plain(text: str) -> str:
    """Text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def words_of(book: Path) -> str:
    with zipfile.ZipFile(book) as archive:
        return "".join(
            archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith(("xl/sharedStrings", "xl/worksheets/"))
        )


def test_a_claim_without_blocking_finding_ends_with_0_and_clean_files(
    demo: Terminal, tmp_path: Path
) -> None:
    told = plain(demo("claim", STATE, "--out", tmp_path, *DAY).stdout)

    # 70 % of 53 802 €, of which 20 000 € were paid.
    for figure in ("53 802,00 €", "37 661,40 €", "20 000,00 €", "17 661,40 €", "taux"):
        assert figure in told
    folder = tmp_path / f"{STATE}_20231215-20241214"
    assert {path.name for path in folder.iterdir()} >= {"compte-rendu-financier.xlsx", "claim.json"}
    assert DRAFT not in words_of(folder / "compte-rendu-financier.xlsx")


def test_a_blocking_finding_ends_with_1_and_marks_the_files_as_a_draft(
    demo: Terminal, tmp_path: Path
) -> None:
    told = demo("claim", FSE, "--out", tmp_path, *DAY, exit_code=1).stdout

    assert "[Bloquant]" in told
    assert "PROJET — NE PAS DÉPOSER" in told
    book = tmp_path / f"{FSE}_20180101-20181231" / "bilan-execution.xlsx"
    assert DRAFT in words_of(book)


def test_json_alone_goes_to_the_terminal_and_nothing_to_the_disk(
    demo: Terminal, tmp_path: Path
) -> None:
    told = demo("claim", STATE, "--json", "--out", tmp_path / "none", *DAY).stdout

    document = json.loads(told)
    assert document["convention"]["number"] == STATE
    assert not (tmp_path / "none").exists()


def test_a_part_of_the_days_is_an_interim_claim_of_those_days(
    demo: Terminal, tmp_path: Path
) -> None:
    days = ("--from", "15/12/2023", "--to", "31/03/2024")

    told = plain(demo("claim", STATE, *days, "--out", tmp_path, *DAY).stdout)

    # 3 months of 4 619 €: hired on 2 January
    assert "13 857,00 €" in told
    assert "Intermédiaire" in told
    assert (tmp_path / f"{STATE}_20231215-20240331").is_dir()


def test_the_kind_asked_for_is_that_of_the_claim(demo: Terminal, tmp_path: Path) -> None:
    told = demo("claim", STATE, "--kind", "interim", "--out", tmp_path, *DAY).stdout

    assert "Intermédiaire" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("INCONNUE",), "INCONNUE"),
        ((STATE, "--from", "14/12/2023", "--to", "31/12/2023"), "sort de la convention"),
        ((STATE, "--from", "01/06/2024", "--to", "15/12/2024"), "sort de la convention"),
        ((STATE, "--from", "01/06/2024"), "--from et --to vont ensemble"),
        ((STATE, "--from", "02/06/2024", "--to", "01/06/2024"), "précède"),
        ((STATE, "--from", "32/06/2024", "--to", "01/07/2024"), "n'est pas un jour"),
    ],
)
def test_what_gives_no_claim_ends_with_2_and_says_why(
    demo: Terminal, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = demo("claim", *arguments, "--out", tmp_path / "none", exit_code=2)

    assert said in result.stderr
    assert not (tmp_path / "none").exists()


def test_the_first_and_last_day_of_a_convention_are_still_inside(
    demo: Terminal, tmp_path: Path
) -> None:
    days = ("--from", "15/12/2023", "--to", "14/12/2024")

    assert "Final" in demo("claim", STATE, *days, "--out", tmp_path, *DAY).stdout


def test_the_ledger_of_a_person_shows_each_part_of_a_month_and_who_pays_it(demo: Terminal) -> None:
    days = ("--from", "01/12/2018", "--to", "31/12/2018")

    told = plain(demo("ledger", "79-A3", *days, *DAY).stdout)

    # 3 751 € cut at the State's 15 December: 14 and 17 of 31 days
    for words in ("1 694,00 €", "(14 / 31 jours)", "2 057,00 €", "(17 / 31 jours)", "2 segments"):
        assert words in told
    charged = [line for line in told.splitlines() if "DIRECCTE-79-2017-004" in line]
    assert len(charged) == 1


def test_the_ledger_and_the_claim_charge_the_same_december(demo: Terminal) -> None:
    """The operation's December is one line of the claim, whatever the State's bound: ADR 0007."""
    days = ("--from", "01/12/2018", "--to", "31/12/2018")
    told = plain(demo("ledger", "79-A3", *days, *DAY).stdout)
    claimed = json.loads(demo("claim", FSE, "--json", *DAY, exit_code=1).stdout)

    parts = [
        line.partition("porté ")[2].partition(" €")[0].replace(" ", "").replace(",", "")
        for line in told.splitlines()
        if FSE in line and "porté" in line
    ]
    (line,) = (
        one
        for one in claimed["lines"]
        if one["person_code"] == "79-A3" and one["month"].startswith("2018-12")
    )
    assert len(parts) == 2
    assert sum(map(int, parts)) == int(line["amount"]["value"].replace(".", ""))


def test_an_unknown_matricule_ends_with_2(demo: Terminal) -> None:
    assert "matricule" in demo("ledger", "PERSONNE", exit_code=2).stderr
