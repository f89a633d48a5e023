"""Lists as files: the same cells as on screen, and nothing that runs."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from exports.kit.tables import Table, table_csv, table_xlsx
from exports.kit.workbook import Column

COLUMNS = (
    Column("Nom", 20),
    Column("Montant", 12, "euro"),
    Column("Jour", 12, "date"),
    Column("Nombre", 8, "number"),
)
DAY = date(2024, 12, 14)
TABLE = Table(
    "Essai", COLUMNS, [("Éloïse ; « B »\n", Decimal("-1234.50"), DAY, 3), ("", None, None, 0)]
)


def sheet(table: Table) -> list[tuple[object, ...]]:
    """Cells of the workbook."""
    book = openpyxl.load_workbook(io.BytesIO(table_xlsx(table, created=DAY)))
    assert book.active is not None
    return list(book.active.iter_rows(values_only=True))


def rows(table: Table) -> list[list[str]]:
    """Cells of the csv."""
    text = table_csv(table).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_both_files_hold_the_titles_and_every_row() -> None:
    assert rows(TABLE)[0] == ["Nom", "Montant", "Jour", "Nombre"]
    assert rows(TABLE)[1] == ["Éloïse ; « B »\n", "-1234,50", "14/12/2024", "3"]
    assert rows(TABLE)[2] == ["", "", "", "0"]
    assert sheet(TABLE)[1][1] == -1234.5
    assert sheet(TABLE)[2] == (None, None, None, 0)


def test_days_are_days_in_the_workbook() -> None:
    day = sheet(TABLE)[1][2]

    assert str(day).startswith("2024-12-14")


@pytest.mark.parametrize("text", ["=1+1", "+33", "-x", "@cmd", "\t=1", "\r=1"])
def test_text_never_runs_as_a_formula(text: str) -> None:
    table = Table("T", COLUMNS[:1], [(text,)])

    assert rows(table)[1][0].startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(table_xlsx(table, created=DAY)))
    assert book.active is not None
    assert book.active["A2"].data_type == "s"


def test_negative_amounts_stay_numbers_in_csv() -> None:
    assert rows(TABLE)[1][1] == "-1234,50"


def test_the_same_rows_give_the_same_bytes() -> None:
    assert table_xlsx(TABLE, created=DAY) == table_xlsx(TABLE, created=DAY)
    assert table_csv(TABLE) == table_csv(TABLE)


def test_a_table_without_rows_has_its_titles() -> None:
    assert sheet(Table("Vide", COLUMNS, [])) == [("Nom", "Montant", "Jour", "Nombre")]
