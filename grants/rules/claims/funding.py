"""Who pays what of each segment: every grant assigned to the days and persons that it rests on.

Law: docs/rules.md#the-ledger, 3: for a person and segment, grants of all funders plus receipts
add up to at most the cost. A claim's grant goes to its retained lines in proportion to their
amounts, and from a line to its segments in proportion to their cost, each time by largest
remainder: no cent is made or lost on the way. The part of it that pays for the flat rate and other
costs goes to no segment: it pays for no one's days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from grants.enums import FunderKind
from grants.frozen import frozen
from grants.money import ZERO, from_cents, split_cents, to_cents
from grants.rules.claims.claim import Claim
from grants.rules.claims.lines import charges_in_order
from grants.rules.ledger.charges import Charge, Ledger
from grants.rules.ledger.segments import Segment

SegmentKey = tuple[int, date]


@frozen
class FundingPart:
    """Part of a grant, or of a declared resource, that falls on one segment."""

    source: str
    amount: Decimal


@frozen
class FundedSegment:
    """A segment with everything that is assigned to it; ``overfunded`` is what passes its cost."""

    segment: Segment
    assigned: tuple[FundingPart, ...]

    @property
    def total(self) -> Decimal:
        """Euros assigned."""
        return sum((part.amount for part in self.assigned), ZERO)

    @property
    def overfunded(self) -> Decimal:
        """Euros above the cost, zero when it holds."""
        return max(ZERO, self.total - max(ZERO, self.segment.cost))


def key_of(segment: Segment) -> SegmentKey:
    """Person and first day: what identifies a segment."""
    return segment.person_id, segment.period.start


def funded_segments(
    ledger: Ledger, claims: Sequence[Claim], *, elsewhere: Collection[str] = ()
) -> list[FundedSegment]:
    """Every segment with the grants and resources of all the claims.

    A resource that is itself the grant of one of the claims counts once, as that grant; the
    structure's own funds are no grant.
    Args: elsewhere: numbers of conventions whose grants count too, on segments of another ledger.
    """
    assigned: dict[SegmentKey, list[FundingPart]] = defaultdict(list)
    known = {claim.convention.number for claim in claims} | set(elsewhere)
    for claim in claims:
        sources = [(claim.convention.number, claim.grant.due.value)]
        sources += [
            (line.code, line.assigned.value)
            for line in claim.resources
            if line.from_convention not in known and line.kind is not FunderKind.OWN_FUNDS
        ]
        charges = charges_in_order(claim.convention, ledger, claim.period)
        for source, amount in sources:
            for key, part in _spread(claim, charges, amount):
                assigned[key].append(FundingPart(source, part))
    return [FundedSegment(s, tuple(assigned.get(key_of(s), ()))) for s in ledger.segments]


def _spread(
    claim: Claim, charges: Sequence[Charge], amount: Decimal
) -> Iterable[tuple[SegmentKey, Decimal]]:
    weights = [max(0, to_cents(line.retained)) for line in claim.lines]
    if not any(weights):
        return
    beside = max(0, to_cents(claim.eligible_cost.value) - sum(weights))
    *parts, _ = split_cents(to_cents(amount), [*weights, beside])
    for charge, cents in zip(charges, parts, strict=True):
        yield from _over_segments(charge.segments, cents)


def _over_segments(segments: Sequence[Segment], cents: int) -> Iterable[tuple[SegmentKey, Decimal]]:
    costs = [max(0, sum(segment.cents)) for segment in segments]
    if not any(costs):
        return
    if len(segments) == 1:
        yield key_of(segments[0]), from_cents(cents)
        return
    for segment, part in zip(segments, split_cents(cents, costs), strict=True):
        yield key_of(segment), from_cents(part)


def charged_shares(ledger: Ledger) -> Mapping[SegmentKey, list[tuple[int, Decimal]]]:
    """Share of each segment's time that every operation paying time charges: invariant 2. Hours at
    a rate count by their part of the hours declared.
    """
    shares: dict[SegmentKey, list[tuple[int, Decimal]]] = defaultdict(list)
    for charge in ledger.charges:
        share = _share_of_time(charge)
        if charge.holding is None and share is not None:
            for segment in charge.segments:
                shares[key_of(segment)].append((charge.convention_id, share))
    return shares


def _share_of_time(charge: Charge) -> Decimal | None:
    if charge.amounts.share is not None:
        return charge.amounts.share.value
    basis = charge.basis
    return Decimal(basis.operation_minutes) / basis.total_minutes if basis.total_minutes else None
