"""What the cells of one row owe each other, and what an empty cell takes from its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from stdnum.fr import siren

from exports.imports.guide import budget_lines
from grants.enums import LetterNature, TerritoryKind
from grants.french import day_fr
from grants.parameters.territories import population_of
from grants.periods import DAY
from grants.rules.conventions.settings import SPEC_BY_COLUMN, SPEC_BY_KEY
from grants.services.imports.cells import CellRefused, Value, read_cell
from grants.services.imports.checking import CheckedFile, CheckedRow
from grants.services.imports.register import Register
from grants.services.imports.sheet_names import suggestion
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.conventions import (
    AVENANTS,
    CONVENTIONS,
    POSTES_CONVENTIONS,
    TERMS_THAT_AMENDMENTS_CHANGE,
)
from grants.workbook_format.framework import TERRITOIRES, TEXTES
from grants.workbook_format.funding import BUDGETS
from grants.workbook_format.indicators import PIECES, VALEURS
from grants.workbook_format.people import AFFECTATIONS, LETTRES_MISSION
from grants.workbook_format.sheets import SHEETS
from grants.workbook_format.time_and_pay import ABSENCES

SIREN_DIGITS = 9
# Kinds that the official list tells apart; for others the code alone decides.
LISTED_KINDS = (TerritoryKind.EPCI, TerritoryKind.DEPARTEMENT, TerritoryKind.REGION)
# How the value of each amended term is read: as in the column of that name.
_TERMS = {
    name: replace(CONVENTIONS.column(name), name=AVENANTS.column("valeur").name, required=True)
    for name in TERMS_THAT_AMENDMENTS_CHANGE
}

Rule = Callable[[CheckedFile, Register, CheckedRow], None]


def apply_row_rules(file: CheckedFile, register: Register) -> None:
    """Check and complete each row; what is wrong is kept in the file's problems."""
    for sheet in SHEETS:
        rule = RULES.get(sheet.name)
        has_period = any(column.is_last_day for column in sheet.columns)
        for row in file.rows(sheet.name):
            if rule is not None:
                rule(file, register, row)
            if has_period:
                _check_period(file, sheet.name, row)


def _check_period(file: CheckedFile, sheet: str, row: CheckedRow) -> None:
    first, last = row.values.get("debut"), row.values.get("fin")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        expected = f"un dernier jour qui ne précède pas le premier, {day_fr(first)}"
        file.refuse(sheet, row.number, "fin", last, expected)


def _territory(file: CheckedFile, _: Register, row: CheckedRow) -> None:
    code = str(row.values.get("code_insee") or "")
    if len(code) == SIREN_DIGITS and code.isdigit() and not siren.is_valid(code):
        expected = "un SIREN : 9 chiffres dont la clé de contrôle est juste"
        file.refuse(TERRITOIRES.name, row.number, "code_insee", code, expected)
    if code and row.values.get("population", 0) is None:
        _fill_population(code, row)


def _fill_population(code: str, row: CheckedRow) -> None:
    """Inhabitants left empty are those of the official list."""
    kind = row.values.get("type")
    listed = next((known for known in LISTED_KINDS if known == kind), None)
    official = population_of(code, listed)
    if official is not None:
        row.values["population"] = official.population
        if "population_annee" in row.values:
            row.values["population_annee"] = official.year


def _setting_text(file: CheckedFile, _: Register, row: CheckedRow) -> None:
    """The setting that a text speaks of is stored by its key, as amendments store it."""
    name = str(row.values.get("parametre") or "")
    if name in SPEC_BY_COLUMN:
        row.values["parametre"] = SPEC_BY_COLUMN[name].key
    elif name and name not in SPEC_BY_KEY:
        expected = "un paramètre d'un dispositif" + suggestion(name, SPEC_BY_COLUMN)
        file.refuse(TEXTES.name, row.number, "parametre", name, expected)


def _amendment(file: CheckedFile, _: Register, row: CheckedRow) -> None:
    name, text = row.values.get("champ"), row.values.get("valeur")
    if name is None:
        return
    column = _TERMS.get(str(name))
    if column is None and name in SPEC_BY_KEY:
        name = SPEC_BY_KEY[str(name)].column
    if column is None and name in SPEC_BY_COLUMN:
        column = Column(str(name), CellKind.SETTING, "", "", True)
    if column is None:
        known = [*TERMS_THAT_AMENDMENTS_CHANGE, *SPEC_BY_COLUMN]
        expected = "un terme ou un paramètre de la convention" + suggestion(str(name), known)
        file.refuse(AVENANTS.name, row.number, "champ", name, expected)
        return
    row.values["champ"] = SPEC_BY_COLUMN[column.name].key if name in SPEC_BY_COLUMN else name
    if text is None:
        return
    try:
        row.values["valeur"] = _stored_text(str(name), text, read_cell(column, text))
    except CellRefused as refused:
        file.refuse(AVENANTS.name, row.number, "valeur", text, str(refused))


def _stored_text(name: str, typed: Value, value: Value) -> str:
    """Text of an amended value: as typed, but terms in the one spelling that anyone can read."""
    if name not in _TERMS:
        return str(typed)
    if isinstance(value, date):
        return value.isoformat()
    if _TERMS[name].kind is CellKind.FRACTION and isinstance(value, Decimal):
        value = value.normalize()
    return f"{value:f}"


def _funding(file: CheckedFile, register: Register, row: CheckedRow) -> None:
    """Days left empty are those of the convention."""
    code = row.values.get("convention")
    if code is None:
        return
    start, end = _days_of_convention(str(code), register)
    if row.values.get("debut", start) is None:
        row.values["debut"] = start
    if row.values.get("fin", end) is None:
        row.values["fin"] = end


def _days_of_convention(code: str, register: Register) -> tuple[Value, Value]:
    row = register.in_file[CONVENTIONS.name].get(code)
    if row is not None:
        return row.values.get("debut"), row.values.get("fin")
    entry = register.entry(CONVENTIONS.name, code)
    if entry is None:
        return None, None
    return entry.start_on, None if entry.end_on is None else entry.end_on - DAY


def _holding(file: CheckedFile, _: Register, row: CheckedRow) -> None:
    replaced = row.values.get("remplace")
    if replaced is not None and replaced == row.values.get("agent"):
        file.refuse(
            AFFECTATIONS.name, row.number, "remplace", replaced, "un autre agent que lui-même"
        )


def _letter(file: CheckedFile, _: Register, row: CheckedRow) -> None:
    fixed = row.values.get("nature") == LetterNature.FIXED_SHARE.value
    if fixed and not row.values.get("part", Decimal(1)):
        expected = "la part mensuelle que fixe la lettre, par exemple 60 %"
        file.refuse(LETTRES_MISSION.name, row.number, "part", row.values.get("part"), expected)


def _absence(file: CheckedFile, _: Register, row: CheckedRow) -> None:
    first, last = row.values.get("debut"), row.values.get("fin")
    if row.values.get("heures") and first is not None and last is not None and first != last:
        expected = "le même jour que debut : des heures ne valent que pour une partie de journée"
        file.refuse(ABSENCES.name, row.number, "fin", last, expected)


def _value(file: CheckedFile, register: Register, row: CheckedRow) -> None:
    if row.values.get("convention") is None:
        if "territoire" in row.values and row.values["territoire"] is None:
            expected = "une convention, ou un territoire dans sa colonne"
            file.refuse(VALEURS.name, row.number, "convention", None, expected)
        elif not (row.values.get("structure") or register.has_one_organisation()):
            expected = "une structure : plusieurs structures pourraient déclarer cette valeur"
            file.refuse(VALEURS.name, row.number, "structure", None, expected)


def _piece(file: CheckedFile, register: Register, row: CheckedRow) -> None:
    owned = any(row.values.get(name) for name in ("agent", "convention", "structure"))
    if not owned and not register.has_one_organisation():
        expected = "une structure : plusieurs structures pourraient avoir cette pièce"
        file.refuse(PIECES.name, row.number, "structure", None, expected)


def _budget(file: CheckedFile, _: Register, row: CheckedRow) -> None:
    side, code = row.values.get("cote"), row.values.get("ligne")
    codes = [line.code for line in budget_lines() if line.side == side]
    if side is not None and code is not None and code not in codes:
        expected = "un code de la feuille Lignes du modèle, du même côté"
        file.refuse(
            BUDGETS.name, row.number, "ligne", code, expected + suggestion(str(code), codes)
        )


RULES: dict[str, Rule] = {
    TERRITOIRES.name: _territory,
    TEXTES.name: _setting_text,
    AVENANTS.name: _amendment,
    POSTES_CONVENTIONS.name: _funding,
    AFFECTATIONS.name: _holding,
    LETTRES_MISSION.name: _letter,
    ABSENCES.name: _absence,
    BUDGETS.name: _budget,
    VALEURS.name: _value,
    PIECES.name: _piece,
}
