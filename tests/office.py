"""Recalculation of a workbook by LibreOffice, for tests that compare it with the cached results.

LibreOffice keeps the results that it finds in a file unless a setting says otherwise; then « cached
equals recalculated » could not fail. The profile here is fresh and asks it to recalculate always.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from openpyxl import load_workbook

OFFICE = shutil.which("soffice")
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_CACHED = re.compile(rb"(<f>[^<]*</f>)<v>[^<]*</v>")

Cells = dict[tuple[str, str], object]


def recalculated(path: Path) -> Cells:
    """Every cell that holds something after LibreOffice has computed all formulas again."""
    assert OFFICE, "LibreOffice is not installed"
    with tempfile.TemporaryDirectory() as work:
        profile = Path(work, "profile")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        out = Path(work, "out")
        subprocess.run(
            [OFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless",
             "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        written = out / path.name
        assert written.exists(), "LibreOffice wrote nothing"
        return values(written)


def values(path: Path) -> Cells:
    """Results that stand in a workbook."""
    book = load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """Formulas of a workbook, by sheet and cell."""
    book = load_workbook(path)
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def with_canaries(path: Path, copy: Path) -> None:
    """Copy whose every cached result is 987654321: what is read back was computed anew."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = _CACHED.sub(rb"\1<v>987654321</v>", content)
            target.writestr(name, content)
