"""What ends when: the FTE of every convention that stops in the coming months, and the cliffs.

A cliff is FTE lost on the day a convention ends without a successor, that is without a convention
that pays for the same post from that day on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from grants.french import day_fr
from grants.frozen import frozen
from grants.periods import DAY, Period, add_months
from grants.rules.basis.explained import Explained, Input
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.posts import PostFunding
from grants.rules.coverage.facts import PostFact, source
from grants.rules.coverage.filling import NO_FTE
from grants.rules.coverage.posts import PostIndex, capped_on

MONTHS_AHEAD = 36


@frozen
class ConventionEnd:
    """A convention that ends: its FTE of the last day, how much goes on, how much is lost.

    ``last_day`` is inclusive. ``successors`` are the numbers of the conventions that go on paying.
    """

    convention: Convention
    last_day: date
    posts: tuple[str, ...]
    territories: tuple[int, ...]
    ending: Explained[Decimal]
    lost: Explained[Decimal]
    successors: tuple[str, ...]


def convention_ends(
    index: PostIndex, posts: Sequence[PostFact], as_of: date
) -> list[ConventionEnd]:
    """Conventions whose last day lies in the 36 months from ``as_of`` on, the earliest first.

    Where two conventions of one post end on the same day, what the post loses is told once.
    """
    until = add_months(as_of, MONTHS_AHEAD)
    by_convention: dict[int, list[tuple[PostFact, PostFunding]]] = defaultdict(list)
    for post in posts:
        for funding in index.fundings(post):
            by_convention[funding.convention_id].append((post, funding))
    told: dict[tuple[int, date], Decimal] = {}
    return [
        _end(index, index.conventions[convention_id], paid, told)
        for convention_id, paid in sorted(
            by_convention.items(), key=lambda item: _order(index.conventions[item[0]])
        )
        if as_of <= index.conventions[convention_id].period.last < until
    ]


def _order(convention: Convention) -> tuple[date, str]:
    return convention.period.end, convention.number


def _end(
    index: PostIndex,
    convention: Convention,
    paid: Sequence[tuple[PostFact, PostFunding]],
    fte_lost: dict[tuple[int, date], Decimal],
) -> ConventionEnd:
    end = convention.period.end
    last = [(post, funding) for post, funding in paid if funding.period.contains(end - DAY)]
    ending = Explained(
        sum((funding.fte for _, funding in last), NO_FTE),
        "fte_ending",
        tuple(Input("fte", funding.fte, "ETP") for _, funding in last),
        sources=tuple(s for _, f in last for s in source("postes_conventions", f.row)),
        note=f"Convention {convention.number}, dernier jour {day_fr(end - DAY)}",
        unit="ETP",
    )
    losses = [(post, _loss(index, post, funding, end, fte_lost)) for post, funding in last]
    lost = Explained(
        sum((loss for _, loss in losses), NO_FTE),
        "fte_lost",
        tuple(Input("post_loss", _explained(index, p, end, loss), "ETP") for p, loss in losses),
        unit="ETP",
    )
    successors = sorted({number for post, _ in last for number in _payers(index, post, end)})
    return ConventionEnd(
        convention,
        end - DAY,
        tuple(sorted({post.code for post, _ in last})),
        tuple(sorted({post.territory_id for post, _ in last})),
        ending,
        lost,
        tuple(successors),
    )


def _loss(
    index: PostIndex,
    post: PostFact,
    funding: PostFunding,
    end: date,
    fte_lost: dict[tuple[int, date], Decimal],
) -> Decimal:
    """What the post loses on the day, less what an earlier convention of the list was told for."""
    whole = max(capped_on(index, post, end - DAY) - capped_on(index, post, end), NO_FTE)
    before = fte_lost.get((post.id, end), NO_FTE)
    loss = min(whole - before, funding.fte)
    fte_lost[post.id, end] = before + loss
    return loss


def _explained(index: PostIndex, post: PostFact, end: date, loss: Decimal) -> Explained[Decimal]:
    return Explained(
        loss,
        "post_loss",
        (
            Input("funded_before", capped_on(index, post, end - DAY), "ETP"),
            Input("funded_after", capped_on(index, post, end), "ETP"),
        ),
        sources=source("postes", post.row),
        note=f"Poste {post.code}, {post.title}",
        unit="ETP",
    )


def _payers(index: PostIndex, post: PostFact, day: date) -> Iterator[str]:
    for funding in index.fundings(post):
        if funding.period.contains(day):
            yield index.conventions[funding.convention_id].number


def window(as_of: date) -> Period:
    """Days that the list of ends looks at.

    Example:
    >>> window(date(2024, 1, 1)).last
    datetime.date(2026, 12, 31)
    """
    return Period(as_of, add_months(as_of, MONTHS_AHEAD))
