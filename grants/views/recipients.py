"""Who sees which personal data, read from the table of pages: no second list to forget."""

from __future__ import annotations

from collections.abc import Mapping

from grants.enums import Role
from grants.views.permissions import ENDPOINTS

# By processing, the pages that show its data: an endpoint, or all those that begin so.
SHOWN_BY: Mapping[str, tuple[str, ...]] = {
    "staff": ("finance.convention", "finance.coverage", "finance.claim_list", "audit.trail"),
    "pay": ("finance.claim_file", "finance.claim_list", "finance.figure"),
    "time": ("finance.claim_list", "sheets.", "team."),
    "pieces": ("finance.claim_file", "finance.convention"),
    "participants": ("finance.claim_file",),
    "accounts": ("admin.home", "admin.user"),
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
