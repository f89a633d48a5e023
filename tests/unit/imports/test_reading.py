"""Files as they come: workbooks, folders of csv, and what is neither."""

from __future__ import annotations

import struct
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from exports.imports.filled_workbook import ImportRows, filled_workbook
from exports.imports.template import template_workbook
from grants.enums import FunderKind
from grants.errors import Unreadable
from grants.services.imports import read_workbook
from grants.services.spreadsheets.limits import OLE_MAGIC
from grants.services.spreadsheets.raw import CellError, RawWorkbook
from grants.workbook_format.sheets import SHEETS

AGENTS = "matricule;nom;prenom;structure\nA1;MARTIN;Zoé;S\n"


def _cells(workbook: RawWorkbook, sheet: str) -> list[tuple[int, list[object]]]:
    return [
        (row.number, list(row.cells))
        for found in workbook.sheets
        if found.name == sheet
        for row in found.rows
    ]


def _workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def _repacked(source: Path, target: Path, changes: dict[str, bytes]) -> Path:
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return target


def test_rows_keep_the_numbers_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    lines: list[list[object]] = [["matricule", "nom"], ["A1", "X"], [], ["  "], ["A2", "Y"]]
    path = _workbook(tmp_path / "f.xlsx", {"agents": lines})

    assert [row for row, _ in _cells(read_workbook(path), "agents")] == [2, 5]


def test_ghost_rows_and_formatted_cells_at_the_end_are_ignored(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "f.xlsx", {"agents": [["matricule"], ["A1"]]})
    book = openpyxl.load_workbook(path)
    sheet = book["agents"]
    sheet["A5000"].number_format = "0.00"
    sheet["A6000"].value = " \u00a0"
    book.save(path)

    assert len(_cells(read_workbook(path), "agents")) == 1


def test_the_template_is_read_as_sheets_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "modele.xlsx"
    path.write_bytes(template_workbook())

    workbook = read_workbook(path)

    assert [sheet.name for sheet in workbook.sheets] == [sheet.name for sheet in SHEETS]
    assert all(not sheet.rows for sheet in workbook.sheets)


def test_a_data_row_that_merely_mentions_help_is_kept(tmp_path: Path) -> None:
    lines: list[list[object]] = [["code", "nom"], ["X", "Aide : association"]]
    path = _workbook(tmp_path / "f.xlsx", {"financeurs": lines})

    assert len(_cells(read_workbook(path), "financeurs")) == 1


def test_a_filled_workbook_gives_its_figures_and_dates_back(tmp_path: Path) -> None:
    rows = ImportRows()
    rows.add("financeurs", code="X", nom="=1+1", type=FunderKind.STATE)
    rows.add("versements", convention="C", date=date(2024, 3, 15), nature="Avance",
             montant=Decimal("20000.10"))  # fmt: skip
    path = tmp_path / "f.xlsx"
    path.write_bytes(filled_workbook(rows))

    workbook = read_workbook(path)

    assert _cells(workbook, "financeurs") == [(2, ["X", "=1+1", "État"])]
    assert _cells(workbook, "versements")[0][1][1:4] == [date(2024, 3, 15), "Avance", 20000.1]


def test_formulas_that_were_never_computed_are_named(tmp_path: Path) -> None:
    lines: list[list[object]] = [["matricule", "nom"], ["A1", "=UPPER(A2)"], ["A2", "=B2"]]
    path = _workbook(tmp_path / "f.xlsx", {"agents": lines})

    with pytest.raises(Unreadable, match="agents!B2, agents!B3"):
        read_workbook(path)


def test_formulas_in_sheets_of_help_do_not_matter(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "agents": [["matricule"], ["A1"]],
        "Lisez-moi": [["=1+1"]],
    }

    assert read_workbook(_workbook(tmp_path / "f.xlsx", sheets)).sheets


def test_a_cell_that_shows_an_error_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "f.xlsx", {"agents": [["matricule", "nom"], ["A1", "#N/A"]]})

    assert isinstance(_cells(read_workbook(path), "agents")[0][1][1], CellError)


def test_two_hundred_columns_are_refused_with_their_number(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "f.xlsx", {"agents": [[f"c{n}" for n in range(200)]]})

    with pytest.raises(Unreadable, match=r"200 colonnes.*GR"):
        read_workbook(path)


def test_a_cell_far_out_is_refused_before_the_memory_fills(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "f.xlsx", {"agents": [["matricule"], ["A1"]]})
    book = openpyxl.load_workbook(path)
    book["agents"].cell(1_048_576, 90).value = "x"
    book.save(path)

    with pytest.raises(Unreadable, match="CL1048576"):
        read_workbook(path)


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "f.xlsx", {"agents": [["matricule"]]})
    bomb = _repacked(path, tmp_path / "b.xlsx", {"xl/media/x.bin": bytes(60 * 1024 * 1024)})

    with pytest.raises(Unreadable, match="150 fois sa taille"):
        read_workbook(bomb)


def test_a_bomb_that_lies_about_its_size_is_refused_by_what_it_gives(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "f.xlsx", {"agents": [["matricule"]]})
    size = 60 * 1024 * 1024
    bomb = _repacked(path, tmp_path / "b.xlsx", {"xl/media/x.bin": bytes(size)})
    content = bomb.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 10))
    bomb.write_bytes(content)

    with pytest.raises(Unreadable, match=r"fois sa taille|abîmé"):
        read_workbook(bomb)


def test_one_long_text_shown_by_every_cell_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grants.services.imports.reading.UNPACKED_LIMIT", 1_000_000)
    rows = ImportRows()
    for number in range(40):
        rows.add("agents", matricule=f"A{number}", nom="x" * 30_000, prenom="P", structure="S")
    path = tmp_path / "f.xlsx"
    path.write_bytes(filled_workbook(rows))

    with pytest.raises(Unreadable, match="répète des textes"):
        read_workbook(path)


def test_a_document_type_is_refused_so_that_no_entity_expands(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "f.xlsx", {"agents": [["matricule"], ["A1"]]})
    sheet = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><worksheet><sheetData/></worksheet>'
    other = _repacked(path, tmp_path / "d.xlsx", {"xl/worksheets/sheet1.xml": sheet})

    with pytest.raises(Unreadable, match="type de document"):
        read_workbook(other)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vide.xlsx", b"", "n'est pas un classeur"),
        ("photo.xlsx", b"\x89PNG\r\n", "n'est pas un classeur"),
        ("agents.csv", AGENTS.encode(), "un dossier de fichiers .csv"),
        ("abime.xlsx", b"PK\x03\x04" + bytes(200), "abîmé"),
        ("chiffre.xlsx", OLE_MAGIC + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
        ("vieux.xls", OLE_MAGIC + bytes(2000), "abîmé ou protégé"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(Unreadable, match=said):
        read_workbook(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dossier.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("agents.csv", AGENTS)

    with pytest.raises(Unreadable, match="n'est pas un classeur"):
        read_workbook(path)


def test_a_workbook_without_one_known_sheet_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "f.xlsx", {"Feuil1": [["a"], ["b"]]})

    with pytest.raises(Unreadable, match="aucune feuille connue"):
        read_workbook(path)


def test_paths_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    loop = tmp_path / "boucle.xlsx"
    loop.symlink_to(loop)

    with pytest.raises(Unreadable, match="introuvable"):
        read_workbook(tmp_path / "absent.xlsx")
    with pytest.raises(Unreadable, match="ne peut pas être lu"):
        read_workbook(loop)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("separator", [";", ","])
def test_csv_files_say_for_themselves_how_they_are_written(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = AGENTS.replace(";", separator).replace("MARTIN", '"L\'OUÉ\r\nbis"')
    (tmp_path / "Agents.CSV").write_bytes(text.encode(encoding))
    (tmp_path / "notes.txt").write_text("rien")

    workbook = read_workbook(tmp_path)

    assert _cells(workbook, "agents") == [(2, ["A1", "L'OUÉ\r\nbis", "Zoé", "S"])]
    assert workbook.sheets[0].place == "Agents.CSV"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("agents.csv", b"matricule;nom\nA\x001;X\n", "octets nuls"),
        ("agents.csv", AGENTS.encode("utf-16")[:-1], "UTF-16"),
        ("agents.csv", b'matricule;nom\nA1;"X\n', "guillemets mal fermés"),
        ("agents.csv", b"matricule;nom\nA1;\x81\xe9\n", "ni en UTF-8 ni en Windows-1252"),
        ("agents.csv", b";".join([b"x"] * 200), "200 colonnes"),
        ("feuil1.csv", b"a;b\n1;2\n", "aucune feuille connue"),
        ("notes.txt", b"rien", "aucun fichier .csv"),
    ],
)
def test_a_folder_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(Unreadable, match=said):
        read_workbook(tmp_path)
