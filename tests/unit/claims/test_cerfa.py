"""The official form filled in: every cell, no row dropped, wrong files refused with words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from exports.claims.state.cerfa_fields import ROW_FIELDS, field_name
from exports.claims.state.cerfa_pdf import write_cerfa
from exports.claims.state.cerfa_values import field_values, form_table
from exports.kit.form_fields import Box, drawn, text_width
from grants.enums import BudgetSide
from grants.errors import Unreadable
from grants.rules.basis.explained import Explained
from grants.rules.claims.cerfa_lines import CERFA_LINES
from grants.rules.claims.claim import TableLine
from tests.factories.claims.claim import sample_claim

PRODUITS = BudgetSide.PRODUITS


def test_every_line_of_the_form_has_its_fields() -> None:
    lines = {(line.side, line.code) for line in CERFA_LINES if line.level != "section"}

    assert ROW_FIELDS.keys() == lines


def test_every_value_reads_back_from_the_filled_form(cerfa_pdf: Path, tmp_path: Path) -> None:
    claim = sample_claim("state", persons=3)

    write_cerfa(claim, cerfa_pdf, tmp_path / "filled.pdf")

    read = PdfReader(tmp_path / "filled.pdf").get_fields() or {}
    assert {name: str(read[name].get("/V", "")) for name in field_values(claim)} == field_values(
        claim
    )


def test_every_filled_field_is_drawn_and_the_hidden_twin_is_gone(
    cerfa_pdf: Path, tmp_path: Path
) -> None:
    claim = sample_claim("state")

    write_cerfa(claim, cerfa_pdf, tmp_path / "filled.pdf")

    reader = PdfReader(tmp_path / "filled.pdf")
    form: Any = reader.root_object["/AcroForm"]
    assert "/XFA" not in form
    widgets = [w.get_object() for page in reader.pages for w in page.get("/Annots", ())]
    filled = [w for w in widgets if w.get("/V")]
    assert len(filled) > 60
    assert all("/AP" in widget for widget in filled)


def test_the_same_claim_gives_the_same_form(cerfa_pdf: Path, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        write_cerfa(sample_claim("state"), cerfa_pdf, tmp_path / name)

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_blocked_claim_is_marked_on_every_page(cerfa_pdf: Path, tmp_path: Path) -> None:
    write_cerfa(sample_claim("state"), cerfa_pdf, tmp_path / "draft.pdf")
    write_cerfa(sample_claim("state", findings=False), cerfa_pdf, tmp_path / "sound.pdf")

    draft, sound = (PdfReader(tmp_path / name) for name in ("draft.pdf", "sound.pdf"))
    assert all("NE PAS DÉPOSER" in page.extract_text() for page in draft.pages)
    assert not any("NE PAS DÉPOSER" in page.extract_text() for page in sound.pages)


def test_the_percentage_of_line_74_is_its_own() -> None:
    table = (_line("73", "", 100, 50), _line("74-region", "Région", 200, 150))

    values = field_values(replace(sample_claim("state"), table=table))

    assert values[field_name("Page3", "num_SUBE_pour")] == "75"


def test_amounts_are_whole_euros_and_empty_lines_stay_empty() -> None:
    values = field_values(sample_claim("state"))

    assert values[field_name("Page3", "num_R_1_12")] == "1 187"
    assert values[field_name("Page3", "num_R_1_5")] == ""
    assert values[field_name("Page3", "num_SE_R")] == "0"
    assert values[field_name("Page3", "num_exo")] == "24"


def test_labels_beyond_the_free_lines_are_merged_and_listed_in_the_annex() -> None:
    funders = ("Travail", "Ville", "Justice", "Culture")
    table = tuple(_line("74-etat-1", name, 10, 20) for name in funders)
    claim = replace(sample_claim("state"), table=table)

    rows = form_table(claim).rows
    values = field_values(claim)

    assert rows[PRODUITS, "74-etat-1"].label == "Travail"
    assert rows[PRODUITS, "74-etat-2"].label == "Ville et autres"
    assert rows[PRODUITS, "74-etat-2"].realised == 60
    annex = values[field_name("Page4", "txt_observations")]
    assert all(name in annex for name in funders[1:])


def test_an_amount_on_an_account_without_free_line_is_told_in_the_annex() -> None:
    line = TableLine(BudgetSide.CHARGES, "62", "", Decimal(0), Explained(Decimal(70), "table_line"))
    claim = replace(sample_claim("state"), table=(line,))

    values = field_values(claim)

    assert values[field_name("Page3", "num_ASE_R")] == "70"
    assert "réalisé 70 €" in values[field_name("Page4", "txt_observations")]


@pytest.mark.parametrize("content", [b"", b"no pdf at all", b"%PDF-1.4\n%%EOF\n"])
def test_a_file_that_is_no_pdf_is_refused(content: bytes, tmp_path: Path) -> None:
    form = tmp_path / "form.pdf"
    form.write_bytes(content)

    with pytest.raises(Unreadable, match=r"form\.pdf"):
        write_cerfa(sample_claim("state"), form, tmp_path / "filled.pdf")


def test_a_missing_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="n'existe pas"):
        write_cerfa(sample_claim("state"), tmp_path / "none.pdf", tmp_path / "filled.pdf")


def test_another_pdf_is_refused(tmp_path: Path) -> None:
    other = _pdf(tmp_path / "other.pdf")

    with pytest.raises(Unreadable, match="aucun champ"):
        write_cerfa(sample_claim("state"), other, tmp_path / "filled.pdf")


def test_a_protected_pdf_is_refused(tmp_path: Path) -> None:
    locked = _pdf(tmp_path / "locked.pdf", password="secret")

    with pytest.raises(Unreadable, match="mot de passe"):
        write_cerfa(sample_claim("state"), locked, tmp_path / "filled.pdf")


def test_a_form_that_lacks_fields_is_refused(cerfa_pdf: Path, tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=cerfa_pdf)
    writer.pages[3].pop("/Annots")
    writer.write(tmp_path / "cut.pdf")

    with pytest.raises(Unreadable, match="il y manque"):
        write_cerfa(sample_claim("state"), tmp_path / "cut.pdf", tmp_path / "filled.pdf")


def test_a_text_shrinks_until_it_fits_its_box() -> None:
    box = Box(Decimal(14), Decimal(8), Decimal(7), 0, 1, 0)

    size = drawn("12 345", box).size

    assert size < 7
    assert text_width("12 345", size) <= 14


def _line(code: str, label: str, planned: int, realised: int) -> TableLine:
    return TableLine(
        PRODUITS, code, label, Decimal(planned), Explained(Decimal(realised), "table_line")
    )


def _pdf(path: Path, password: str = "") -> Path:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    writer.write(path)
    return path
