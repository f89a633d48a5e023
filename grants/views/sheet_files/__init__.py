"""Time sheets as files: printed, filled elsewhere, signed on paper."""

from __future__ import annotations

from grants.views.sheet_files import printing, scans, workbooks
from grants.views.sheet_files.blueprint import blueprint

__all__ = ["blueprint", "printing", "scans", "workbooks"]
