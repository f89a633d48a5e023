"""The files that the claim page offers."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from tests.factories.claims.claim import Kind, sample_claim
from tests.factories.platform.rows import add_convention
from tests.integration.conftest import Shown


@pytest.mark.parametrize("kind", ["state", "fse"])
def test_the_files_have_their_type_their_name_and_their_content(
    visitor: FlaskClient, shown: Shown, kind: Kind
) -> None:
    claim = sample_claim(kind)
    address = shown(claim)
    name = "bilan-execution.xlsx" if kind == "fse" else "compte-rendu-financier.xlsx"

    with visitor.get(f"{address}/fichiers/{name}") as workbook:
        assert openpyxl.load_workbook(io.BytesIO(workbook.data)).sheetnames
    document = visitor.get(f"{address}/fichiers/claim.json")

    assert workbook.mimetype.endswith("spreadsheetml.sheet")
    assert f"{claim.reference}_{name}" in workbook.headers["Content-Disposition"]
    assert document.mimetype == "application/json"
    assert json.loads(document.data)
    assert f"fichiers/{name}" in visitor.get(address).text


def test_a_file_that_the_claim_does_not_have_is_not_found(
    visitor: FlaskClient, shown: Shown
) -> None:
    address = shown(sample_claim("fse"))

    for name in ("compte-rendu-financier.xlsx", "cerfa-15059-02.pdf", "..%2f..%2fetc", "x"):
        assert visitor.get(f"{address}/fichiers/{name}").status_code == 404


def test_the_official_form_is_offered_when_it_is_at_hand(
    app: Flask,
    visitor: FlaskClient,
    shown: Shown,
    cerfa_pdf: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = shown(sample_claim("state"))
    assert "cerfa" not in visitor.get(address).text.split("Tableau de synthèse")[0]
    monkeypatch.setitem(app.config, "CERFA_15059_PDF", cerfa_pdf)

    with visitor.get(f"{address}/fichiers/cerfa-15059-02.pdf") as answer:
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF")
    assert "Cerfa rempli" in visitor.get(address).text


def test_the_pack_is_a_zip_that_starts_at_an_index(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "A-1")
    session.commit()

    with visitor.get(f"/conventions/{row.id}/bilan/fichiers/dossier.zip") as answer:
        names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()

    assert answer.mimetype == "application/zip"
    assert any(name.endswith("index.html") for name in names)
