"""Size of a control's sample."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from grants.errors import RuleRefused
from grants.frozen import frozen
from grants.rules.basis.refusals import fraction_of_one, not_negative


@frozen
class SampleSize:
    """Number of pieces or files to draw."""

    size: int


def sample_size(*, population: int, share: Decimal, minimum: int, maximum: int) -> SampleSize:
    """Pieces to draw: a share of the population, at least and at most so many.

    Law: State services draw 20 % of the files, at least 2, at most 20; guide Centre-Val de Loire:
    at least 30 pieces and 15 %. A part of a piece counts as one, so that the share is reached; a
    population smaller than the minimum is controlled whole.
    Raises: RuleRefused: negative_amount, rate_out_of_range, minimum_over_maximum.
    Example:
    >>> sample_size(population=31, share=Decimal("0.20"), minimum=2, maximum=20).size
    7
    """
    not_negative(population=population, minimum=minimum, maximum=maximum)
    fraction_of_one(share=share)
    if minimum > maximum:
        raise RuleRefused(
            "minimum_over_maximum", f"minimum {minimum} supérieur au maximum {maximum}"
        )
    drawn = int((share * population).to_integral_value(ROUND_CEILING))
    return SampleSize(min(population, max(minimum, min(drawn, maximum))))
