"""Posts, who holds them and what pays for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grants.frozen import frozen
from grants.periods import Period


@frozen(kw_only=True)
class Post:
    """Approved FTE on a territory."""

    id: int
    code: str
    title: str
    territory: str
    fte: Decimal
    period: Period
    row: int


@frozen(kw_only=True)
class Holding:
    """Person on a post; ``share`` is the part of the person's work that the post takes."""

    person_id: int
    post_id: int
    period: Period
    share: Decimal
    is_secondment: bool
    agreement_on: date | None
    replaces_id: int | None
    row: int
    piece: str = ""


@frozen(kw_only=True)
class PostFunding:
    """FTE of a post that a convention pays."""

    post_id: int
    convention_id: int
    fte: Decimal
    period: Period
    row: int
