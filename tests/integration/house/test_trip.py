"""The two trips of ``docs/trip.md``, walked: each stop holds the figure that the page gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from grants.extensions import db
from grants.models.pay import PayItem
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.rules.claims.claim import Claim
from grants.services.claims.computing import compute_claim
from grants.services.claims.person_ledger import ledger_rows
from grants.services.platform.tenancy import EVERY, set_scope
from tests.support.terminal import Terminal

PAGE = (Path(__file__).parents[3] / "docs" / "trip.md").read_text(encoding="utf-8")
AS_OF = date(2025, 1, 15)
DECEMBER = Period.month(date(2023, 12, 1))
SHEETS = {
    "structures": "code;nom;forme_juridique\nMOI;Ma structure;Association",
    "territoires": "code;nom;type\nT1;Mon territoire;EPCI",
    "financeurs": "code;nom;type\nDREETS;DREETS de ma région;État\nFSE;Gestionnaire FSE+;FSE+",
    "dispositifs": (
        "code;nom;financeur;plafond_par_etp;forfait\n"
        "AIDE;Aide au poste;DREETS;40 000;\nAPPEL;Appel à projets;FSE;;40 % du personnel"
    ),
    "conventions": (
        "numero;intitule;structure;dispositif;debut;fin;signee_le;taux;montant_maximum;etp\n"
        "DREETS-2024;Poste;MOI;AIDE;15/12/2023;14/12/2024;10/12/2023;70 %;40 000;1\n"
        "FSE-2024;Clauses;MOI;APPEL;01/01/2024;31/12/2024;10/12/2023;50 %;30 000;1"
    ),
    "postes": "code;intitule;structure;territoire;etp;debut\nP1;Poste;MOI;T1;1;15/12/2023",
    "postes_conventions": "poste;convention;etp\nP1;DREETS-2024;1",
    "agents": "matricule;nom;prenom;structure\nA1;EXEMPLE;Ana;MOI\nA2;MODÈLE;Luc;MOI",
    "contrats": (
        "agent;debut;quotite;heures_hebdo\nA1;01/01/2023;100 %;35\nA2;01/01/2023;100 %;35"
    ),
    "affectations": "agent;poste;debut\nA1;P1;15/12/2023",
    "feuilles_temps": ("date;agent;operation;heures\n15/01/2024;A2;FSE-2024;5\n15/01/2024;A2;;2"),
    "bulletins": (
        "agent;mois;rubrique;montant\n"
        "A1;12/2023;Salaire brut;2 850,00\nA1;12/2023;Charges patronales;1 150,00\n"
        "A2;01/2024;Salaire brut;2 850,00\nA2;01/2024;Charges patronales;1 150,00"
    ),
}


@pytest.fixture
def travelled(fresh_database: Flask, fresh_cli: Terminal, tmp_path: Path) -> Path:
    """The rows imported, and the files of both claims."""
    folder = tmp_path / "cellules"
    folder.mkdir()
    for name, text in SHEETS.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    fresh_cli("import", folder)
    for number in ("DREETS-2024", "FSE-2024"):
        fresh_cli("claim", number, "--as-of", AS_OF, "--out", tmp_path / "out", exit_code=1)
    return tmp_path / "out"


def claim_of(number: str) -> Claim:
    return compute_claim(db.session(), number=number, as_of=AS_OF)


def on_the_page(*figures: str) -> bool:
    return all(figure in PAGE for figure in figures)


def test_a_payslips_amount_travels_from_the_cell_to_the_claim(
    travelled: Path, fresh_database: Flask
) -> None:
    with fresh_database.app_context():
        set_scope(db.session, EVERY)
        stored = db.session.scalars(select(PayItem.amount).order_by(PayItem.id)).all()
        rows = ledger_rows(db.session(), code="A1", period=DECEMBER, as_of=AS_OF).rows
        claim = claim_of("DREETS-2024")

    assert stored[:2] == [Decimal("2850.00"), Decimal("1150.00")]
    assert [row.cost for row in rows] == [Decimal("1806.45"), Decimal("2193.55")]
    line = claim.lines[0]
    assert (line.gross, line.charges) == (Decimal("1562.90"), Decimal("630.65"))
    assert line.amount.value == claim.eligible_cost.value == Decimal("2193.55")
    assert claim.grant.due.value == Decimal("1535.49")
    assert "payslip_missing" in {finding.code for finding in claim.findings}
    assert on_the_page("1 562,90 + 630,65", "1 806,45", "2 193,55", "1 535,49")
    assert 2193.55 in figures_of(travelled / "DREETS-2024_20231215-20241214")


def test_an_hour_travels_from_the_grid_to_the_claim(travelled: Path, fresh_database: Flask) -> None:
    with fresh_database.app_context():
        set_scope(db.session, EVERY)
        typed = db.session.scalars(select(TimeEntry.minutes).order_by(TimeEntry.id)).all()
        claim = claim_of("FSE-2024")

    assert typed == [300, 120]
    line = claim.lines[0]
    assert (line.operation_minutes, line.total_minutes) == (300, 420)
    assert line.amount.value == Decimal("2857.14")
    assert (claim.flat.value, claim.eligible_cost.value) == (Decimal("1142.86"), Decimal("4000"))
    assert claim.grant.due.value == Decimal("2000.00")
    assert on_the_page("300 ÷ 420 = 2 857,14", "1 142,86", "4 000,00", "2 000,00", "71,43 %")
    assert 2857.14 in figures_of(travelled / "FSE-2024_20240101-20241231")


def figures_of(folder: Path) -> set[object]:
    """Values of every cell of a claim's workbook."""
    book = openpyxl.load_workbook(next(folder.glob("*.xlsx")), data_only=True)
    return {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
