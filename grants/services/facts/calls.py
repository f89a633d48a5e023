"""What a call's own limits are held against: grants under one scheme, territories of posts."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.coverage import Territory
from grants.models.posts import Post, PostFunding
from grants.money import ZERO
from grants.rules.basis.facts.conventions import Convention as ConventionFact


def granted_by_call(session: AnySession, convention: ConventionFact) -> Decimal:
    """Sum of the maximum grants of the structure's conventions under the same scheme; zero, and no
    query, where the call names no envelope.
    """
    if convention.call.envelope is None:
        return ZERO
    scheme = select(Convention.scheme_id).where(Convention.id == convention.id).scalar_subquery()
    query = select(Convention.maximum).where(
        Convention.scheme_id == scheme, Convention.organisation_id == convention.organisation.id
    )
    return sum((one for one in session.scalars(query) if one), ZERO)


def covered_posts(session: AnySession, convention: ConventionFact) -> dict[str, str]:
    """Posts that the convention pays on a territory that the call leaves out, or inside one: code
    of the post, name of the territory. No query where the call leaves none out.
    """
    if not convention.call.covered:
        return {}
    territories = {row.id: row for row in session.scalars(select(Territory))}
    query = (
        select(Post.code, Post.territory_id)
        .join(PostFunding, PostFunding.post_id == Post.id)
        .where(PostFunding.convention_id == convention.id)
        .order_by(Post.code)
    )
    found: dict[str, str] = {}
    for code, territory_id in session.execute(query):
        place = territories.get(territory_id)
        while place is not None:
            if place.code in convention.call.covered:
                found[code] = place.name
                break
            place = territories.get(place.parent_id or 0)
    return found
