"""The workbook as a door of the site: what a structure has goes down, and comes up corrected."""

from __future__ import annotations

from grants.views.imports import workbooks
from grants.views.imports.blueprint import blueprint

__all__ = ["blueprint", "workbooks"]
