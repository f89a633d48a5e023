"""Pages of the manager: the team's month, its signatures, and when months close."""

from __future__ import annotations

from grants.views.team import approving, locks, month, steps, year
from grants.views.team.blueprint import blueprint

__all__ = ["approving", "blueprint", "locks", "month", "steps", "year"]
