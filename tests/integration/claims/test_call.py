"""The second publication of the Deux-Sèvres call, from the workbook to the findings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from exports.imports.filled_workbook import ImportRows, filled_workbook
from grants.rules.basis.findings import Finding
from grants.services.claims.computing import compute_claim
from grants.services.demo import demonstration_rows
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed

pytestmark = pytest.mark.both_databases

# The first publication holds the Bocage, the Thouarsais, the Gâtine and the Mellois.
COVERED = "200040244|247900798|GATINE|200069755"


def second_publication() -> ImportRows:
    rows = demonstration_rows()
    rows.by_sheet["pieces"] = [{**row, "fichier": ""} for row in rows["pieces"]]
    call = next(row for row in rows["dispositifs"] if row["code"] == "FSE-6A-2018")
    call.update(
        enveloppe=Decimal("50000.00"),
        demandes_avant_le=date(2018, 6, 30),
        territoires_couverts=COVERED,
    )
    operation = next(row for row in rows["conventions"] if row["numero"] == "FSE-79-2018")
    operation["demande_le"] = date(2018, 7, 1)
    return rows


@pytest.fixture
def found(app: Flask, session: scoped_session[Session], tmp_path: Path) -> dict[str, Finding]:
    path = tmp_path / "rows.xlsx"
    path.write_bytes(filled_workbook(second_publication()))
    import_file(
        session=session(),
        path=path,
        deed=program_deed(app.config["CLOCK"].now()),
        storage=FileStorage(tmp_path / "kept" / "pieces"),
    )
    claim = compute_claim(session(), number="FSE-79-2018", as_of=date(2019, 1, 15))
    return {finding.code: finding for finding in claim.findings}


def test_territories_that_the_first_publication_covers_are_told(
    found: dict[str, Finding],
) -> None:
    message = found["territory_covered"].message

    assert "79-BOCAGE" in message
    assert "79-THOUARS" in message
    assert "79-GATINE (Gâtine)" in message
    assert "79-MELLE" in message
    assert "79-NIORT" not in message
    assert "79-HVS" not in message
    assert found["territory_covered"].amount > 0


def test_the_envelope_and_the_days_of_the_call_are_held_against_the_convention(
    found: dict[str, Finding],
) -> None:
    assert "85\u202f000,00\u00a0€" in found["envelope_exceeded"].message
    assert "35\u202f000,00\u00a0€ de trop" in found["envelope_exceeded"].message
    assert "1 jour après l'échéance" in found["request_late"].message
    assert "181 jours avant le dépôt de la demande" in found["start_before_request"].message
