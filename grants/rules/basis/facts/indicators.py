"""Indicators over a claim's period, and work under a clause."""

from __future__ import annotations

from decimal import Decimal

from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.explained import Source


@frozen(kw_only=True)
class IndicatorFact:
    """Indicator of the convention with its target and what was reached, over the claim's period."""

    code: str
    name: str
    unit: str
    breakdown: str
    target: Decimal | None
    realised: Decimal | None
    method: str
    rows: tuple[Source, ...] = ()


@frozen(kw_only=True)
class ClauseJob:
    """Work of a participant under a clause, by pseudonym."""

    market: str
    participant: str
    employer: str
    period: Period
    minutes: int
    row: int
