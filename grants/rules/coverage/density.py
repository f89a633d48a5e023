"""Posts against population, and FTE over a period to the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypedDict

from grants import money
from grants.errors import RuleRefused
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.explained import Explained, Input, Steps
from grants.rules.basis.refusals import not_negative, period_between, positive
from grants.rules.basis.rounding import exact_decimal

_PER = 100_000
_FTE_DECIMALS = Decimal("0.0001")


@frozen
class Coverage:
    """FTE per 100 000 inhabitants, and inhabitants per FTE: None where no FTE stands."""

    per_100k: Decimal
    inhabitants_per_fte: Decimal | None
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


class FteSegment(TypedDict):
    """FTE that stands from a day up to, and without, another; ``date.max`` when nobody says."""

    start: date
    end: date
    fte: Decimal


@frozen
class FteOverPeriod:
    """Average FTE, to four decimals."""

    fte: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


def coverage(*, fte: Decimal, population: int) -> Coverage:
    """FTE of facilitators against the people of a territory.

    Law: Deux-Sèvres call 2018: about one FTE per 100 000 inhabitants. FTE are not persons: a number
    of facilitators gives another figure. A territory without FTE has a coverage of zero.
    Raises: RuleRefused: negative_amount (fte), not_positive (population).
    Example:
    >>> coverage(fte=Decimal(4), population=374_000)
    Coverage(per_100k=Decimal('1.07'), inhabitants_per_fte=Decimal('93500'))
    """
    not_negative(fte=fte)
    positive(population=population)
    per_100k = money.round_half_up(fte * _PER / population)
    each = (Decimal(population) / fte).quantize(Decimal(1), ROUND_HALF_UP) if fte else None
    inputs = (Input("fte", fte, "ETP"), Input("population", population))
    steps = {"per_100k": Explained(per_100k, "fte_per_100k", inputs, unit="ETP")}
    if each is not None:
        steps["inhabitants_per_fte"] = Explained(each, "inhabitants_per_fte", inputs, unit="")
    return Coverage(per_100k, each, steps)


def fte_over_period(*, segments: Sequence[FteSegment], start: date, end: date) -> FteOverPeriod:
    """Average FTE over a period: the sum of FTE × days over the days of the period.

    Law: docs/rules.md#fte-filled. Segments may overlap (two posts) and reach beyond the
    period; only their days inside count, and their order does not matter.
    Units: FTE, half up to four decimals, once, at the end.
    Raises: RuleRefused: period_inverted (also of a segment), period_open, fte_out_of_range.
    Example:
    >>> half_year = {"start": date(2024, 1, 1), "end": date(2024, 7, 1), "fte": Decimal(1)}
    >>> fte_over_period(segments=[half_year], start=date(2024, 1, 1), end=date(2025, 1, 1)).fte
    Decimal('0.4973')
    """
    period = period_between(start, end)
    held = sum((_fte_days(segment, period) for segment in segments), Fraction(0))
    exact = exact_decimal(held / period.days)
    fte = exact.quantize(_FTE_DECIMALS, ROUND_HALF_UP)
    inputs = (
        Input("fte_days", exact_decimal(held), "j"),
        Input("days", period.days, "j"),
    )
    return FteOverPeriod(fte, {"fte": Explained(fte, "fte_over_period", inputs, unit="ETP")})


def _fte_days(segment: FteSegment, period: Period) -> Fraction:
    not_negative("fte_out_of_range", fte=segment["fte"])
    if segment["end"] <= segment["start"]:
        raise RuleRefused(
            "period_inverted",
            f"un segment finit le {segment['end']} (exclu) et commence le {segment['start']}",
        )
    inside = Period(segment["start"], segment["end"]).intersect(period)
    return Fraction(segment["fte"]) * inside.days if inside else Fraction(0)
