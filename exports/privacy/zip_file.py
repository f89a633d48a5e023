"""One person's data as a file to take away: for programs as JSON, for people as a workbook.

Law: règlement (UE) 2016/679, articles 15 (access) and 20 (portability): a structured, commonly used
and machine-readable format.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from exports.kit.tables import Table, tables_xlsx
from exports.kit.workbook import Column
from grants.french import day_fr

Plain = str | int | bool | None
_WIDTH = 22
_README = """Données personnelles de {subject}, extraites le {day}.

donnees.json   les mêmes données, pour un logiciel (RGPD, article 20)
donnees.xlsx   une feuille par sujet, pour les lire (RGPD, article 15)

Ce qui protège un compte (mot de passe, codes, jetons) n'est jamais remis. Les données d'autres
personnes n'y figurent pas. Pour faire rectifier ou effacer une donnée, adressez-vous à la structure
qui vous emploie ou vous a ouvert un compte. Vous pouvez saisir la CNIL.
"""


@dataclass(frozen=True, slots=True)
class PersonalSheet:
    """Rows of one table about somebody; ``heads`` are wordings of the columns ``names``."""

    name: str
    title: str
    names: tuple[str, ...]
    heads: tuple[str, ...]
    rows: Sequence[tuple[Plain, ...]]


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """All that is known of somebody."""

    subject: str
    sheets: tuple[PersonalSheet, ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(len(sheet.rows) for sheet in self.sheets)


def personal_zip(file: PersonalFile, *, made_on: date) -> bytes:
    """The file; same input, same bytes."""
    members = {
        "lisez-moi.txt": _README.format(subject=file.subject, day=day_fr(made_on)).encode(),
        "donnees.json": _json(file, made_on),
        "donnees.xlsx": _workbook(file, made_on),
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            moment = (made_on.year, made_on.month, made_on.day, 0, 0, 0)
            info = ZipInfo(name, moment)
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def _json(file: PersonalFile, made_on: date) -> bytes:
    document = {
        "subject": file.subject,
        "made_on": made_on.isoformat(),
        "tables": {
            sheet.name: [dict(zip(sheet.names, row, strict=True)) for row in sheet.rows]
            for sheet in file.sheets
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _workbook(file: PersonalFile, made_on: date) -> bytes:
    tables = [
        Table(
            sheet.title,
            tuple(Column(head, _WIDTH) for head in sheet.heads),
            [tuple(_cell(value) for value in row) for row in sheet.rows],
        )
        for sheet in file.sheets
    ]
    empty = Table("Aucune donnée", (Column("Aucune donnée", _WIDTH),), [])
    return tables_xlsx("Données personnelles", tables or [empty], created=made_on)


def _cell(value: Plain) -> str | int | None:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value
