"""Posts that a convention pays, as its ceiling and its vacancies read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from grants.enums import CeilingProration
from grants.frozen import frozen
from grants.periods import Period, add_months
from grants.rules.basis.facts.conventions import Convention
from grants.rules.coverage.filling import ConventionPosts, held_by_post
from grants.rules.ledger.charges import Ledger
from grants.rules.pay.proration import twelfths_covered, years_covered

# Part of the convention's year that days are, from its first day on, by the scheme's proration.
YEARS: Mapping[CeilingProration, Callable[[Period, date], Fraction]] = {
    CeilingProration.DAYS_FILLED: years_covered,
    CeilingProration.TWELFTHS_FILLED: twelfths_covered,
    CeilingProration.NONE: lambda _period, _anchor: Fraction(1),
}


def posts_of(convention: Convention, ledger: Ledger) -> ConventionPosts:
    """The convention's posts, their fundings, and who holds them under which contract."""
    fundings = ledger.people.fundings.get(convention.id, [])
    paid = {funding.post_id for funding in fundings}
    holdings = [holding for holding in ledger.facts.holdings if holding.post_id in paid]
    holders = {holding.person_id for holding in holdings}
    employments = [
        contract for person in sorted(holders) for contract in ledger.people.contracts[person]
    ]
    return ConventionPosts(
        convention, ledger.facts.posts, fundings, held_by_post(holdings, employments)
    )


@frozen
class FilledUnit:
    """Days with the FTE that count for them: agreed, filled, and the part of the year they are."""

    period: Period
    agreed: Decimal
    fte: Decimal
    years: Fraction


def filled_units(
    posts: ConventionPosts, period: Period, proration: CeilingProration
) -> list[FilledUnit]:
    """Stretches of days, or by twelfths the convention's months, with the FTE filled in them.

    A month counts with the FTE filled at most in it: a twelfth that is begun is due.
    """
    anchor = posts.convention.period.start
    if proration is not CeilingProration.TWELFTHS_FILLED:
        return [
            FilledUnit(one.period, one.agreed, one.filled, years_covered(one.period, anchor))
            for one in posts.stretches(period)
        ]
    months = [(month, posts.stretches(month)) for month in convention_months(period, anchor)]
    return [
        FilledUnit(
            month,
            max(one.agreed for one in stretches),
            max(one.filled for one in stretches),
            twelfths_covered(month, anchor),
        )
        for month, stretches in months
    ]


def convention_months(period: Period, anchor: date) -> list[Period]:
    """Months counted from a convention's first day, cut to the days of a period.

    Example:
    >>> quarter = Period(date(2023, 12, 15), date(2024, 3, 15))
    >>> [month.days for month in convention_months(quarter, date(2023, 12, 15))]
    [31, 31, 29]
    """
    count, months = 0, []
    while (start := add_months(anchor, count)) < period.end:
        count += 1
        part = Period(start, add_months(anchor, count)).intersect(period)
        if part:
            months.append(part)
    return months
