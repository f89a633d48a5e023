"""The one place where pages leave out pay that the visitor has no right to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grants.services.claims.without_pay import without_pay
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from grants.rules.claims.claim import Claim


def shown_claim(claim: Claim) -> Claim:
    """The claim as this visitor may read it."""
    sees_pay = access().sees_pay(claim.convention.organisation.id)
    return claim if sees_pay else without_pay(claim)
