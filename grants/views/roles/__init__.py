"""Users, their roles, invitations and delegations."""

from __future__ import annotations

from grants.views.roles import (
    accepting,
    accounts,
    delegations,
    invitations,
    own_delegations,
    requests,
    roles,
    users,
)
from grants.views.roles.blueprint import blueprint

__all__ = [
    "accepting",
    "accounts",
    "blueprint",
    "delegations",
    "invitations",
    "own_delegations",
    "requests",
    "roles",
    "users",
]
