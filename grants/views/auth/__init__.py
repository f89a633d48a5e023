"""The door: log in, with a code where the account asks for one, and log out."""

from __future__ import annotations

from grants.views.auth import login
from grants.views.auth.blueprint import blueprint

__all__ = ["blueprint", "login"]
