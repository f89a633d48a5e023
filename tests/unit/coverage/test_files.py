"""The coverage report as workbook, JSON and picture: right figures, live formulas, same bytes."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook

from exports.coverage.chart import charted, coverage_chart_spec, coverage_chart_svg
from exports.coverage.json_file import coverage_json
from exports.coverage.workbook import coverage_workbook
from exports.kit.json_values import canonical
from grants.periods import Period
from grants.rules.coverage.report import CoverageReport, coverage_of
from tests.factories.coverage.facts import Place

STATE_YEAR = Period(date(2023, 12, 15), date(2024, 12, 15))
HALF = Decimal("0.5")


def _place() -> Place:
    place = Place()
    departement = place.territory("=Deux-Sèvres", population=375_229, target=Decimal(4))
    town = place.territory("Niortais", parent=departement, population=123_326)
    first, second = place.post(departement), place.post(town, HALF)
    place.holder(1, first)
    place.holder(2, second, share=HALF)
    place.funding(first, STATE_YEAR, number="E-2023", funder="DREETS")
    place.stated_hours(departement, 7_312, Period.year(2023))
    return place


@pytest.fixture
def report() -> CoverageReport:
    return coverage_of(_place().facts(), Period.year(2024), date(2024, 6, 1))


def _books(report: CoverageReport) -> tuple[Workbook, Workbook]:
    content = coverage_workbook(report)
    return load_workbook(BytesIO(content)), load_workbook(BytesIO(content), data_only=True)


def test_the_same_report_gives_the_same_files(report: CoverageReport) -> None:
    assert coverage_workbook(report) == coverage_workbook(report)
    assert coverage_chart_svg(report) == coverage_chart_svg(report)
    assert canonical(coverage_json(report)) == canonical(coverage_json(report))


def test_a_territorys_total_is_a_formula_over_its_posts_and_the_territories_inside(
    report: CoverageReport,
) -> None:
    formulas, values = _books(report)
    heads = [cell.value for cell in formulas["Couverture"][4]]
    column = heads.index("ETP approuvés")

    formula = formulas["Couverture"][5][column].value

    assert "SUMIFS(Postes!" in formula
    assert formula.endswith("+F6,4)")
    assert values["Couverture"][5][column].value == 1.5


def test_every_formula_has_its_computed_value(report: CoverageReport) -> None:
    formulas, values = _books(report)

    for sheet in formulas.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            assert isinstance(values[sheet.title][cell.coordinate].value, int | float), cell


def test_dates_and_figures_are_typed_and_names_never_become_formulas(
    report: CoverageReport,
) -> None:
    _, values = _books(report)

    ends = values["Échéances"]
    assert ends["D5"].is_date
    assert ends["E5"].value == 1
    assert values["Couverture"]["A5"].value == "=Deux-Sèvres"
    assert values["Couverture"]["A5"].data_type == "s"


def test_the_workbook_says_where_populations_and_rules_come_from(report: CoverageReport) -> None:
    _, values = _books(report)

    told = " ".join(str(cell.value) for row in values["Sources"].iter_rows() for cell in row)

    assert "Licence Ouverte 2.0" in told
    assert "6a-2018" in told
    assert "un cofinancement n'ajoute pas de poste" in told


def test_an_empty_database_gives_empty_files_and_no_error() -> None:
    empty = coverage_of(Place().facts(), Period.year(2024), date(2024, 6, 1))

    _, values = _books(empty)

    assert values["Couverture"]["A5"].value == "Total"
    assert "<svg" in coverage_chart_svg(empty)
    assert json.loads(canonical(coverage_json(empty)))["territories"] == []


def test_the_json_writes_figures_as_text_and_posts_with_their_way(report: CoverageReport) -> None:
    document = json.loads(canonical(coverage_json(report)))

    assert document["schema"] == "grants.coverage/1"
    assert document["period"] == {"start": "2024-01-01", "end": "2025-01-01"}
    assert document["total"]["approved"] == "1.5"
    top = document["territories"][0]
    assert (top["code"], top["parent"], top["gap"]) == ("T1", None, "2.5")
    assert document["territories"][1]["parent"] == "T1"
    filled = top["own_posts"][0]["filled"]
    assert filled["label"] == "somme des agents en poste, au plus les ETP approuvés du jour"
    assert filled["inputs"][0]["explained"]["sources"][0]["sheet"] == "affectations"


def test_the_picture_is_well_formed_and_speaks_french(report: CoverageReport) -> None:
    svg = coverage_chart_svg(report)

    ElementTree.fromstring(svg)  # noqa: S314 # our own output
    assert "ETP par territoire du 01/01/2024 au 31/12/2024" in svg
    assert re.search(r"0,[25]", svg)
    assert "juil. 2025" in svg


def test_the_picture_shows_the_territories_inside_when_one_holds_everything(
    report: CoverageReport,
) -> None:
    assert [row.territory.name for row in charted(report)] == ["Niortais"]


def test_two_territories_of_one_name_get_two_bars() -> None:
    place = Place()
    for _ in range(2):
        place.post(place.territory("Vallée"))
    report = coverage_of(place.facts(), Period.year(2024), date(2024, 6, 1))

    bars = coverage_chart_spec(report)["vconcat"][0]["layer"][0]["data"]["values"]

    assert {bar["territory"] for bar in bars} == {"Vallée (T1)", "Vallée (T2)"}
