"""One's own account: password, second factor, sessions."""

from __future__ import annotations

from grants.views.account import delegations, my_data, password, second_factor, sessions
from grants.views.account.blueprint import blueprint

__all__ = ["blueprint", "delegations", "my_data", "password", "second_factor", "sessions"]
