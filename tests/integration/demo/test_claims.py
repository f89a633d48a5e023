"""The demonstration's claims: one may be filed, one may not, each fault where it was put."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from exports.imports.filled_workbook import filled_workbook
from grants.enums import Severity
from grants.rules.claims.claim import Claim
from grants.services.claims.computing import compute_claim
from grants.services.demo import demonstration_rows
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed

SAINT_ETIENNE, STATE_2017, FSE = "DREETS-42-2023-017", "DIRECCTE-79-2017-004", "FSE-79-2018"


@pytest.fixture(autouse=True)
def _demonstration(app: Flask, session: scoped_session[Session], tmp_path: Path) -> None:
    rows = demonstration_rows()
    rows.by_sheet["pieces"] = [{**row, "fichier": ""} for row in rows["pieces"]]
    path = tmp_path / "demonstration.xlsx"
    path.write_bytes(filled_workbook(rows))
    storage = FileStorage(tmp_path / "kept" / "pieces")
    import_file(
        session=session(), path=path, deed=program_deed(app.config["CLOCK"].now()), storage=storage
    )


def _claim(session: scoped_session[Session], number: str, as_of: date) -> Claim:
    return compute_claim(session(), number=number, as_of=as_of)


def _codes(claim: Claim, severity: Severity) -> set[str]:
    return {finding.code for finding in claim.findings if finding.severity is severity}


def test_saint_etienne_may_be_filed_and_comes_to_its_hand_calculation(
    session: scoped_session[Session],
) -> None:
    claim = _claim(session, SAINT_ETIENNE, date(2025, 3, 1))

    assert _codes(claim, Severity.BLOCKING) == set()
    # 6 × 4 619 + 5 × 4 712 + 400 + 14 ÷ 31 × 4 712 = 53 802 €; 70 % of it, 20 000 € paid before.
    assert claim.eligible_cost.value == Decimal("53802.00")
    assert claim.grant.due.value == Decimal("37661.40")
    assert claim.grant.to_pay.value == Decimal("17661.40")


def test_deux_sevres_is_blocked_by_its_two_faults_and_warned_of_the_bonus(
    session: scoped_session[Session],
) -> None:
    claim = _claim(session, FSE, date(2019, 5, 1))

    assert _codes(claim, Severity.BLOCKING) == {"time_share_low", "sheet_unsigned"}
    assert "item_ineligible" in _codes(claim, Severity.WARNING)


def test_the_share_under_forty_percent_says_how_many_hours_are_missing(
    session: scoped_session[Session],
) -> None:
    claim = _claim(session, FSE, date(2019, 5, 1))

    message = next(f.message for f in claim.findings if f.code == "time_share_low")
    assert "38,71" in message
    assert "20,65" in message


def test_the_state_beside_the_fse_is_declared_on_both_sides(
    session: scoped_session[Session],
) -> None:
    claims = [_claim(session, number, date(2019, 5, 1)) for number in (STATE_2017, FSE)]

    codes = {finding.code for claim in claims for finding in claim.findings}

    assert "cofunder_undeclared" not in codes
    assert not any(claim.is_blocked for claim in claims[:1])


@pytest.mark.parametrize("number", ["DREETS-42-2024-017", "DREETS-42-2025-017", STATE_2017])
def test_the_other_claims_hold_no_fault_that_blocks(
    session: scoped_session[Session], number: str
) -> None:
    claim = _claim(session, number, date(2026, 7, 15))

    assert _codes(claim, Severity.BLOCKING) == set()
