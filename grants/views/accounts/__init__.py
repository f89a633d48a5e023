"""Logging in and out, and one's own account: password, second factor, sessions."""

from __future__ import annotations

from grants.views.accounts import login, openid, password, proving, reset, second_factor, sessions
from grants.views.accounts.blueprint import blueprint

__all__ = [
    "blueprint",
    "login",
    "openid",
    "password",
    "proving",
    "reset",
    "second_factor",
    "sessions",
]
