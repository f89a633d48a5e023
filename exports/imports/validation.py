"""Checks while typing: lists, dates, figures, with what was expected said in French.

They help and do not decide: whoever pastes passes them by, so the import checks everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from grants.labels import choices
from grants.rules.conventions.settings import SPEC_BY_COLUMN
from grants.workbook_format.columns import CellKind, Column, Sign
from grants.workbook_format.sheets import LISTS, SHEET_BY_NAME, SHEETS

FIRST_ROW = 2  # the third line: names stand in the first, help in the second
LAST_ROW = 200_000
FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)
PERCENT_LIMIT = 100
SETTING_LIMIT = 10_000_000
YES_NO = "oui_non"

Rule = dict[str, Any]


def list_name(column: Column) -> str:
    """Name of the closed list of a column, empty when it is free."""
    if column.kind is CellKind.BOOL:
        return YES_NO
    if column.closed_list is not None:
        return column.closed_list.__name__
    if column.kind is not CellKind.SETTING:
        return ""
    kind = SPEC_BY_COLUMN[column.name].kind
    return {"choice": column.name, "bool": YES_NO}.get(kind, "")


def write_lists(out: Any) -> dict[str, str]:
    """Write each closed list into a column of a sheet; the range of each by its name."""
    lists: dict[str, list[str]] = {}
    for column in (column for sheet in SHEETS for column in sheet.columns):
        if name := list_name(column):
            lists[name] = _options(column)
    ranges = {}
    for position, (name, options) in enumerate(lists.items()):
        for row, text in enumerate([name, *options]):
            out.write_string(row, position, text)
        letter = xl_col_to_name(position)
        ranges[name] = f"={LISTS}!${letter}$2:${letter}${len(options) + 1}"
    return ranges


def _options(column: Column) -> list[str]:
    if column.kind is CellKind.SETTING:
        return list(SPEC_BY_COLUMN[column.name].options) or ["oui", "non"]
    return choices(column.closed_list) if column.closed_list else column.options


def validation(column: Column, ranges: Mapping[str, str]) -> Rule:
    """Rule of XlsxWriter for the cells of a column, empty when anything may be typed."""
    if name := list_name(column):
        return _list(ranges[name])
    match column.kind:
        case CellKind.DATE | CellKind.MONTH:
            bounds = {"minimum": FIRST_DAY, "maximum": LAST_DAY}
            return _rule("date", "between", "Date attendue", "une date, comme 15/12/2023", bounds)
        case CellKind.REFERENCE:
            return _reference(column)
        case CellKind.SETTING:
            return _setting(column)
        case CellKind.SIRET:
            said = "les 14 chiffres d'un SIRET, espaces permis"
            return _rule("length", ">=", "SIRET attendu", said, {"value": column.maximum})
        case CellKind.TEXT:
            said = f"{column.maximum} caractères au plus"
            return _rule("length", "<=", "Texte trop long", said, {"value": column.maximum})
        case _:
            return _number(column)


def _rule(kind: str, criteria: str, title: str, expected: str, bounds: Rule) -> Rule:
    return {
        "validate": kind,
        "criteria": criteria,
        "error_title": title,
        "error_message": f"Attendu : {expected}.",
        "error_type": "stop",
    } | bounds


def _number(column: Column) -> Rule:
    upper = PERCENT_LIMIT if column.kind is CellKind.FRACTION else int(column.upper)
    lower = -upper if column.sign is Sign.ANY else 0
    said = {
        CellKind.FRACTION: "une part, comme 70 %",
        CellKind.HOURS: f"des heures, comme 7,5 ou 7:30, {upper} au plus",
        CellKind.WHOLE: "un nombre entier",
    }.get(column.kind, "un nombre, comme 1 234,56")
    kind = "integer" if column.kind is CellKind.WHOLE else "decimal"
    return _rule(kind, "between", "Nombre attendu", said, {"minimum": lower, "maximum": upper})


def _list(source: str) -> Rule:
    said = "une valeur de la liste ; la flèche à droite de la cellule l'ouvre"
    return _rule("list", "between", "Valeur hors de la liste", said, {"source": source})


def _reference(column: Column) -> Rule:
    """A list of the codes typed in the other sheet; others may be stored: a mere warning."""
    other = SHEET_BY_NAME[column.refers_to]
    letter = xl_col_to_name([c.name for c in other.columns].index(other.key[0]))
    source = f"={other.name}!${letter}${FIRST_ROW + 1}:${letter}${LAST_ROW}"
    said = f"un code de la feuille {other.name}, ou déjà enregistré dans le logiciel"
    rule = _rule("list", "between", "Code absent de la feuille", said, {"source": source})
    return rule | {"error_type": "warning"}


def _setting(column: Column) -> Rule:
    if SPEC_BY_COLUMN[column.name].kind == "list":
        return {}
    bounds = {"minimum": 0, "maximum": SETTING_LIMIT}
    return _rule("decimal", "between", "Nombre attendu", "un nombre positif ou nul", bounds)
