"""Posts, who holds them and what pays for them: one reader a table, one query each.

Every argument narrows: None asks for all posts, or for all days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, or_, select, true

from grants.models.base import AnySession
from grants.models.coverage import Territory
from grants.models.posts import Holding, Post, PostFunding
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention as ConventionFact
from grants.rules.basis.facts.posts import Holding as HoldingFact
from grants.rules.basis.facts.posts import Post as PostFact
from grants.rules.basis.facts.posts import PostFunding as PostFundingFact
from grants.services.facts.rows import among, found_by, period_of, touching


def load_posts(
    session: AnySession, *, post_ids: Collection[int] | None = None
) -> dict[int, PostFact]:
    """Posts by id, in the order of their codes."""
    query = (
        select(Post, Territory.name)
        .join(Territory, Post.territory_id == Territory.id)
        .where(among(Post.id, post_ids))
        .order_by(Post.code)
    )
    return {
        post.id: PostFact(
            id=post.id,
            code=post.code,
            title=post.title,
            territory=territory,
            fte=post.fte,
            period=period_of(post),
            row=post.source_row or 0,
        )
        for post, territory in session.execute(query, execution_options=found_by(post_ids))
    }


def load_holdings(
    session: AnySession,
    *,
    person_ids: Collection[int] | None = None,
    post_ids: Collection[int] | None = None,
    organisation_id: int | None = None,
    period: Period | None = None,
) -> tuple[HoldingFact, ...]:
    """Who holds which post, by person and first day."""
    query = (
        select(Holding)
        .where(among(Holding.person_id, person_ids), among(Holding.post_id, post_ids))
        .where(touching(Holding, period))
        .order_by(Holding.person_id, Holding.start_on, Holding.source_row, Holding.post_id)
    )
    if organisation_id is not None:
        query = query.where(Holding.organisation_id == organisation_id)
    rows = session.scalars(query, execution_options=found_by(person_ids, post_ids))
    return tuple(
        HoldingFact(
            person_id=row.person_id,
            post_id=row.post_id,
            period=period_of(row),
            share=row.share,
            is_secondment=row.is_secondment,
            agreement_on=row.agreement_on,
            replaces_id=row.replaces_id,
            row=row.source_row or 0,
            piece=row.piece,
        )
        for row in rows
    )


def load_fundings(
    session: AnySession,
    *,
    post_ids: Collection[int] | None = None,
    convention_ids: Collection[int] | None = None,
    organisation_id: int | None = None,
    period: Period | None = None,
) -> tuple[PostFundingFact, ...]:
    """What pays for posts, by post and first day, as first signed (see ``following_fundings``).

    Args: post_ids, convention_ids: of these posts **or** of these conventions.
    """
    query = (
        select(PostFunding)
        .where(_of_either(post_ids, convention_ids), touching(PostFunding, period))
        .order_by(PostFunding.post_id, PostFunding.start_on, PostFunding.id)
    )
    if organisation_id is not None:
        query = query.where(PostFunding.organisation_id == organisation_id)
    rows = session.scalars(query, execution_options=found_by(post_ids, convention_ids))
    return tuple(
        PostFundingFact(
            post_id=row.post_id,
            convention_id=row.convention_id,
            fte=row.fte,
            period=period_of(row),
            row=row.source_row or 0,
        )
        for row in rows
    )


def _of_either(
    post_ids: Collection[int] | None, convention_ids: Collection[int] | None
) -> ColumnElement[bool]:
    asked = [
        column.in_(ids)
        for column, ids in (
            (PostFunding.post_id, post_ids),
            (PostFunding.convention_id, convention_ids),
        )
        if ids is not None
    ]
    return or_(*asked) if asked else true()


def following_fundings(
    fundings: Iterable[PostFundingFact], conventions: Mapping[int, ConventionFact]
) -> tuple[PostFundingFact, ...]:
    """Fundings up to the convention's end, as an amendment moved it.

    A row that ends with the convention as it was first signed means « till its end »: the import
    fills an empty last day so. An amendment that extends the convention extends it too.
    """
    return tuple(_following(one, conventions[one.convention_id]) for one in fundings)


def _following(funding: PostFundingFact, convention: ConventionFact) -> PostFundingFact:
    end = convention.period.end
    if funding.period.end == convention.first_end and funding.period.end < end:
        return replace(funding, period=Period(funding.period.start, end))
    return funding
