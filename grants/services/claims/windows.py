"""Long spans of time cut into windows that have nothing to do with each other.

A month's cost is shared by the conventions that touch the month, and by no other: where no
convention reaches from one month into the next, a ledger may end and another begin.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from grants.enums import ClaimKind
from grants.models.base import AnySession
from grants.periods import Period
from grants.services.claims.computing import ClaimRequest
from grants.services.facts.ledger import whole_months
from grants.services.facts.terms import load_conventions


def windows_of(periods: Sequence[Period], span: Period | None = None) -> list[Period]:
    """Whole months of all the periods, and of the span, in windows: those that a period joins stand
    in one, what lies between them in others.
    """
    months = sorted((whole_months(one) for one in periods), key=lambda one: (one.start, one.end))
    joined: list[Period] = []
    for one in months:
        if joined and one.start < joined[-1].end:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    every = [*joined, *([whole_months(span)] if span else [])]
    if not every:
        return []
    whole = Period(min(one.start for one in every), max(one.end for one in every))
    edges = {day for one in joined for day in (one.start, one.end)}
    return whole.cut(edges)


def claims_within(wanted: Sequence[ClaimRequest], window: Period) -> list[ClaimRequest]:
    """Claims whose days lie in a window."""
    return [one for one in wanted if window.covers(one.period)]


def whole_claims(
    session: AnySession, ids: Collection[int], span: Period | None
) -> list[ClaimRequest]:
    """Claims of whole conventions, those that share a day with the span."""
    return [
        ClaimRequest(convention, convention.period, ClaimKind.FINAL)
        for convention in load_conventions(session, set(ids)).values()
        if span is None or convention.period.overlaps(span)
    ]
