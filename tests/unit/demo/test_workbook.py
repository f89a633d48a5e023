"""The demonstration workbook: what it promises stands in it, and it is the same each time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from stdnum.fr import siret

from exports.imports.filled_workbook import Cell, ImportRows, UnfitRow, filled_workbook
from grants.enums import LetterNature
from grants.rules.claims.cerfa_lines import CERFA_LINE_BY_CODE
from grants.services.demo import Demonstration, demonstration, demonstration_rows
from grants.workbook_format.sheets import SHEETS


@pytest.fixture(scope="module")
def rows() -> ImportRows:
    return demonstration_rows()


@pytest.fixture(scope="module")
def made() -> Demonstration:
    return demonstration()


def _texts(rows: ImportRows, sheet: str, column: str) -> list[Cell]:
    return [row.get(column) for row in rows[sheet]]


def _hours(rows: ImportRows, agent: str, *, on_operation: bool) -> Decimal:
    entries = [row for row in rows["feuilles_temps"] if row["agent"] == agent]
    wanted = [row for row in entries if row.get("operation") or not on_operation]
    return sum((Decimal(str(row["heures"])) for row in wanted), Decimal(0))


def test_the_same_code_gives_the_same_bytes(made: Demonstration) -> None:
    assert demonstration() == made


def test_every_sheet_is_there_with_the_documented_headers(made: Demonstration) -> None:
    book = load_workbook(BytesIO(made.workbook), read_only=True)

    headers = {s.title: [c.value for c in next(s.iter_rows(max_row=1))] for s in book.worksheets}

    assert headers == {sheet.name: [column.name for column in sheet.columns] for sheet in SHEETS}


def test_every_key_is_given_once(rows: ImportRows) -> None:
    for sheet in SHEETS:
        keys = [tuple(row.get(name) for name in sheet.key) for row in rows[sheet.name]]
        assert len(keys) == len(set(keys)), sheet.name


def test_every_reference_names_a_row_that_exists(rows: ImportRows) -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            if column.refers_to:
                known = {row[_key(column.refers_to)] for row in rows[column.refers_to]}
                used = {v for v in _texts(rows, sheet.name, column.name) if v}
                assert used <= known, (sheet.name, column.name)


def test_every_piece_that_is_cited_is_listed_and_its_file_is_made(
    rows: ImportRows, made: Demonstration
) -> None:
    listed = {row["reference"]: str(row["fichier"]) for row in rows["pieces"]}
    cited = {row["piece"] for sheet in SHEETS for row in rows[sheet.name] if row.get("piece")}

    assert cited <= listed.keys()
    assert set(listed.values()) == made.pieces.keys()


def test_every_siret_passes_its_checksum(rows: ImportRows) -> None:
    numbers = _texts(rows, "structures", "siret")

    assert all(siret.is_valid(str(number)) for number in numbers)
    assert len(numbers) == len(set(numbers))


def test_budgets_name_lines_of_the_states_form(rows: ImportRows) -> None:
    used = {(row["cote"], row["ligne"]) for row in rows["budgets"]}

    assert used <= CERFA_LINE_BY_CODE.keys()


def test_each_budget_plans_as_much_income_as_cost(rows: ImportRows) -> None:
    for convention in set(_texts(rows, "budgets", "convention")):
        planned = [row for row in rows["budgets"] if row["convention"] == convention]
        sides = {
            side: sum(Decimal(str(r["prevision"])) for r in planned if r["cote"] == side)
            for side in set(_texts(rows, "budgets", "cote"))
        }
        assert len(set(sides.values())) == 1, (convention, sides)


def test_one_person_stands_just_under_forty_percent_and_one_well_above(rows: ImportRows) -> None:
    under = _hours(rows, "79-A4", on_operation=True) / _hours(rows, "79-A4", on_operation=False)
    above = _hours(rows, "79-A3", on_operation=True) / _hours(rows, "79-A3", on_operation=False)

    assert round(under, 3) == Decimal("0.387")
    assert above == Decimal("0.75")


def test_nobody_declares_hours_on_leave_or_on_a_public_holiday(rows: ImportRows) -> None:
    days = {row["date"] for row in rows["feuilles_temps"]}

    assert date(2018, 5, 8) not in days
    assert date(2018, 8, 15) not in days
    assert date(2018, 2, 20) not in days
    assert all(isinstance(day, date) and day.weekday() < 5 for day in days)


def test_only_october_lacks_a_managers_signature(rows: ImportRows) -> None:
    unsigned = [r for r in rows["signatures"] if r.get("signee_responsable_le") is None]

    assert [(r["agent"], r["mois"]) for r in unsigned] == [("79-A3", date(2018, 10, 1))]


def test_every_letter_is_dated_before_the_days_it_covers(rows: ImportRows) -> None:
    for row in rows["lettres_mission"]:
        assert str(row["datee_du"]) < str(row["debut"])
    natures = {row["nature"] for row in rows["lettres_mission"]}
    assert natures == set(LetterNature)


def test_the_list_of_clause_employees_adds_up_to_the_hours_indicator(rows: ImportRows) -> None:
    listed = sum(Decimal(str(row["heures"])) for row in rows["salaries_clauses"])
    stated = {
        row["valeur"]
        for row in rows["valeurs"]
        if row.get("convention") == "FSE-79-2018" and row["indicateur"] == "heures_insertion"
    }

    assert stated == {int(listed)}


def test_four_posts_of_the_call_stand_on_six_territories(rows: ImportRows) -> None:
    posts = [row for row in rows["postes"] if row["structure"] == "PLIE79"]

    assert sum(Decimal(str(row["etp"])) for row in posts) == 4
    assert len({row["territoire"] for row in posts}) == 6


def test_a_row_with_a_column_that_the_sheet_does_not_have_is_refused() -> None:
    with pytest.raises(UnfitRow, match="inconnues couleur"):
        ImportRows().add("agents", matricule="A", nom="N", prenom="P", structure="S", couleur="x")


def test_a_row_without_a_required_cell_is_refused() -> None:
    with pytest.raises(UnfitRow, match="manquantes prenom, structure"):
        ImportRows().add("agents", matricule="A", nom="N")


def test_text_that_looks_like_a_formula_stays_text() -> None:
    rows = ImportRows()
    rows.add("financeurs", code="=1+1", nom="@nom", type="État")

    sheet = load_workbook(BytesIO(filled_workbook(rows)))["financeurs"]

    assert [(cell.value, cell.data_type) for cell in sheet[2]][:2] == [("=1+1", "s"), ("@nom", "s")]


def _key(sheet: str) -> str:
    return next(s for s in SHEETS if s.name == sheet).key[0]
