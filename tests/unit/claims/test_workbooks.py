"""The claim workbooks: same bytes, typed cells, text that stays text, a mark on drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from exports.claims.european.workbook import STAFF_SHEET, write_fse_workbook
from exports.claims.state.workbook import write_state_workbook
from exports.kit.workbook import DRAFT_MARK
from grants.money import round_half_up
from grants.rules.claims.claim import Claim
from tests.factories.claims.claim import Kind, sample_claim

Write = Callable[[Claim, Path], None]
BOTH: list[tuple[Kind, Write]] = [("state", write_state_workbook), ("fse", write_fse_workbook)]
both = pytest.mark.parametrize(("kind", "write"), BOTH)


@both
def test_the_same_claim_gives_the_same_bytes(kind: Kind, write: Write, tmp_path: Path) -> None:
    for name in ("first.xlsx", "second.xlsx"):
        write(sample_claim(kind, persons=3), tmp_path / name)

    first, second = ((tmp_path / name).read_bytes() for name in ("first.xlsx", "second.xlsx"))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


@both
def test_a_blocked_claim_says_on_every_sheet_that_it_may_not_be_filed(
    kind: Kind, write: Write, tmp_path: Path
) -> None:
    book = _written(write, sample_claim(kind), tmp_path)

    assert all(sheet["A1"].value == DRAFT_MARK for sheet in book)
    assert all(DRAFT_MARK in _header(sheet) for sheet in book)


@both
def test_a_sound_claim_bears_no_mark(kind: Kind, write: Write, tmp_path: Path) -> None:
    book = _written(write, sample_claim(kind, findings=False), tmp_path)

    marked = [sheet.title for sheet in book for row in sheet.values if DRAFT_MARK in row]
    assert marked == []


@both
def test_a_name_that_looks_like_a_formula_stays_text(
    kind: Kind, write: Write, tmp_path: Path
) -> None:
    claim = sample_claim(kind)
    names = ("=1+1", "+33 1", "-Z", "@sum", "<r><t>x</t></r>")
    lines = [replace(claim.lines[0], last_name=name, first_name="") for name in names]
    claim = replace(claim, lines=(*lines, *claim.lines[len(lines) :]))

    book = _written(write, claim, tmp_path)

    texts = {
        str(cell.value).strip().lstrip("\u200b")
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type in ("s", "inlineStr")
    }
    assert texts >= set(names)


def test_the_bilan_has_the_nine_sheets_of_the_portal_in_order(tmp_path: Path) -> None:
    book = _written(write_fse_workbook, sample_claim("fse"), tmp_path)

    assert book.sheetnames == [
        "Identification",
        "Dépenses directes de personnel",
        "Coûts indirects forfaitaires",
        "Ressources",
        "Plan de financement réalisé",
        "Indicateurs",
        "Constats",
        "Pièces",
        "Sources",
    ]


def test_the_compte_rendu_has_its_sheets_in_order(tmp_path: Path) -> None:
    book = _written(write_state_workbook, sample_claim("state"), tmp_path)

    assert book.sheetnames == [
        "Bilan qualitatif",
        "Compte rendu",
        "Annexe",
        "État récapitulatif",
        "Calcul de la subvention",
        "Indicateurs",
        "Constats",
        "Pièces",
        "Sources",
    ]


def test_a_line_reads_back_as_it_was_claimed(tmp_path: Path) -> None:
    claim = sample_claim("fse", persons=5)
    sheet = _shown(write_fse_workbook, claim, tmp_path)[STAFF_SHEET]
    titles, rows = _table(sheet, "Nom, prénom")

    line, row = claim.lines[0], dict(zip(titles, rows[0], strict=True))

    assert row["Nom, prénom"] == line.name
    assert row["Unité (heures, jours, %)"] == "heures"
    assert row["Période (mois)"].date() == line.month
    assert row["Dates de paiement"].date() == line.paid_on[0]
    assert _cents(row["Base de dépense"]) == line.base.value
    assert _cents(row["Activité totale (3)"]) == round_half_up(
        Decimal(line.total_minutes or 0) / 60
    )
    assert _cents(row["Dépense liée à l'opération = base × part"]) == line.amount.value
    assert row["N° des pièces comptables"] == "BUL-00001, M00001"


def test_hours_and_percentages_never_share_a_column(tmp_path: Path) -> None:
    claim = sample_claim("fse", persons=5)
    sheet = _shown(write_fse_workbook, claim, tmp_path)[STAFF_SHEET]
    titles, rows = _table(sheet, "Nom, prénom")

    for line, row in zip(claim.lines, rows, strict=False):
        filled = dict(zip(titles, row, strict=True))
        is_timed = filled["Unité (heures, jours, %)"] == "heures"
        assert (filled["Activité totale (3)"] is not None) is is_timed is bool(line.total_minutes)


def test_every_line_of_the_sample_has_a_live_amount(tmp_path: Path) -> None:
    claim = sample_claim("fse", persons=10)
    sheet = _written(write_fse_workbook, claim, tmp_path)[STAFF_SHEET]
    titles, rows = _table(sheet, "Nom, prénom")
    column = titles.index("Dépense liée à l'opération = base × part")

    timed = [row[column] for row, line in zip(rows, claim.lines, strict=False) if line.amount]

    assert len(timed) == len(claim.lines)
    assert all(str(value).startswith("=") for value in timed)


def test_a_line_that_is_out_counts_for_nothing(tmp_path: Path) -> None:
    claim = sample_claim("fse")
    sheet = _shown(write_fse_workbook, claim, tmp_path)[STAFF_SHEET]
    titles, rows = _table(sheet, "Nom, prénom")

    out = dict(zip(titles, rows[1], strict=True))

    assert out["Motif d'exclusion"] == "feuille de temps non signée"
    assert out["Montant retenu"] == 0


def test_the_grant_is_reached_step_by_step(tmp_path: Path) -> None:
    claim = sample_claim("state")
    sheet = _shown(write_state_workbook, claim, tmp_path)["Calcul de la subvention"]

    steps = {row[0]: row[1] for row in sheet.values if row[0]}

    assert _cents(steps["Coût retenu"]) == claim.retained_cost.value
    assert _cents(steps["Subvention due"]) == claim.grant.due.value
    assert _cents(steps["Reste à verser"]) == claim.grant.to_pay.value


def test_dates_are_days_not_text(tmp_path: Path) -> None:
    claim = sample_claim("state")
    sheet = _shown(write_state_workbook, claim, tmp_path)["État récapitulatif"]
    titles, rows = _table(sheet, "N°")

    first = dict(zip(titles, rows[0], strict=True))

    assert first["Du"].date() == date(2023, 12, 15)
    assert first["Au"].date() == date(2023, 12, 31)


def _written(write: Write, claim: Claim, folder: Path) -> Workbook:
    write(claim, folder / "claim.xlsx")
    return load_workbook(folder / "claim.xlsx")


def _shown(write: Write, claim: Claim, folder: Path) -> Workbook:
    write(claim, folder / "claim.xlsx")
    return load_workbook(folder / "claim.xlsx", data_only=True)


def _header(sheet: Worksheet) -> str:
    return str(sheet.oddHeader.center.text) if sheet.oddHeader else ""


def _table(sheet: Worksheet, first: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = list(sheet.values)
    head = next(number for number, row in enumerate(rows) if row[0] == first)
    return [str(title) for title in rows[head]], rows[head + 1 :]


def _cents(value: object) -> Decimal:
    return round_half_up(Decimal(str(value)))
