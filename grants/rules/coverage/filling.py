"""FTE filled: one definition for the coverage report, the State's ceiling and vacancies.

Law: conventions pay « un poste » or so many ETP; what counts as filled is read in the work
contract. On a day a post fills the smaller of its own FTE and what its holders bring to it (share
of the holding × quotité of the contract); a convention's posts together fill at most the FTE that
the convention agrees on that day. A scheme may count a post as whole as soon as somebody holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from grants.enums import FilledCounts
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.people import Employment
from grants.rules.basis.facts.posts import Holding, Post, PostFunding

NO_FTE = Decimal(0)


@frozen
class SegmentHolding:
    """A holding over the days of one contract segment: FTE that it brings to the post."""

    holding: Holding
    employment: Employment
    period: Period
    fte: Decimal


@frozen
class Stretch:
    """Days over which nothing changes: FTE agreed by the convention, and FTE filled."""

    period: Period
    agreed: Decimal
    filled: Decimal
    vacant_posts: tuple[int, ...]

    @property
    def missing(self) -> Decimal:
        """FTE agreed and not filled."""
        return self.agreed - self.filled


def held_by_post(
    holdings: Iterable[Holding], employments: Iterable[Employment]
) -> Mapping[int, list[SegmentHolding]]:
    """Who brings what to each post, cut at the segments of the work contracts."""
    contracts: dict[int, list[Employment]] = defaultdict(list)
    for employment in employments:
        contracts[employment.person_id].append(employment)
    found: dict[int, list[SegmentHolding]] = defaultdict(list)
    for holding in holdings:
        for employment in contracts.get(holding.person_id, ()):
            both = holding.period.intersect(employment.period)
            if both:
                fte = holding.share * employment.fte
                found[holding.post_id].append(SegmentHolding(holding, employment, both, fte))
    return found


def filled_on(
    day: date,
    holdings: Iterable[SegmentHolding],
    fte: Decimal,
    counts: FilledCounts = FilledCounts.CONTRACT_FTE,
) -> Decimal:
    """FTE of a post that its holders fill on a day, at most its own.

    Who replaces an absent holder counts in the absent one's place, never beside.
    Args: fte: of the post. counts: what a holder fills: their contract's part, or the whole post.
    """
    present = [item for item in holdings if item.period.contains(day)]
    replaced = {item.holding.replaces_id for item in present}
    brought = [item.fte for item in present if item.holding.person_id not in replaced]
    if counts is FilledCounts.WHOLE_POST:
        return fte if brought else NO_FTE
    return min(fte, sum(brought, NO_FTE))


@frozen
class ConventionPosts:
    """Posts that a convention pays and who holds them."""

    convention: Convention
    posts: Mapping[int, Post]
    fundings: Sequence[PostFunding]
    held: Mapping[int, Sequence[SegmentHolding]]

    def stretches(self, period: Period) -> list[Stretch]:
        """Days of a period, cut wherever something begins or ends.

        Example: a post of 1 FTE held at 50 % fills 0,5; two such posts, both held in full, fill 1
        under a convention of 1 FTE.
        """
        return [self._stretch(part) for part in period.cut(self._changes())]

    def _changes(self) -> Iterable[date]:
        for terms in self.convention.terms:
            yield terms.since
        for funding in self.fundings:
            post = self.posts[funding.post_id]
            for period in (funding.period, post.period):
                yield from (period.start, period.end)
            for item in self.held.get(funding.post_id, ()):
                yield from (item.period.start, item.period.end)

    def _stretch(self, part: Period) -> Stretch:
        day, terms = part.start, self.convention.terms_on(part.start)
        paid = self._paid_on(day)
        filled = {
            post_id: filled_on(
                day,
                self.held.get(post_id, ()),
                min(fte, self._approved_on(post_id, day)),
                terms.settings.filled_counts,
            )
            for post_id, fte in paid.items()
        }
        return Stretch(
            part,
            min(sum(paid.values(), NO_FTE), terms.fte),
            min(sum(filled.values(), NO_FTE), terms.fte),
            tuple(sorted(post_id for post_id, fte in paid.items() if filled[post_id] < fte)),
        )

    def _paid_on(self, day: date) -> dict[int, Decimal]:
        """FTE of each post that the convention pays on a day."""
        paid: dict[int, Decimal] = defaultdict(lambda: NO_FTE)
        for funding in self.fundings:
            if funding.period.contains(day):
                paid[funding.post_id] += funding.fte
        return dict(paid)

    def _approved_on(self, post_id: int, day: date) -> Decimal:
        post = self.posts[post_id]
        return post.fte if post.period.contains(day) else NO_FTE
