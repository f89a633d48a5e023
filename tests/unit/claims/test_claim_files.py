"""Which files a claim leaves, and that none is ever half written."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from exports.claims.files import write_claim_files
from grants.errors import Unreadable
from tests.factories.claims.claim import sample_claim


def test_european_money_gets_the_bilan_dexecution(tmp_path: Path, cerfa_pdf: Path) -> None:
    claim = sample_claim("fse")

    paths = write_claim_files(claim, tmp_path, claim_json=BytesIO(b"{}"), cerfa_form=cerfa_pdf)

    assert [path.name for path in paths] == ["bilan-execution.xlsx", "claim.json"]
    assert {path.parent.name for path in paths} == {claim.reference}


def test_the_state_gets_the_compte_rendu_and_the_official_form(
    tmp_path: Path, cerfa_pdf: Path
) -> None:
    paths = write_claim_files(
        sample_claim("state"), tmp_path, claim_json=BytesIO(b"{}"), cerfa_form=cerfa_pdf
    )

    names = [path.name for path in paths]
    assert names == ["compte-rendu-financier.xlsx", "cerfa-15059-02.pdf", "claim.json"]


def test_without_the_form_the_state_gets_the_workbook_alone(tmp_path: Path) -> None:
    paths = write_claim_files(sample_claim("state"), tmp_path, claim_json=BytesIO(b"{}"))

    assert [path.name for path in paths] == ["compte-rendu-financier.xlsx", "claim.json"]


def test_a_wrong_form_leaves_the_other_files_and_no_half_written_one(tmp_path: Path) -> None:
    claim = sample_claim("state")
    wrong = tmp_path / "wrong.pdf"
    wrong.write_text("no pdf", encoding="utf-8")

    with pytest.raises(Unreadable):
        write_claim_files(claim, tmp_path, claim_json=BytesIO(b"{}"), cerfa_form=wrong)

    left = sorted(path.name for path in (tmp_path / claim.reference).iterdir())
    assert left == ["claim.json", "compte-rendu-financier.xlsx"]


def test_a_second_run_replaces_the_files_with_the_same_bytes(tmp_path: Path) -> None:
    claim = sample_claim("fse")
    first = [p.read_bytes() for p in write_claim_files(claim, tmp_path, claim_json=BytesIO(b"{}"))]

    second = [p.read_bytes() for p in write_claim_files(claim, tmp_path, claim_json=BytesIO(b"{}"))]

    assert first == second
