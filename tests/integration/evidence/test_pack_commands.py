"""``grants pack``: from the database to one file that a controller can check alone."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from grants.schemas.claims import load_claim_document
from tests.support.terminal import Terminal

FSE = "FSE-79-2018"
STATE = "DREETS-42-2023-017"
DAY = "2026-06-30"


@pytest.fixture
def demo(cli: Terminal, tmp_path: Path) -> Terminal:
    cli("demo", tmp_path / "demo.xlsx", "--import")
    return cli


def pack(terminal: Terminal, number: str, path: Path, *more: str) -> dict[str, bytes]:
    """Files of a pack that was written, whether or not its claim may be filed."""
    try:
        terminal("pack", number, "--out", path, "--as-of", DAY, *more)
    except AssertionError:
        terminal("pack", number, "--out", path, "--as-of", DAY, *more, "--force", exit_code=1)
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_both_funders_get_a_whole_pack_whose_figures_add_up(demo: Terminal, tmp_path: Path) -> None:
    for number in (FSE, STATE):
        files = pack(demo, number, tmp_path / f"{number}.zip")
        document = load_claim_document(files["claim.json"])

        assert document["convention"]["number"] == number
        assert sum(name.startswith("lines/") for name in files) == len(document["lines"])
        assert b"demo.xlsx" in files["journal.csv"]
        assert "Dossier entier" in demo("pack", "verify", tmp_path / f"{number}.zip").stdout


def test_the_same_database_gives_the_same_pack(demo: Terminal, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        pack(demo, STATE, tmp_path / name)

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_journal_tells_what_made_the_facts_and_nothing_of_other_conventions(
    demo: Terminal, tmp_path: Path
) -> None:
    text = pack(demo, FSE, tmp_path / "pack.zip")["journal.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))

    subjects = {row["objet"] for row in rows}
    assert f"Convention {FSE}" in subjects
    assert any(subject.startswith(f"Versement {FSE} › ") for subject in subjects)
    assert any(subject.startswith("Lettre de mission ") for subject in subjects)
    assert not any("DREETS" in subject for subject in subjects)
    assert [int(row["numero"]) for row in rows] == sorted(int(row["numero"]) for row in rows)
    assert all(len(row["empreinte"]) == 64 for row in rows)
    assert {row["evenement"] for row in rows} == {"Import", "Création"}


def test_one_changed_byte_is_found_and_its_file_named(demo: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    pack(demo, STATE, path)
    content = bytearray(path.read_bytes())
    content[content.index(b"%PDF")] ^= 1
    path.write_bytes(content)

    told = demo("pack", "verify", path, exit_code=1).stderr

    assert "pieces/0001-" in told
    assert "l'empreinte ne correspond pas au manifeste" in told


def test_a_chosen_period_bounds_the_pack(demo: Terminal, tmp_path: Path) -> None:
    chosen = ("--from", "01/01/2018", "--to", "31/03/2018", "--kind", "interim")
    files = pack(demo, FSE, tmp_path / "pack.zip", *chosen)

    document = load_claim_document(files["claim.json"])

    assert document["period"] == {"start": "2018-01-01", "end": "2018-04-01"}
    assert document["kind"] == "interim"


def test_an_existing_file_is_kept_unless_told_otherwise(cli: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"mine")

    told = cli("pack", FSE, "--out", path, exit_code=2).stderr

    assert "--force" in told
    assert path.read_bytes() == b"mine"


def test_an_unknown_convention_leaves_nothing_behind(cli: Terminal, tmp_path: Path) -> None:
    cli("pack", "no-such-number", "--out", tmp_path / "pack.zip", exit_code=2)

    assert [path.name for path in tmp_path.iterdir() if "pack" in path.name] == []


def test_a_folder_that_does_not_exist_is_told(cli: Terminal, tmp_path: Path) -> None:
    told = cli("pack", FSE, "--out", tmp_path / "nowhere" / "pack.zip", exit_code=2).stderr

    assert "n'existe pas" in told


@pytest.mark.parametrize("content", [None, b"no zip"])
def test_what_cannot_be_read_is_told_from_what_was_altered(
    cli: Terminal, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "pack.zip"
    if content is not None:
        path.write_bytes(content)

    told = cli("pack", "verify", path, exit_code=2).stderr

    assert told.startswith("Erreur : ")


def test_the_help_shows_both_uses(cli: Terminal) -> None:
    told = cli("pack", "--help").stdout

    assert "CONVENTION --out FICHIER.zip | verify FICHIER.zip" in told
    assert "--force" in told
