"""Pages of the finance officer: conventions, their claims, coverage."""

from __future__ import annotations

from grants.views.finance import claim_sheets, claims, conventions, coverage, home
from grants.views.finance.blueprint import blueprint

__all__ = ["blueprint", "claim_sheets", "claims", "conventions", "coverage", "home"]
