"""Départements that the posts of a convention serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from grants.enums import TerritoryKind
from grants.models.base import AnySession
from grants.models.coverage import Territory
from grants.models.posts import Post, PostFunding
from grants.parameters.territories import population_of

OVERSEAS = ("97", "98")


def departements_of(session: AnySession, convention_ids: Collection[int]) -> dict[int, set[str]]:
    """Départements of the territories of the posts that some conventions pay, by convention.

    A territory without a code of its own is where the one that contains it is.
    """
    found: dict[int, set[str]] = defaultdict(set)
    if not convention_ids:
        return found
    territories = {row.id: row for row in session.scalars(select(Territory))}
    query = (
        select(PostFunding.convention_id, Post.territory_id)
        .join(Post, PostFunding.post_id == Post.id)
        .where(PostFunding.convention_id.in_(convention_ids))
    )
    for convention_id, territory_id in session.execute(query):
        found[convention_id].update(_departements(territories.get(territory_id), territories))
    return found


def _departements(territory: Territory | None, known: dict[int, Territory]) -> tuple[str, ...]:
    while territory is not None:
        named = _of_code(territory.insee_code, TerritoryKind(territory.kind))
        if named:
            return named
        territory = known.get(territory.parent_id) if territory.parent_id else None
    return ()


def _of_code(code: str, kind: TerritoryKind) -> tuple[str, ...]:
    if kind is TerritoryKind.COMMUNE and code:
        return (code[:3] if code.startswith(OVERSEAS) else code[:2],)
    listed = kind if kind is TerritoryKind.REGION else None
    official = population_of(code, listed) if code else None
    return official.departements if official else ()
