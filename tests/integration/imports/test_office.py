"""Workbooks that LibreOffice saved: the import must read them as it reads Excel's."""

from __future__ import annotations

import subprocess
import zipfile
from datetime import date, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from grants.errors import Unreadable
from grants.services.imports import read_workbook
from grants.services.imports.checking import check_cells
from grants.workbook_format.sheets import SHEET_BY_NAME

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with one workbook in the three formats, formulas computed."""
    folder = tmp_path_factory.mktemp("office")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "feuilles_temps"
    sheet.append([column.name for column in SHEET_BY_NAME["feuilles_temps"].columns])
    sheet.append([date(2024, 1, 2), "A1", "C1", time(7, 30), "Sensibiliser", "Réunion", "Lot 1"])
    sheet.append(["03/01/2024", "A1", None, 7.1, None, "=UPPER(B2)"])
    sheet.append([date(2024, 1, 4), "A1", None, timedelta(hours=24), None, None])
    sheet.append([None, " ", None, None, None, None])
    book.save(folder / "source.xlsx")
    for kind in ("ods", "xls", "xlsx"):
        _convert(folder / "source.xlsx", kind, folder / kind)
    return folder


def _convert(path: Path, kind: str, folder: Path) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("kind", ["ods", "xls", "xlsx"])
def test_each_format_gives_the_same_values(saved: Path, kind: str) -> None:
    file = check_cells(read_workbook(saved / kind / f"source.{kind}"))

    assert file.problems == []
    assert [(row.number, *row.values.values()) for row in file.rows("feuilles_temps")] == [
        (2, date(2024, 1, 2), "A1", "C1", 450, "raise_awareness", "Réunion", "Lot 1"),
        (3, date(2024, 1, 3), "A1", None, 426, "other", "A1", ""),
        (4, date(2024, 1, 4), "A1", None, 1440, "other", "", ""),
    ]


def test_repeated_cells_of_an_ods_are_counted_before_it_is_loaded(
    saved: Path, tmp_path: Path
) -> None:
    bomb = tmp_path / "bombe.ods"
    with zipfile.ZipFile(saved / "ods" / "source.ods") as old, zipfile.ZipFile(bomb, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "content.xml":
                row = b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
                row += b'table:number-columns-repeated="90" office:value-type="float" '
                row += b'office:value="1"/></table:table-row></table:table>'
                content = content.replace(b"</table:table>", row, 1)
            new.writestr(name, content)

    with pytest.raises(Unreadable, match="supprimez les lignes vides"):
        read_workbook(bomb)
