"""``grants ledger`` answers without dates, whatever the year of the person's payslips."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases


def test_without_dates_the_ledger_shows_every_month_that_was_paid(
    cli: Terminal, tmp_path: Path
) -> None:
    cli("demo", tmp_path / "demo.xlsx", "--import")

    shown = cli("ledger", "79-A3", "--as-of", "20/11/2026").stdout

    assert "15/12/2017\N{NO-BREAK SPACE}– 31/12/2017" in shown
    assert "FSE-79-2018 : porté" in shown
    assert "01/2026" not in shown
