"""Pages of the administrator: the organisation, its people's accounts, personal data."""

from __future__ import annotations

from grants.views.admin import (
    accounts,
    delegations,
    invitations,
    organisation,
    personal_data,
    roles,
    users,
)
from grants.views.admin.blueprint import blueprint

__all__ = [
    "accounts",
    "blueprint",
    "delegations",
    "invitations",
    "organisation",
    "personal_data",
    "roles",
    "users",
]
