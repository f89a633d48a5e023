"""The empty workbook and the page that documents it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from exports.imports.docs import import_page
from exports.imports.template import template_workbook
from grants.workbook_format.sheets import SHEETS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    """The template, read by another library."""
    return openpyxl.load_workbook(BytesIO(template_workbook()))


def _rules(sheet: Worksheet, column: str) -> list[tuple[str | None, str | None, str | None]]:
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == column)
    return [
        (rule.type, rule.formula1, rule.errorStyle)
        for rule in sheet.data_validations.dataValidation
        if f"{letter}3" in str(rule.sqref).split(":")
    ]


def test_the_template_has_the_same_bytes_each_time() -> None:
    assert template_workbook() == template_workbook()


def test_the_guide_comes_first_then_one_sheet_per_object(book: openpyxl.Workbook) -> None:
    names = [sheet.name for sheet in SHEETS]

    assert book.sheetnames == ["Lisez-moi", *names, "Lignes", "Listes"]
    assert book["Listes"].sheet_state == "hidden"


def test_each_sheet_names_its_columns_then_helps(book: openpyxl.Workbook) -> None:
    for sheet in SHEETS:
        lines = list(book[sheet.name].iter_rows(values_only=True))
        assert list(lines[0]) == [column.name for column in sheet.columns]
        assert str(lines[1][0]).startswith("Aide : ")
        assert all(lines[1])
        assert book[sheet.name].freeze_panes == "B3"


def test_required_columns_look_different(book: openpyxl.Workbook) -> None:
    for sheet in SHEETS:
        head = {str(cell.value): cell.fill.fgColor.rgb for cell in book[sheet.name][1]}
        required = {head[column.name] for column in sheet.columns if column.required}
        optional = {head[column.name] for column in sheet.columns if not column.required}
        assert len(required) == 1
        assert not required & optional


def test_closed_lists_drop_down_and_hold_the_wordings(book: openpyxl.Workbook) -> None:
    kind, source, style = _rules(book["absences"], "type")[0]
    assert (kind, style) == ("list", None)
    cells = book["Listes"][str(source).replace("Listes!", "").replace("$", "")]
    assert [row[0].value for row in cells][:3] == ["Congés payés", "RTT", "Maladie"]


def test_references_drop_down_from_the_other_sheet_and_only_warn(book: openpyxl.Workbook) -> None:
    kind, source, style = _rules(book["feuilles_temps"], "operation")[0]

    assert (kind, style) == ("list", "warning")
    assert str(source).startswith("conventions!$A$3:")


@pytest.mark.parametrize(
    ("sheet", "column", "kind"),
    [
        ("conventions", "debut", "date"),
        ("conventions", "montant_maximum", "decimal"),
        ("conventions", "taux_max", "decimal"),
        ("feuilles_temps", "heures", "decimal"),
        ("territoires", "population", "whole"),
        ("bulletins", "mois", "date"),
        ("agents", "nom", "textLength"),
    ],
)
def test_what_is_typed_is_checked_in_french(
    book: openpyxl.Workbook, sheet: str, column: str, kind: str
) -> None:
    assert [rule[0] for rule in _rules(book[sheet], column)] == [kind]
    rules = book[sheet].data_validations.dataValidation
    assert all(str(rule.error).startswith("Attendu : ") for rule in rules)


def test_hours_keep_the_standard_format_so_that_times_stay_times(book: openpyxl.Workbook) -> None:
    letter = next(
        cell.column_letter for cell in book["feuilles_temps"][1] if cell.value == "heures"
    )

    assert book["feuilles_temps"].column_dimensions[letter].number_format == "General"


def test_the_budget_lines_are_listed_with_their_codes(book: openpyxl.Workbook) -> None:
    lines = list(book["Lignes"].iter_rows(values_only=True))

    assert lines[0] == ("cote", "ligne", "intitulé")
    assert ("Charges", "641", "Rémunération des personnels") in lines


def test_the_committed_page_is_the_one_that_the_list_of_columns_gives() -> None:
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")

    assert page == import_page(), "run: python -m exports.imports.docs"


def test_the_page_documents_every_column_with_an_example() -> None:
    page = import_page()

    for sheet in SHEETS:
        for column in sheet.columns:
            row = next(line for line in page.splitlines() if line.startswith(f"| `{column.name}` "))
            assert row.rstrip("| ").endswith("`")
