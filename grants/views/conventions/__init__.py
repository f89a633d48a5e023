"""The list of conventions and one convention's page."""

from __future__ import annotations

from grants.views.conventions import listing, page
from grants.views.conventions.blueprint import blueprint

__all__ = [
    "blueprint",
    "listing",
    "page",
]
