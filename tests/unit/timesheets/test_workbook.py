"""A month as a workbook: what it shows, what it keeps closed, and what comes back from it."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from exports.timesheets.workbook import write_sheets_workbook
from grants.errors import Unreadable
from grants.rules.timesheets.rows import row_key
from grants.rules.timesheets.sheet import Sheet
from grants.rules.timesheets.typing import plan_changes
from grants.services.timesheets.workbooks import SIZE_LIMIT, ReadMonth, read_sheets_workbook
from tests.factories.timesheets.printed import JANUARY, leave, make_rows, make_sheet, with_totals
from tests.office import recalculated, values

CREATED = date(2025, 2, 3)
SIXTH = date(2025, 1, 6)


def keyed(sheet: Sheet) -> Sheet:
    """The sheet with keys as the database gives them."""
    keys = {row.key: row_key(row.convention_id, row.activity, row.market) for row in sheet.rows}
    rows = tuple(replace(row, key=keys[row.key]) for row in sheet.rows)
    minutes = {(keys[key], day): count for (key, day), count in sheet.minutes.items()}
    return with_totals(replace(sheet, rows=rows, minutes=minutes))


def opened(sheet: Sheet) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(write_sheets_workbook([sheet], created=CREATED)))
    assert isinstance(book.active, Worksheet)
    return book.active


def read_back(folder: Path, sheet: Sheet, change: Callable[[Worksheet], None]) -> ReadMonth:
    """The month after somebody changed the file in another program, which drops cached totals."""
    book = openpyxl.load_workbook(io.BytesIO(write_sheets_workbook([sheet], created=CREATED)))
    assert isinstance(book.active, Worksheet)
    drop_formulas(book.active)
    change(book.active)
    path = folder / "mois.xlsx"
    book.save(path)
    return read_sheets_workbook(path)[0]


def drop_formulas(sheet: Worksheet) -> None:
    for line in sheet.iter_rows():
        for cell in line:
            if cell.data_type == "f":
                cell.value = None


@pytest.fixture
def january() -> Sheet:
    return keyed(make_sheet())


def test_the_workbook_shows_every_line_and_day_as_real_hours(january: Sheet) -> None:
    sheet = opened(january)

    assert sheet.title == "Janvier"
    assert "janvier" in str(sheet["B3"].value)
    assert sheet["B7"].value == "FSE-79-2024 · Sensibiliser"
    assert [sheet.cell(6, column).value for column in (3, 33)] == [1, 31]
    first = january.rows[0].key
    for column, facts in enumerate(january.days, 3):
        minutes = january.minutes.get((first, facts.day), 0)
        assert (sheet.cell(7, column).value or 0) * 60 == pytest.approx(minutes)


def test_totals_are_formulas_with_the_value_that_they_compute(january: Sheet) -> None:
    content = write_sheets_workbook([january], created=CREATED)

    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
    formulas = openpyxl.load_workbook(io.BytesIO(content)).active

    assert cached is not None
    assert formulas is not None
    last = 7 + len(january.rows)
    assert cached.cell(last, 34).value == pytest.approx(january.total_minutes / 60)
    assert formulas.cell(last, 34).value == f"=SUM(C{last}:AG{last})"
    assert cached.cell(7, 34).value == pytest.approx(january.row_totals[january.rows[0].key] / 60)


def test_closed_days_are_shaded_and_cannot_be_typed_in() -> None:
    days = keyed(make_sheet(absences=[leave(date(2025, 1, 20), 5)])).days
    closed = tuple(
        replace(facts, locked_because="Congés payés") if facts.absence_minutes else facts
        for facts in days
    )

    sheet = opened(replace(keyed(make_sheet()), days=closed))

    assert sheet.protection.sheet
    assert sheet["W7"].protection.locked
    assert sheet["W7"].fill.fgColor.rgb != "00000000"
    assert not sheet["H7"].protection.locked
    assert sheet["W6"].comment is not None


def test_proposals_stand_in_italics_and_count(january: Sheet) -> None:
    place = (january.rows[0].key, date(2025, 1, 4))
    sheet = opened(replace(january, proposed={place: 60}))

    assert sheet["F7"].value == 1
    assert sheet["F7"].font.italic


def test_hours_are_checked_while_typing(january: Sheet) -> None:
    rules = opened(january).data_validations.dataValidation

    assert {rule.type for rule in rules} == {"decimal"}
    assert all("7,5" in str(rule.error) for rule in rules)


def test_the_same_sheet_gives_the_same_bytes(january: Sheet) -> None:
    first = write_sheets_workbook([january], created=CREATED)

    assert first == write_sheets_workbook([january], created=CREATED)


def test_a_year_has_a_sheet_for_each_month() -> None:
    months = [keyed(make_sheet(date(2025, number, 1))) for number in (1, 2, 12)]

    book = openpyxl.load_workbook(
        io.BytesIO(write_sheets_workbook(months, created=CREATED)), read_only=True
    )

    assert book.sheetnames == ["Janvier", "Février", "Décembre"]


@given(counts=st.lists(st.integers(0, 1440), min_size=1, max_size=31), lines=st.integers(1, 9))
@settings(max_examples=40)
def test_a_workbook_that_comes_back_untouched_changes_nothing(
    counts: list[int], lines: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = make_rows(lines)
    places = {
        (rows[n % lines].key, date(2025, 1, 1 + n)): count
        for n, count in enumerate(counts)
        if count
    }
    sheet = keyed(make_sheet(rows=rows, minutes=places, comments={SIXTH: "Réunion à Niort"}))
    path = tmp_path_factory.mktemp("mois") / "mois.xlsx"
    path.write_bytes(write_sheets_workbook([sheet], created=CREATED))

    (read,) = read_sheets_workbook(path)

    assert (read.person_code, read.month, read.version) == ("A01", JANUARY, 3)
    typed = {place: cell.typed for place, cell in read.cells.items()}
    plan = plan_changes(sheet, typed, version=read.version)
    assert (plan.cells, plan.problems, read.faults) == ({}, [], [])
    assert [day for day, cell in read.comments.items() if cell.typed] == [SIXTH]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7.5, 450),
        (8, 480),
        (0.33, 20),
        ("7h30", "7h30"),
        ("7,5", "7,5"),
        (time(7, 30), 450),
        (timedelta(hours=7, minutes=30), 450),
        (None, ""),
        ("  ", ""),
    ],
)
def test_hours_are_read_however_the_spreadsheet_kept_them(
    january: Sheet, tmp_path: Path, value: object, expected: object
) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["H7"].value = value  # type: ignore[assignment] # any value that openpyxl writes

    found = read_back(tmp_path, january, change).cells[january.rows[0].key, SIXTH]

    assert (found.typed, found.fault, found.address) == (expected, "", "Janvier!H7")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.3125, "0,3125 heure n'est pas un nombre entier de minutes"),
        (25, "24 h d'une journée"),
        (-1, "24 h d'une journée"),
        (True, "pas une durée"),
        (date(2025, 1, 6), "une date"),
    ],
)
def test_what_is_no_duration_says_so_at_its_address(
    january: Sheet, tmp_path: Path, value: object, said: str
) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["H7"].value = value  # type: ignore[assignment] # any value that openpyxl writes

    found = read_back(tmp_path, january, change).cells[january.rows[0].key, SIXTH]

    assert said in found.fault
    assert found.address == "Janvier!H7"


def test_columns_and_rows_may_have_moved(january: Sheet, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for row in range(1, sheet.max_row + 1):
            left, right = sheet.cell(row, 8), sheet.cell(row, 9)
            if row in (3, 4):
                continue
            left.value, right.value = right.value, left.value
        for column in range(1, 34):
            top, bottom = sheet.cell(7, column), sheet.cell(8, column)
            top.value, bottom.value = bottom.value, top.value

    read = read_back(tmp_path, january, change)

    typed = {place: cell.typed for place, cell in read.cells.items()}
    assert plan_changes(january, typed, version=3).cells == {}
    assert plan_changes(january, typed, version=3).problems == []


def test_a_line_copied_below_is_refused_where_it_stands(january: Sheet, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for column in range(1, 34):
            sheet.cell(20, column).value = sheet.cell(7, column).value

    read = read_back(tmp_path, january, change)

    assert read.faults
    assert all("copie de celle de Janvier!" in fault.fault for fault in read.faults)


def test_hours_on_a_line_of_ones_own_are_refused(january: Sheet, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A20"].value, sheet["H20"].value = "ma ligne", 3

    (fault,) = read_back(tmp_path, january, change).faults

    assert fault.address == "Janvier!H20"
    assert "ajoutez-la dans le logiciel" in fault.fault


def test_a_month_twice_is_refused(january: Sheet, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_sheets_workbook([january], created=CREATED)))
    assert isinstance(book.active, Worksheet)
    drop_formulas(book.active)
    book.copy_worksheet(book.active)
    book.save(tmp_path / "mois.xlsx")

    with pytest.raises(Unreadable, match="sont le même mois"):
        read_sheets_workbook(tmp_path / "mois.xlsx")


def test_a_formula_that_was_never_computed_is_refused(january: Sheet, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"Janvier!H7 est une formule sans résultat"):
        read_back(tmp_path, january, lambda sheet: setattr(sheet["H7"], "value", "=3.5+4"))


def test_hidden_lines_that_were_changed_are_refused(january: Sheet, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="première ligne, masquée"):
        read_back(tmp_path, january, lambda sheet: setattr(sheet["C1"], "value", "hier"))
    with pytest.raises(Unreadable, match="H2, masquée"):
        read_back(tmp_path, january, lambda sheet: setattr(sheet["H2"], "value", "lundi"))
    with pytest.raises(Unreadable, match="aucun mois de feuille de temps"):
        read_back(tmp_path, january, lambda sheet: setattr(sheet["A1"], "value", None))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "n'est pas un classeur"),
        (b"\x89PNG" * 750_000, "n'est pas un classeur"),
        (b"\0" * (SIZE_LIMIT + 1), "au plus sont lus"),
        (b"PK\x03\x04 junk", "abîmé"),
    ],
)
def test_junk_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mois.xlsx"
    path.write_bytes(content)

    with pytest.raises(Unreadable, match=said):
        read_sheets_workbook(path)


def test_a_bomb_is_refused_before_it_swells(tmp_path: Path) -> None:
    path = tmp_path / "mois.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)

    with pytest.raises(Unreadable, match="se décompresse plus de"):
        read_sheets_workbook(path)


def test_a_sheet_that_is_far_too_wide_is_refused(january: Sheet, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="n'est pas si grande"):
        read_back(tmp_path, january, lambda sheet: setattr(sheet["XFD9"], "value", 1))


@pytest.mark.office
@pytest.mark.parametrize("kind", ["ods", "xlsx:Calc MS Excel 2007 XML"])
def test_libreoffice_saves_it_without_changing_anything(
    january: Sheet, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "mois.xlsx"
    path.write_bytes(write_sheets_workbook([january], created=CREATED))
    out = tmp_path / "out"
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
               "--headless", "--convert-to", kind, "--outdir", str(out), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)

    (read,) = read_sheets_workbook(out / f"mois.{kind.partition(':')[0]}")

    typed = {place: cell.typed for place, cell in read.cells.items()}
    plan = plan_changes(january, typed, version=read.version)
    assert (plan.cells, plan.problems, read.faults) == ({}, [], [])


@pytest.mark.office
def test_totals_are_what_libreoffice_computes(january: Sheet, tmp_path: Path) -> None:
    path = tmp_path / "mois.xlsx"
    path.write_bytes(write_sheets_workbook([january], created=CREATED))

    cached, again = values(path), recalculated(path)

    totals = [
        place for place in cached if place[1].startswith("AH") and place[1] not in ("AH5", "AH6")
    ]
    assert len(totals) == len(january.rows) + 1
    assert {place: again[place] for place in totals} == {place: cached[place] for place in totals}
