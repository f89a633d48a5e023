"""What the workbooks show is what their formulas give: proved by another program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exports.claims.european.workbook import write_fse_workbook
from exports.claims.state.workbook import write_state_workbook
from grants.rules.claims.claim import Claim
from tests.factories.claims.claim import Kind, sample_claim
from tests.office import formulas, recalculated, values, with_canaries

pytestmark = pytest.mark.office
CASES = [("state", write_state_workbook), ("fse", write_fse_workbook)]


@pytest.mark.parametrize(("kind", "write"), CASES)
def test_libreoffice_computes_every_figure_that_the_workbook_shows(
    kind: Kind, write: Callable[[Claim, Path], None], tmp_path: Path
) -> None:
    shown, copy = tmp_path / "claim.xlsx", tmp_path / "canary.xlsx"
    write(sample_claim(kind, persons=25, months=12), shown)
    with_canaries(shown, copy)

    cached, computed = values(shown), recalculated(copy)

    live = formulas(shown)
    assert len(live) > 600
    wrong = {
        place: (formula, cached.get(place), computed.get(place))
        for place, formula in live.items()
        if not _same(cached.get(place), computed.get(place))
    }
    assert wrong == {}


def test_the_canary_copy_shows_the_canary_until_it_is_computed_again(tmp_path: Path) -> None:
    shown, copy = tmp_path / "claim.xlsx", tmp_path / "canary.xlsx"
    write_fse_workbook(sample_claim("fse"), shown)

    with_canaries(shown, copy)

    cached = values(copy)
    assert {cached[place] for place in formulas(shown)} == {987654321}


def _same(cached: object, computed: object) -> bool:
    """Amounts agree to far less than a cent; shares, which are not rounded, to nine digits."""
    if isinstance(cached, int | float) and isinstance(computed, int | float):
        return abs(cached - computed) < 1e-9 * max(1, abs(cached))
    return (cached or "") == (computed or "")
