"""The State's table in whole euros: totals equal the sum of the printed lines, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.claims.state.printed_table import PrintedRow, printed_rows, total_row, whole
from grants.enums import BudgetSide
from grants.money import from_cents
from grants.rules.basis.explained import Explained
from grants.rules.claims.cerfa_lines import CERFA_LINES
from grants.rules.claims.claim import Claim, TableLine
from tests.factories.claims.claim import sample_claim

CLAIM = sample_claim("state")
CODES = [
    (line.side, line.code)
    for line in CERFA_LINES
    if line.level not in ("section", "total") and line.counts
]
ITEMS = st.lists(
    st.tuples(st.sampled_from(CODES), st.text("ab", max_size=2), st.integers(-(10**7), 10**9))
)


def test_an_account_is_the_sum_of_its_printed_lines() -> None:
    rows = printed_rows(CLAIM, BudgetSide.CHARGES)
    staff = total_row(rows, "64")

    parts = total_row(rows, "641").realised + total_row(rows, "645").realised
    assert staff.realised == parts


def test_what_stands_on_an_account_itself_takes_a_row_of_its_own() -> None:
    rows = printed_rows(CLAIM, BudgetSide.CHARGES)

    own = [row for row in rows if row.label == "Montant non ventilé"]

    assert [(row.planned, row.realised) for row in own] == [(Decimal(0), Decimal(76))]
    assert total_row(rows, "60").realised == 812 + 40 + 76


def test_the_two_totals_agree_when_they_agree_to_the_cent() -> None:
    charges = total_row(printed_rows(CLAIM, BudgetSide.CHARGES), "total")
    produits = total_row(printed_rows(CLAIM, BudgetSide.PRODUITS), "total")

    assert charges.realised == produits.realised


def test_membership_fees_are_a_part_of_75_and_not_added() -> None:
    table = (
        _line(BudgetSide.PRODUITS, "75", "500.00"),
        _line(BudgetSide.PRODUITS, "75-dont", "80"),
    )

    rows = printed_rows(replace(CLAIM, table=table), BudgetSide.PRODUITS)

    assert total_row(rows, "75-dont").realised == 80
    assert total_row(rows, "total").realised == 500


def test_contributions_in_kind_stay_out_of_the_first_total() -> None:
    table = (_line(BudgetSide.CHARGES, "641", "100"), _line(BudgetSide.CHARGES, "864", "40"))

    rows = printed_rows(replace(CLAIM, table=table), BudgetSide.CHARGES)

    assert total_row(rows, "total").realised == 100
    assert total_row(rows, "grand-total").realised == 140


def test_a_code_that_the_form_does_not_have_is_refused() -> None:
    claim = replace(CLAIM, table=(_line(BudgetSide.CHARGES, "690", "1"),))

    with pytest.raises(ValueError, match="690"):
        printed_rows(claim, BudgetSide.CHARGES)


@given(ITEMS)
def test_no_amount_is_lost_and_every_total_adds_up(
    items: list[tuple[tuple[BudgetSide, str], str, int]],
) -> None:
    claim = _claim(items)
    for side in BudgetSide:
        rows = printed_rows(claim, side)
        given_amounts = [whole(from_cents(cents)) for (own, _), _, cents in items if own is side]
        settled = _settled(rows, claim) if side is BudgetSide.PRODUITS else Decimal(0)
        assert total_row(rows, "grand-total").realised == sum(given_amounts) + settled
        for row in rows:
            if row.adds_up:
                assert row.realised == sum(rows[number].realised for number in row.adds_up)


def _settled(rows: list[PrintedRow], claim: Claim) -> Decimal:
    """Euros by which own funds were settled."""
    own = [row for row in claim.table if row.line == "propres-1"]
    printed = sum((row.realised for row in rows if row.code == "propres-1"), Decimal(0))
    return printed - sum((whole(row.realised.value) for row in own), Decimal(0))


def _claim(items: list[tuple[tuple[BudgetSide, str], str, int]]) -> Claim:
    table = [
        TableLine(side, code, label, Decimal(0), Explained(from_cents(cents), "table_line"))
        for (side, code), label, cents in items
    ]
    return replace(CLAIM, table=tuple(table))


def _line(side: BudgetSide, code: str, realised: str) -> TableLine:
    return TableLine(side, code, "", Decimal(0), Explained(Decimal(realised), "table_line"))
