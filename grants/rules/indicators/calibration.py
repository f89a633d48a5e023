"""Hours of integration that a contract can carry, and the FTE that hours make."""

from __future__ import annotations

from dataclasses import field
from decimal import ROUND_HALF_UP, Decimal

from grants import money
from grants.frozen import frozen
from grants.rules.basis.explained import Explained, Input, Steps, euros, fraction
from grants.rules.basis.refusals import fraction_of_one, not_negative, positive


@frozen
class CalibratedHours:
    """Hours to two decimals, and as a contract prints them: whole."""

    hours: Decimal
    rounded: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class FteOfHours:
    """FTE to two decimals."""

    fte: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


def calibrated_hours(
    *,
    amount: Decimal,
    labour_share: Decimal,
    hourly_cost: Decimal,
    effort_rate: Decimal,
    years: Decimal = Decimal(1),
) -> CalibratedHours:
    """Hours of integration for a contract: amount × labour share ÷ hourly cost × effort rate, per
    year.

    Law: practice of facilitators; Grenoble Alpes Métropole: 787.5 hours calculated, 700 contracted.
    Units: amount in euros excluding tax; hours, rounded half up, each from the exact figure.
    Raises: RuleRefused: negative_amount, rate_out_of_range, not_positive.
    Example:
    >>> calibrated_hours(amount=Decimal("1000000"), labour_share=Decimal("0.50"),
    ... hourly_cost=Decimal(30), effort_rate=Decimal("0.05"))
    CalibratedHours(hours=Decimal('833.33'), rounded=Decimal('833'))
    """
    not_negative(amount=amount)
    fraction_of_one(labour_share=labour_share, effort_rate=effort_rate)
    positive(hourly_cost=hourly_cost, years=years)
    exact = amount * labour_share * effort_rate / (hourly_cost * years)
    found = money.round_half_up(exact)
    inputs = (
        euros("amount", amount),
        fraction("labour_share", labour_share),
        Input("hourly_cost", hourly_cost, "€/h"),
        fraction("effort_rate", effort_rate),
        Input("years", years),
    )
    step = Explained(found, "calibrated_hours", inputs, unit="h")
    return CalibratedHours(found, exact.quantize(Decimal(1), ROUND_HALF_UP), {"hours": step})


def fte_of_hours(*, hours: Decimal, divisor: Decimal) -> FteOfHours:
    """FTE that hours of integration make; the divisor is a setting, printed beside the figure.

    Law: none: 1 600, 1 607 and 1 820 are all in use.
    Raises: RuleRefused: negative_hours, not_positive.
    Example:
    >>> fte_of_hours(hours=Decimal(7000), divisor=Decimal(1607)).fte
    Decimal('4.36')
    """
    not_negative("negative_hours", hours=hours)
    positive(divisor=divisor)
    fte = money.round_half_up(hours / divisor)
    inputs = (Input("hours", hours, "h"), Input("divisor", divisor, "h"))
    return FteOfHours(fte, {"fte": Explained(fte, "fte_of_hours", inputs, unit="ETP")})
