"""Pages of whoever checks: the trail of what was done, by whom and when."""

from __future__ import annotations

from grants.views.audit import objects, trail
from grants.views.audit.blueprint import blueprint

__all__ = ["blueprint", "objects", "trail"]
