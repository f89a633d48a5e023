"""The demonstration as a whole: all its rows, and the files that an importer reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exports.imports.filled_workbook import ImportRows, filled_workbook
from grants.services.demo.deux_sevres import add_deux_sevres
from grants.services.demo.pieces import piece_files
from grants.services.demo.saint_etienne import add_saint_etienne
from grants.services.demo.situations import add_situations

WORKBOOK_NAME = "demonstration.xlsx"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Bytes of the workbook, and of each piece by its file name relative to the workbook."""

    workbook: bytes
    pieces: Mapping[str, bytes]


def demonstration_rows() -> ImportRows:
    """Every row of the demonstration, in the order of the sheets."""
    rows = ImportRows()
    _add_indicators(rows)
    add_saint_etienne(rows)
    add_deux_sevres(rows)
    add_situations(rows)
    return rows


def demonstration() -> Demonstration:
    """Workbook and pieces; the same bytes every time."""
    rows = demonstration_rows()
    return Demonstration(filled_workbook(rows), piece_files(rows))


def write_demonstration(path: Path) -> Demonstration:
    """Write the workbook to ``path`` and its pieces beside it."""
    made = demonstration()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.workbook)
    for name, content in made.pieces.items():
        target = path.parent / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return made


def _add_indicators(rows: ImportRows) -> None:
    for code, name, formula, unit in (
        (
            "heures_insertion",
            "Heures d'insertion réalisées",
            "Somme des heures déclarées par les entreprises",
            "heures",
        ),
        (
            "heures_rsa",
            "dont heures d'allocataires du RSA",
            "Somme des heures des participants dont un motif d'éligibilité est le RSA",
            "heures",
        ),
        ("participants", "Participants", "Personnes distinctes", "personnes"),
        ("entreprises", "Entreprises accompagnées", "Entreprises distinctes", "entreprises"),
        ("acheteurs", "Maîtres d'ouvrage accompagnés", "Acheteurs distincts", "acheteurs"),
    ):
        rows.add("indicateurs", code=code, nom=name, formule=formula, unite=unit)
