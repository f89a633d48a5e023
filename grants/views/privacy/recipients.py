"""Who sees which personal data, read from the table of pages: no second list to forget."""

from __future__ import annotations

from collections.abc import Mapping

from grants.enums import Role
from grants.views.edge.permissions import ENDPOINTS

# By processing, the pages that show its data: an endpoint, or all those that begin so.
SHOWN_BY: Mapping[str, tuple[str, ...]] = {
    "staff": ("conventions.convention", "coverage.coverage", "claims.claim_list", "audit.trail"),
    "pay": ("claims.claim_file", "claims.claim_list", "claims.figure"),
    "time": ("claims.claim_list", "timesheets."),
    "pieces": ("claims.claim_file", "conventions.convention"),
    "participants": ("claims.claim_file",),
    "accounts": ("roles.users", "roles.user"),
    "trail": ("audit.",),
    "mail": (),
    "door": ("audit.trail",),
}


def recipients() -> dict[str, frozenset[Role]]:
    """Roles that see each processing's data."""
    return {code: _roles(endpoints) for code, endpoints in SHOWN_BY.items()}


def _roles(starts: tuple[str, ...]) -> frozenset[Role]:
    rules = (
        rule
        for endpoint, rule in ENDPOINTS.items()
        if any(
            endpoint == start or (start[-1] == "." and endpoint.startswith(start))
            for start in starts
        )
    )
    return frozenset(role for rule in rules if isinstance(rule, frozenset) for role in rule)
