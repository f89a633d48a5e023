"""The door: log in, with a code where the account asks for one, log out, get in again."""

from __future__ import annotations

from grants.views.auth import invitation, login, openid, reset
from grants.views.auth.blueprint import blueprint

__all__ = ["blueprint", "invitation", "login", "openid", "reset"]
