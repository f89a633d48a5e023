"""A claim: its page, its lines, each figure opened, its files, its time sheets."""

from __future__ import annotations

from grants.views.claims import page, timesheets
from grants.views.claims.blueprint import blueprint

__all__ = [
    "blueprint",
    "page",
    "timesheets",
]
