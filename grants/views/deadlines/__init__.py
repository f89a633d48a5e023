"""The calendar of what falls due, as a page and as a feed."""

from __future__ import annotations

from grants.views.deadlines import calendar
from grants.views.deadlines.blueprint import blueprint

__all__ = [
    "blueprint",
    "calendar",
]
