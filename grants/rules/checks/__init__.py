"""Checks of a claim. The order is the order shown to the user among equals; each returns all its
findings.
"""

from __future__ import annotations

from grants.rules.checks.context import Check, Checked
from grants.rules.findings import Finding, by_weight

CHECKS: tuple[Check, ...] = ()


def findings_of(checked: Checked) -> tuple[Finding, ...]:
    """Everything that the checks find, most euros at risk first."""
    return by_weight(finding for check in CHECKS for finding in check(checked))
