"""Time sheets: the month of a person, and their year."""

from __future__ import annotations

from grants.views.sheets import month, saving, year
from grants.views.sheets.blueprint import blueprint

__all__ = ["blueprint", "month", "saving", "year"]
