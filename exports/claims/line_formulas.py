"""The amount of a claim line as a spreadsheet formula that is right to the cent.

A spreadsheet counts in binary floats: base × part puts about thirty of twelve thousand lines wrong
by a cent. Each formula here first turns its inputs into whole numbers (cents, minutes, millionths):
their products are exact, and the quotient of two whole numbers never lands on a half-cent unless it
is one. A formula that would not give the line's own amount is not written.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from grants.enums import Method
from grants.money import round_half_up
from grants.rules.claims.claim import ClaimLine

HOURLY = frozenset({Method.HOURLY_1720, Method.MONTHLY_RATE})
_FINEST_SHARE = 6
_CENT_FRACTION = Decimal("0.000001")


class LineColumns:
    """Letters of the columns that the formulas take their inputs from."""

    __slots__ = ("base", "operation", "rate", "share", "total")

    def __init__(self, *, base: str, total: str, operation: str, share: str, rate: str) -> None:
        self.base = base
        self.total = total
        self.operation = operation
        self.share = share
        self.rate = rate


def amount_formula(line: ClaimLine, columns: LineColumns, row: int) -> str | None:
    """Formula of the line's amount in the sheet's row, counted from one; None when the inputs that
    the line prints do not give its amount (no hours, no rate, a refusal).

    Example: a real share is ``=ROUND(ROUND(base*100,0)*ROUND(op*60,0)/ROUND(total*60,0),0)/100``.
    """
    found = _METHODS.get(line.method, _by_share)(line, columns, row)
    if found is None:
        return None
    formula, amount = found
    if amount - line.ceded != line.amount.value:
        return None
    return f"=ROUND({formula}-{line.ceded},2)" if line.ceded else f"={formula}"


_Found = tuple[str, Decimal] | None


def _by_hours(line: ClaimLine, at: LineColumns, row: int) -> _Found:
    total, spent = line.total_minutes, line.operation_minutes
    if not total or spent is None:
        return None
    formula = (
        f"ROUND(ROUND({at.base}{row}*100,0)*ROUND({at.operation}{row}*60,0)"
        f"/ROUND({at.total}{row}*60,0),0)/100"
    )
    return formula, round_half_up(line.base.value * spent / total)


def _by_share(line: ClaimLine, at: LineColumns, row: int) -> _Found:
    if line.share is None:
        return None
    share = line.share.value.normalize()
    exact = line.base.value * share
    exponent = share.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    if places <= _FINEST_SHARE:
        scale = 10 ** max(places, 0)
        formula = (
            f"ROUND(ROUND({at.base}{row}*100,0)*ROUND({at.share}{row}*{scale},0)/{scale},0)/100"
        )
        return formula, round_half_up(exact)
    return f"ROUND(ROUND({at.base}{row}*{at.share}{row}*100,6),0)/100", _snapped(exact)


def _by_rate(line: ClaimLine, at: LineColumns, row: int) -> _Found:
    if line.hourly_rate is None or line.operation_minutes is None:
        return None
    exact = line.hourly_rate.value * line.operation_minutes / 60
    formula = f"ROUND(ROUND({at.rate}{row}*ROUND({at.operation}{row}*60,0)/60*100,6),0)/100"
    return formula, _snapped(exact)


def _snapped(exact: Decimal) -> Decimal:
    """What the formula gives: millionths of a cent first, which takes a float's error away."""
    cents = (exact * 100).quantize(_CENT_FRACTION, ROUND_HALF_UP)
    return round_half_up(cents / 100)


_METHODS: dict[Method, Callable[[ClaimLine, LineColumns, int], _Found]] = {
    Method.REAL_SHARE: _by_hours,
    Method.HOURLY_1720: _by_rate,
    Method.MONTHLY_RATE: _by_rate,
}
