"""Posts, who holds them and what pays for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grants.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Approved FTE on a territory."""

    id: int
    code: str
    title: str
    territory: str
    fte: Decimal
    period: Period
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFunding:
    """FTE of a post that a convention pays."""

    post_id: int
    convention_id: int
    fte: Decimal
    period: Period
    row: int
