"""A person's month and year, a team's month and year, locks, files, signed paper."""

from __future__ import annotations

from grants.views.timesheets import (
    documents,
    month,
    printing,
    saving,
    scans,
    team_approving,
    team_locks,
    team_month,
    team_steps,
    team_year,
    workbooks,
    year,
)
from grants.views.timesheets.blueprint import blueprint

__all__ = [
    "blueprint",
    "documents",
    "month",
    "printing",
    "saving",
    "scans",
    "team_approving",
    "team_locks",
    "team_month",
    "team_steps",
    "team_year",
    "workbooks",
    "year",
]
