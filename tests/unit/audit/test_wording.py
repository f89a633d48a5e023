"""How the trail's events read: fields by their French names, values as screens show them."""

from __future__ import annotations

import json

import pytest

from grants.services.audit.wording import WITHHELD, change_lines
from grants.workbook_format.sheet import ORGANISATION
from grants.workbook_format.sheets import SHEET_BY_NAME, SHEETS


def lines(kind: str, before: object, after: object) -> tuple[str, ...]:
    texts = [None if one is None else json.dumps(one) for one in (before, after)]
    return change_lines(kind, *texts)


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        ("convention", {"rate": "0.5"}, {"rate": "0.6"}, "Taux : 50\u202f% → 60\u202f%"),
        (
            "convention",
            {"maximum": None},
            {"maximum": "40000.00"},
            "Montant maximum : – → 40\u202f000,00\u00a0€",
        ),
        (
            "convention",
            {"end_on": "2025-01-01"},
            {"end_on": "2025-07-01"},
            "Dernier jour : 31/12/2024 → 30/06/2025",
        ),
        (
            "convention",
            {"settings": {"max_rate": "70 %"}},
            {"settings": {}},
            "Taux maximum : 70 % → –",
        ),
        ("payment", {"kind": "advance"}, {"kind": "balance"}, "Nature : Avance → Solde"),
        ("employment", {"fte": "1"}, {"fte": "0.8"}, "Quotité : 100\u202f% → 80\u202f%"),
        (
            "employment",
            {"weekly_minutes": 2100},
            {"weekly_minutes": 1680},
            "Heures par semaine : 35\u00a0h → 28\u00a0h",
        ),
        ("user", {"is_active": True}, {"is_active": False}, "Compte actif : oui → non"),
        (
            "person",
            {"last_name": WITHHELD},
            {"last_name": WITHHELD},
            "Nom : modifié, valeurs non conservées",
        ),
        ("post", {"code": "P1"}, None, "Code : P1 → supprimé"),
        ("post", {"fte": "pas un nombre"}, {"fte": "1"}, "ETP : pas un nombre → 1"),
        ("post", {"inconnu": "a"}, {"inconnu": "b"}, "inconnu : a → b"),
    ],
)
def test_a_change_reads_as_a_sentence(
    kind: str, before: object, after: object, expected: str
) -> None:
    assert lines(kind, before, after) == (expected,)


def test_a_creation_tells_what_is_filled_in_the_order_of_the_table() -> None:
    found = lines("convention", None, {"rate": "0.5", "piece": "", "number": "FSE-1"})

    assert found == ("Numéro : FSE-1", "Taux : 50\u202f%")


def test_an_import_tells_its_rows_by_sheet() -> None:
    found = lines("import", None, {"file": "c.xlsx", "sheets": {"agents": "2/0/1"}})

    assert found == ("Fichier : c.xlsx", "Feuille agents : 2 ajoutées, 1 retirée")


@pytest.mark.parametrize("text", ["{", "[1]", "x"])
def test_a_document_that_somebody_spoilt_is_shown_as_it_stands(text: str) -> None:
    assert change_lines("convention", None, text) == (f"illisible : {text}",)


def test_every_field_that_imports_tell_has_a_french_name() -> None:
    called = [
        (lines(sheet.trail.kind, None, {target: "x"})[0].partition(" : ")[0], target)
        for sheet in SHEETS
        if sheet.trail is not None
        for target in sheet.targets.values()
        if target != ORGANISATION
    ]

    assert [field for name, field in called if name == field] == []


def test_the_columns_that_name_a_row_are_columns_of_its_sheet() -> None:
    for sheet in SHEETS:
        for path in () if sheet.trail is None else sheet.trail.columns:
            name, _, beyond = path.partition(".")
            other = sheet.column(name).refers_to
            assert not beyond or SHEET_BY_NAME[other].column(beyond), sheet.name
