"""One post over a period, day by day: FTE approved, funded and by whom, filled, vacant.

A post is not a person: FTE come from the approval of the post, from conventions, and from the
contract of whoever holds it. Nothing here divides a number of persons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from grants.enums import FunderKind
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.explained import Explained, Input
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.posts import PostFunding
from grants.rules.coverage.density import FteSegment, fte_over_period
from grants.rules.coverage.facts import CoverageFacts, PostFact, source
from grants.rules.coverage.filling import NO_FTE, SegmentHolding, filled_on, held_by_post

FUNDED_NOTE = (
    "Quand plusieurs financeurs paient le même poste, ses ETP financés sont leur somme, sans "
    "dépasser les ETP approuvés du jour : un cofinancement n'ajoute pas de poste."
)
FILLED_NOTE = (
    "Part du travail de l'agent sur le poste × quotité de son contrat, les jours sous contrat. Un "
    "remplaçant compte à la place de l'absent, jamais en plus ; au-delà des ETP approuvés, rien "
    "n'est compté."
)


@frozen
class FunderShare:
    """FTE of a post or of a territory that one funder pays."""

    funder: str
    kind: FunderKind
    fte: Explained[Decimal]


@frozen
class PostCoverage:
    """A post's FTE over the period. ``vacant`` is what is approved and not filled."""

    post: PostFact
    approved: Explained[Decimal]
    by_funder: tuple[FunderShare, ...]
    funded: Explained[Decimal]
    filled: Explained[Decimal]
    vacant: Explained[Decimal]
    holders: tuple[int, ...]


class PostIndex:
    """Facts by post and by person, so that a report reads each of them once."""

    def __init__(self, facts: CoverageFacts) -> None:
        self.facts = facts
        self.conventions: Mapping[int, Convention] = facts.conventions
        self._fundings: dict[int, list[PostFunding]] = {}
        self._held = held_by_post(facts.holdings, facts.employments)
        for funding in facts.fundings:
            self._fundings.setdefault(funding.post_id, []).append(funding)

    def fundings(self, post: PostFact) -> Sequence[PostFunding]:
        """Fundings of a post."""
        return self._fundings.get(post.id, ())

    def held(self, post: PostFact) -> Sequence[SegmentHolding]:
        """Who brings what to a post, cut at the segments of the work contracts."""
        return self._held.get(post.id, ())


def post_coverage(index: PostIndex, post: PostFact, period: Period) -> PostCoverage:
    """FTE of one post over a period, each figure with the rows it comes from.

    Law: docs/rules.md#fte-filled: Σ ETP × days ÷ days of the period, to four decimals.
    """
    approved = approved_fte(post, period)
    by_funder = _by_funder(index, post, period)
    filled = filled_fte(index, post, period)
    vacant = approved.value - filled.value
    return PostCoverage(
        post,
        approved,
        by_funder,
        _funded(index, post, period, by_funder),
        filled,
        Explained(
            vacant,
            "fte_vacant",
            (Input("fte_approved", approved, "ETP"), Input("fte_filled", filled, "ETP")),
            unit="ETP",
        ),
        tuple(sorted({h.holding.person_id for h in _during(index.held(post), period)})),
    )


def approved_fte(post: PostFact, period: Period) -> Explained[Decimal]:
    """FTE approved for a post over a period."""
    fte = _average([_segment(post.period, post.fte)], period)
    return Explained(
        fte,
        "fte_approved",
        (
            Input("fte", post.fte, "ETP"),
            Input("days", _days(post.period, period), "j"),
            Input("period_days", period.days, "j"),
        ),
        sources=source("postes", post.row),
        note=f"Poste {post.code}, {post.title}",
        unit="ETP",
    )


def capped_on(index: PostIndex, post: PostFact, day: date) -> Decimal:
    """FTE of a post that are funded on a day: the sum of its fundings, at most what is approved."""
    total = sum((f.fte for f in index.fundings(post) if f.period.contains(day)), NO_FTE)
    return min(total, post.fte) if post.period.contains(day) else NO_FTE


def filled_fte(index: PostIndex, post: PostFact, period: Period) -> Explained[Decimal]:
    """FTE of a post that somebody under contract holds, at most what is approved each day."""
    held = _during(index.held(post), period)
    pieces = _pieces([item.period for item in held], post, period)
    fte = _stepwise(pieces, post, period, lambda day: filled_on(day, held, post.fte))
    names = index.facts.names
    return Explained(
        fte,
        "fte_filled",
        tuple(Input("holder", _holder(item, period, names), "ETP") for item in held),
        sources=source("postes", post.row),
        note=FILLED_NOTE,
        unit="ETP",
    )


def _holder(item: SegmentHolding, period: Period, names: Mapping[int, str]) -> Explained[Decimal]:
    replaces = names.get(item.holding.replaces_id or 0, "")
    days = _days(item.period, period)
    name = names.get(item.holding.person_id, "")
    return Explained(
        _average([_segment(item.period, item.fte)], period),
        "holder_fte",
        (
            Input("holding_share", item.holding.share, "%"),
            Input("contract_fte", item.employment.fte, "%"),
            Input("days", days, "j"),
            Input("period_days", period.days, "j"),
        ),
        sources=(
            *source("affectations", item.holding.row),
            *source("contrats", item.employment.row),
        ),
        note=f"{name}, en remplacement de {replaces}" if replaces else name,
        unit="ETP",
    )


def _by_funder(index: PostIndex, post: PostFact, period: Period) -> tuple[FunderShare, ...]:
    found: dict[tuple[FunderKind, str], list[PostFunding]] = {}
    for funding in index.fundings(post):
        if funding.period.overlaps(period):
            convention = index.conventions[funding.convention_id]
            found.setdefault((convention.funder_kind, convention.funder_name), []).append(funding)
    order = list(FunderKind)
    return tuple(
        FunderShare(funder, kind, _paid(index, funder, fundings, period))
        for (kind, funder), fundings in sorted(
            found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    )


def _paid(
    index: PostIndex, funder: str, fundings: Sequence[PostFunding], period: Period
) -> Explained[Decimal]:
    conventions = sorted({index.conventions[f.convention_id].number for f in fundings})
    return Explained(
        _average([_segment(f.period, f.fte) for f in fundings], period),
        "fte_of_funder",
        (
            *(Input("fte", f.fte, "ETP") for f in fundings),
            *(Input("days", _days(f.period, period), "j") for f in fundings),
            Input("period_days", period.days, "j"),
        ),
        sources=tuple(s for f in fundings for s in source("postes_conventions", f.row)),
        note=f"{funder} : {', '.join(conventions)}",
        unit="ETP",
    )


def _funded(
    index: PostIndex, post: PostFact, period: Period, shares: Sequence[FunderShare]
) -> Explained[Decimal]:
    pieces = _pieces([f.period for f in index.fundings(post)], post, period)
    fte = _stepwise(pieces, post, period, lambda day: capped_on(index, post, day))
    inputs = tuple(Input("fte_of_funder", share.fte, "ETP") for share in shares)
    return Explained(fte, "fte_funded", inputs, note=FUNDED_NOTE, unit="ETP")


def _pieces(periods: Iterable[Period], post: PostFact, period: Period) -> list[Period]:
    """The post's days in the period, cut wherever something begins or ends."""
    inside = post.period.intersect(period)
    if inside is None:
        return []
    return inside.cut(day for p in periods for day in (p.start, p.end))


def _stepwise(
    pieces: Sequence[Period], post: PostFact, period: Period, fte_on: Callable[[date], Decimal]
) -> Decimal:
    """Average of what holds on each piece, where a post never counts more than is approved."""
    segments = [_segment(piece, min(fte_on(piece.start), post.fte)) for piece in pieces]
    return _average(segments, period)


def _average(segments: Sequence[FteSegment], period: Period) -> Decimal:
    return fte_over_period(segments=segments, start=period.start, end=period.end).fte


def _segment(period: Period, fte: Decimal) -> FteSegment:
    return {"start": period.start, "end": period.end, "fte": fte}


def _days(part: Period, period: Period) -> int:
    both = part.intersect(period)
    return both.days if both else 0


def _during(holdings: Iterable[SegmentHolding], period: Period) -> list[SegmentHolding]:
    return [item for item in holdings if item.period.overlaps(period)]
