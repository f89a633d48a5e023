"""Coverage: posts and full-time equivalents by territory on a day."""

from __future__ import annotations

from grants.views.coverage import page
from grants.views.coverage.blueprint import blueprint

__all__ = [
    "blueprint",
    "page",
]
