"""A scheme of any funder is rows of the workbook: its formula and its form are columns of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from exports.imports.filled_workbook import ImportRows, filled_workbook
from grants.enums import FunderKind, LegalForm, PayItemKind, TerritoryKind
from grants.periods import Period
from tests.support.terminal import Terminal

YEAR = Period.year(2024)
BALANCE = {"formule_aide": "Solde européen", "forme_du_bilan": "Bilan d'exécution"}


def an_import(kind: FunderKind, **scheme: object) -> ImportRows:
    """A post held all 2024 for 3 000 € gross and 1 200 € of charges a month, paid at 60 %, beside
    24 000 € that the commune has paid in full.
    """
    rows = ImportRows()
    rows.add("structures", code="S", nom="Structure", forme_juridique=LegalForm.ASSOCIATION)
    rows.add("territoires", code="T", nom="Territoire", type=TerritoryKind.EPCI)
    rows.add("financeurs", code="F", nom="Nouveau financeur", type=kind)
    rows.add("financeurs", code="C", nom="Commune", type=FunderKind.COMMUNE)
    rows.add("dispositifs", code="D", nom="Dispositif", financeur="F", **scheme)
    rows.add(
        "conventions", numero="N-1", intitule="Facilitateur", structure="S", dispositif="D",
        debut=YEAR.start, fin=YEAR.last, signee_le=date(2023, 12, 1), taux=Decimal("0.6"), etp=1,
        montant_maximum=40_000,
    )  # fmt: skip
    rows.add(
        "ressources", code="R", convention="N-1", financeur="C", montant=24_000,
        assiette_operation=50_400,
    )  # fmt: skip
    rows.add("encaissements", ressource="R", date=date(2024, 12, 1), montant=24_000)
    rows.add(
        "postes", code="P", intitule="Facilitateur", structure="S", territoire="T", etp=1,
        debut=date(2023, 1, 1),
    )  # fmt: skip
    rows.add("postes_conventions", poste="P", convention="N-1", etp=1)
    rows.add("agents", matricule="A", nom="Agent", prenom="Un", structure="S")
    rows.add("contrats", agent="A", debut=date(2023, 1, 1), quotite=1, heures_hebdo=35)
    rows.add("affectations", agent="A", poste="P", debut=date(2023, 1, 1))
    for month in YEAR.months():
        for item, amount in ((PayItemKind.GROSS, 3_000), (PayItemKind.EMPLOYER_CHARGES, 1_200)):
            rows.add(
                "bulletins", agent="A", mois=month, rubrique=item, montant=amount,
                paye_le=month.replace(day=27),
            )  # fmt: skip
    return rows


Claimed = Callable[[ImportRows], Path]


@pytest.fixture
def claimed(cli: Terminal, tmp_path: Path) -> Claimed:
    """Folder of the files that ``grants claim`` writes once these rows are imported."""

    def claim(rows: ImportRows) -> Path:
        book = tmp_path / "import.xlsx"
        book.write_bytes(filled_workbook(rows))
        cli("import", book)
        cli("claim", "N-1", "--out", tmp_path, "--as-of", "20/11/2026")
        return tmp_path / "N-1_20240101-20241231"

    return claim


def document(folder: Path) -> Any:
    return json.loads((folder / "claim.json").read_text(encoding="utf-8"))


def printed(book: Path, name: str) -> Any:
    """Value of the named cell, as the workbook shows it."""
    shown = openpyxl.load_workbook(book, data_only=True)
    ((sheet, where),) = shown.defined_names[name].destinations
    return shown[sheet][where].value


def test_a_regional_scheme_may_pay_the_balance_after_other_resources(claimed: Claimed) -> None:
    folder = claimed(an_import(FunderKind.REGION, **BALANCE))

    # 12 × (3 000 + 1 200) = 50 400 € of cost. 60 % of it: 30 240; less 24 000 of the commune's:
    # 26 400; at most 40 000. The smallest is 26 400.
    grant = document(folder)["grant"]
    assert (grant["due"]["value"], grant["limited_by"]) == ("26400.00", "resources")
    assert {file.name for file in folder.iterdir()} == {"bilan-execution.xlsx", "claim.json"}
    assert printed(folder / "bilan-execution.xlsx", "subvention_due") == 26_400
    assert [line["label"] for line in document(folder)["plan"]][1:3] == [
        "Nouveau financeur", "Commune",
    ]  # fmt: skip


def test_a_regional_scheme_may_pay_the_post_under_a_ceiling(claimed: Claimed) -> None:
    folder = claimed(an_import(FunderKind.REGION, plafond_par_etp=25_000))

    # 60 % of 50 400: 30 240; a whole year of one FTE: 25 000; at most 40 000. What the commune
    # gives takes nothing off.
    grant = document(folder)["grant"]
    assert (grant["due"]["value"], grant["limited_by"]) == ("25000.00", "ceiling")
    assert printed(folder / "compte-rendu-financier.xlsx", "subvention_due") == 25_000
    assert not (folder / "bilan-execution.xlsx").exists()
    table = {line["line"]: line["realised"]["value"] for line in document(folder)["table"]}
    assert (table["74-region"], table["74-commune"]) == ("25000.00", "24000.00")


@pytest.mark.parametrize("kind", [FunderKind.DEPARTEMENT, FunderKind.ANRU])
def test_formula_and_form_are_chosen_apart(claimed: Claimed, kind: FunderKind) -> None:
    folder = claimed(an_import(kind, formule_aide="Solde européen"))

    assert document(folder)["grant"]["due"]["value"] == "26400.00"
    book = folder / "compte-rendu-financier.xlsx"
    assert printed(book, "subvention_due") == 26_400
    # This form has no sheet of resources: no formula may lean on it.
    texts = openpyxl.load_workbook(book)["Calcul de la subvention"].iter_rows(values_only=True)
    assert not [cell for row in texts for cell in row if "autres_ressources" in str(cell)]


def test_european_money_keeps_its_law_whatever_the_scheme_asks_for(claimed: Claimed) -> None:
    scheme = {
        "base_de_cout": "Poste", "formule_aide": "Aide au poste", "plafond_par_etp": 20_000,
        "forme_du_bilan": "Compte rendu financier", "forfait": "15 % du personnel",
    }  # fmt: skip
    folder = claimed(an_import(FunderKind.FSE_PLUS, **scheme))

    # 60 % of 50 400 and its flat 15 %: 34 776; a whole year of one FTE: 20 000.
    grant = document(folder)["grant"]
    assert (grant["due"]["value"], grant["limited_by"]) == ("20000.00", "ceiling")
    assert "publicity_missing" in {finding["code"] for finding in document(folder)["findings"]}
    assert (folder / "compte-rendu-financier.xlsx").exists()
