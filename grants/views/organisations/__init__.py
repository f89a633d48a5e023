"""The first run, and the settings of a structure."""

from __future__ import annotations

from grants.views.organisations import first_run, settings
from grants.views.organisations.blueprint import blueprint

__all__ = [
    "blueprint",
    "first_run",
    "settings",
]
