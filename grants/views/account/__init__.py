"""One's own account: password, second factor, sessions."""

from __future__ import annotations

from grants.views.account import delegations, password, second_factor, sessions
from grants.views.account.blueprint import blueprint

__all__ = ["blueprint", "delegations", "password", "second_factor", "sessions"]
