"""The claims that a convention gives rise to by itself: their days, and which is the balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from grants.enums import ClaimKind
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention


@dataclass(frozen=True, slots=True)
class ClaimPeriod:
    """A claim that a convention gives rise to: the days it covers and whether it is the last."""

    period: Period
    kind: ClaimKind


def claim_periods(convention: Convention, as_of: date) -> Sequence[ClaimPeriod]:
    """Claims that a convention gives rise to: one, or where the scheme's formula cumulates one a
    calendar year. The last of an operation that is over is its balance, on all its days.

    Example: an FSE operation of 2018 and 2019 gives an interim claim for 2018, then one for 2019
    that becomes the final one for both years once 2019 is over.
    """
    whole = ClaimPeriod(convention.period, claim_kind(convention, convention.period, as_of))
    if not convention.terms_for(convention.period).settings.grant_formula.cumulates:
        return [whole]
    claims = [ClaimPeriod(part, ClaimKind.INTERIM) for part in years_of(convention.period)]
    return [*claims[:-1], whole] if whole.kind is ClaimKind.FINAL else claims


def years_of(period: Period) -> list[Period]:
    """A period, cut into calendar years.

    Example:
    >>> [part.days for part in years_of(Period(date(2018, 12, 1), date(2019, 2, 1)))]
    [31, 31]
    """
    years = range(period.start.year, period.last.year + 1)
    return [part for year in years if (part := period.intersect(Period.year(year)))]


def claim_kind(convention: Convention, period: Period, as_of: date) -> ClaimKind:
    """Final when the period is the whole convention and its last day is past, else interim."""
    is_over = period == convention.period and convention.period.end <= as_of
    return ClaimKind.FINAL if is_over else ClaimKind.INTERIM
