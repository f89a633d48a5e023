"""Rounding to the cent, exact splits, and the value of a dated rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TypedDict

from grants import money
from grants.errors import NoParameterInForce, RuleRefused
from grants.frozen import frozen
from grants.rules.basis.explained import Explained, Steps, euros
from grants.rules.basis.refusals import whole_cents


@frozen
class RoundedAmount:
    """Amount to the cent."""

    rounded: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class SplitAmount:
    """Parts that add up to the amount, in the order of the weights."""

    parts: tuple[Decimal, ...]


# A value and the day that it holds from. « from » is no name for a field in Python.
DatedRate = TypedDict("DatedRate", {"from": date, "value": Decimal})


@frozen
class RateInForce:
    """Value on the day asked for."""

    value: Decimal


def round_half_up(*, amount: Decimal) -> RoundedAmount:
    """Amount to the cent, halves away from zero for debts as for credits, never −0.

    Law: scheme setting ``rounding`` (half up, per line).
    Example:
    >>> round_half_up(amount=Decimal("-2.675")).rounded
    Decimal('-2.68')
    """
    rounded = money.round_half_up(amount)
    return RoundedAmount(
        rounded, {"rounded": Explained(rounded, "half_up", (euros("amount", amount),))}
    )


def split_amount(*, amount: Decimal, weights: Sequence[Decimal]) -> SplitAmount:
    """Amount cut in proportion to weights, to the cent, by largest remainder; ties go to the first.

    Law: ledger invariant 1: the parts of a payslip add up to the payslip.
    Raises: RuleRefused: no_weight (none, or only zeros), negative_weight, finer_than_cent.
    Example:
    >>> split_amount(amount=Decimal("100.00"), weights=[Decimal(1)] * 3).parts
    (Decimal('33.34'), Decimal('33.33'), Decimal('33.33'))
    """
    if any(weight < 0 for weight in weights):
        raise RuleRefused("negative_weight", "un poids est négatif : attendu zéro ou plus")
    if not any(weights):
        raise RuleRefused("no_weight", "aucun poids positif : rien ne permet de répartir")
    parts = money.split_cents(whole_cents(amount), _whole_weights(weights))
    return SplitAmount(tuple(money.from_cents(part) for part in parts))


def _whole_weights(weights: Sequence[Decimal]) -> list[int]:
    """The same proportions in whole numbers, so that no division rounds on the way."""
    exact = [Fraction(weight) for weight in weights]
    scale = lcm(*(weight.denominator for weight in exact))
    return [int(weight * scale) for weight in exact]


def rate_for(*, rates: Sequence[DatedRate], on: date) -> RateInForce:
    """Value of the last rate that began on or before the day; the order given does not matter.

    Raises: NoParameterInForce (``no_parameter_in_force``): before the first date. RuleRefused:
    same_date_twice, since nothing says which of the two holds.
    Example:
    >>> rates = [{"from": date(2024, 1, 1), "value": Decimal("0.5")}]
    >>> rate_for(rates=rates, on=date(2024, 1, 1))
    RateInForce(value=Decimal('0.5'))
    """
    if len({rate["from"] for rate in rates}) < len(rates):
        raise RuleRefused("same_date_twice", "deux valeurs commencent le même jour")
    begun = [rate for rate in rates if rate["from"] <= on]
    if not begun:
        raise NoParameterInForce("rates", on)
    return RateInForce(max(begun, key=lambda rate: rate["from"])["value"])


def exact_decimal(value: Fraction) -> Decimal:
    """Fraction as a Decimal, exact wherever a Decimal can be.

    Example:
    >>> exact_decimal(Fraction(17, 31)).quantize(Decimal("0.0001"))
    Decimal('0.5484')
    """
    return Decimal(value.numerator) / Decimal(value.denominator)
