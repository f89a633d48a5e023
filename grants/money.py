"""Amounts of money: one constructor, one rounding rule, exact splits.

An amount is a ``Decimal`` in euros. Binary floats are refused at the door: they put about thirty of
twelve thousand claim lines wrong by a cent. The database holds integer cents; ``to_cents`` and
``from_cents`` are the only bridge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

Money = Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def decimal_fr(text: str) -> Decimal:
    """Number written the French way or the plain way, exact.

    Spaces of every kind separate thousands; a comma or a point separates decimals, never both.
    Raises: ValueError: when the text is not one number.
    Example:
    >>> decimal_fr("1 234,56 €")
    Decimal('1234.56')
    """
    plain = "".join(text.split()).removesuffix("€").replace("\u2212", "-")
    if plain.count(",") + plain.count(".") > 1:
        raise ValueError(text)
    plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)


def money(value: str | int | Decimal) -> Money:
    """Amount in euros from text, a whole number or a Decimal; never from a float.

    Raises: ValueError: when the text is no amount. TypeError: for a float, whose cents are already
    lost.
    Example:
    >>> money("1 234,56")
    Decimal('1234.56')
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError(f"an amount is text, int or Decimal, not {type(value).__name__}")
    return decimal_fr(value) if isinstance(value, str) else Decimal(value)


def round_half_up(amount: Decimal) -> Money:
    """Amount rounded to the cent, halves away from zero, without a negative zero.

    Law: the schemes' setting ``rounding = half_up per line``; the way payslips and Chorus round.
    Example:
    >>> round_half_up(Decimal("-0.005")), round_half_up(Decimal("-0.004"))
    (Decimal('-0.01'), Decimal('0.00'))
    """
    return amount.quantize(CENT, ROUND_HALF_UP) + ZERO


def to_cents(amount: Money) -> int:
    """Whole cents of an amount.

    Raises: ValueError: when the amount is finer than a cent; the caller rounds, at the place the
    text says to.
    Example:
    >>> to_cents(Decimal("12.30"))
    1230
    """
    cents = amount * 100
    whole = int(cents)
    if cents != whole:
        raise ValueError(f"{amount} is finer than a cent")
    return whole


def from_cents(cents: int) -> Money:
    """Amount of so many cents.

    Example:
    >>> from_cents(-5)
    Decimal('-0.05')
    """
    return CENT * cents


def split_cents(cents: int, weights: Sequence[Decimal | int]) -> list[int]:
    """Whole cents cut in proportion to weights, by largest remainder; the parts always add up.

    Each part gets the whole cents of its exact share; cents left over go to the largest remainders,
    ties to the first.
    A negative amount is cut as its opposite.
    Raises: ValueError: no weight, a negative weight or only zero weights: there is nothing to cut
    by.
    Example:
    >>> split_cents(100, [1, 1, 1])
    [34, 33, 33]
    """
    total = sum(weights)
    if not weights or min(weights) < 0 or total == 0:
        raise ValueError("weights must not be negative and must not all be zero")
    if cents < 0:
        return [-part for part in split_cents(-cents, weights)]
    shares = [divmod(cents * weight, total) for weight in weights]
    parts = [int(whole) for whole, _ in shares]
    left = cents - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda index: (-shares[index][1], index))
    for index in by_remainder[:left]:
        parts[index] += 1
    return parts
