"""A line's amount by formula is its amount by law, to the cent, however a spreadsheet counts."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from exports.claims.line_formulas import LineColumns, amount_formula
from grants.enums import Method
from grants.money import CENT, from_cents, round_half_up
from grants.rules.basis.explained import Explained
from grants.rules.claims.claim import ClaimLine
from tests.factories.claims.claim import sample_claim

AT = LineColumns(base="D", total="F", operation="G", share="H", rate="N")
LINES = {
    line.method: line
    for line in sample_claim("fse", persons=5, findings=False).lines
    if not line.ceded
}
CENTS = st.integers(-20_000_000, 20_000_000)
MINUTES = st.integers(1, 20_000)


def test_a_real_share_is_written_with_whole_cents_and_minutes() -> None:
    formula = amount_formula(LINES[Method.REAL_SHARE], AT, 7)

    assert formula == "=ROUND(ROUND(D7*100,0)*ROUND(G7*60,0)/ROUND(F7*60,0),0)/100"


def test_a_fixed_share_is_written_with_the_share_as_a_whole_number() -> None:
    line = _fixed(LINES[Method.FIXED_SHARE], 300_001, Decimal("0.625"))

    formula = amount_formula(line, AT, 7)

    assert formula == "=ROUND(ROUND(D7*100,0)*ROUND(H7*1000,0)/1000,0)/100"


def test_a_ceded_cent_is_taken_off_in_the_formula() -> None:
    line = LINES[Method.REAL_SHARE]
    less = replace(line.amount, value=line.amount.value - CENT)

    formula = amount_formula(replace(line, amount=less, ceded=CENT), AT, 7)

    assert formula is not None
    assert formula.endswith("/100-0.01,2)")


def test_a_formula_that_gives_another_amount_is_not_written() -> None:
    line = LINES[Method.REAL_SHARE]
    other = replace(line.amount, value=line.amount.value + 1)

    assert amount_formula(replace(line, amount=other), AT, 7) is None


def test_a_line_without_hours_has_no_formula() -> None:
    line = replace(LINES[Method.REAL_SHARE], total_minutes=0, operation_minutes=0)

    assert amount_formula(line, AT, 7) is None


@given(CENTS, MINUTES, MINUTES)
def test_the_real_share_formula_is_exact_in_binary_floats(cents: int, one: int, two: int) -> None:
    spent, total = sorted((one, two))
    line = _timed(LINES[Method.REAL_SHARE], cents, spent, total)

    assert _computed(line) == line.amount.value


@given(CENTS, st.integers(0, 1_000_000))
def test_the_fixed_share_formula_is_exact_in_binary_floats(cents: int, millionths: int) -> None:
    line = _fixed(LINES[Method.FIXED_SHARE], cents, Decimal(millionths).scaleb(-6))

    assert _computed(line) == line.amount.value


def test_twelve_thousand_lines_and_their_exact_halves_are_all_right() -> None:
    random = Random(1720)  # noqa: S311 # a test that repeats itself
    line = LINES[Method.REAL_SHARE]
    for _ in range(12_000):
        total = random.randrange(1, 12_000)
        spent = random.randrange(total + 1)
        cents = random.randrange(-900_000, 900_000)
        timed = _timed(line, cents, spent, total)
        half = _timed(line, (2 * cents + 1) * total, 1, 2 * total)

        assert _computed(timed) == timed.amount.value
        assert _computed(half) == half.amount.value


def test_base_times_share_in_floats_would_be_wrong_by_a_cent_now_and_then() -> None:
    random = Random(40)  # noqa: S311 # a test that repeats itself
    wrong = 0
    for _ in range(12_000):
        total = random.randrange(2, 400) * 2
        cents, spent = random.randrange(100_000, 900_000), total // 2
        naive = _round(cents / 100 * (spent / 60 / (total / 60)), 2)
        wrong += Decimal(repr(naive)) != round_half_up(Decimal(cents) * spent / total / 100)

    assert wrong > 0


@given(st.integers(1_000_000, 9_000_000), st.integers(1, 12_000), st.integers(10, 100))
def test_the_hourly_formula_is_exact_in_binary_floats(cents: int, spent: int, fte: int) -> None:
    rate = from_cents(cents) / (1720 * Decimal(fte) / 100)
    line = LINES[Method.HOURLY_1720]
    amount = round_half_up(rate * spent / 60)
    line = replace(
        line,
        hourly_rate=Explained(rate, "rate_1720"),
        operation_minutes=spent,
        amount=Explained(amount, "hourly_1720"),
    )

    assert _computed(line) == amount


def _timed(line: ClaimLine, cents: int, spent: int, total: int) -> ClaimLine:
    amount = round_half_up(from_cents(cents) * spent / total)
    return replace(
        line,
        base=Explained(from_cents(cents), "payslip"),
        operation_minutes=spent,
        total_minutes=total,
        amount=Explained(amount, "real_share"),
    )


def _fixed(line: ClaimLine, cents: int, share: Decimal) -> ClaimLine:
    amount = round_half_up(from_cents(cents) * share)
    return replace(
        line,
        base=Explained(from_cents(cents), "payslip"),
        share=Explained(share, "letter_share", unit="%"),
        amount=Explained(amount, "fixed_share"),
    )


def _computed(line: ClaimLine) -> Decimal:
    """The formula evaluated the way spreadsheets do: doubles, halves away from zero."""
    formula = amount_formula(line, AT, 1)
    assert formula is not None
    cells = {
        "D1": float(line.base.value),
        "F1": (line.total_minutes or 0) / 60,
        "G1": (line.operation_minutes or 0) / 60,
        "H1": float(line.share.value) if line.share else 0.0,
        "N1": float(line.hourly_rate.value) if line.hourly_rate else 0.0,
    }
    code = re.sub(r"[DFGHN]1\b", lambda match: f"cells['{match.group()}']", formula[1:])
    value = eval(code, {"ROUND": _round, "cells": cells})  # noqa: S307 # our own formula
    return round_half_up(Decimal(repr(value)))


def _round(value: float, digits: int) -> float:
    scaled = abs(value) * 10**digits
    whole = math.floor(scaled + 0.5)
    return math.copysign(whole / 10**digits, value)
