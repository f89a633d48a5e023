"""Checks of a claim: each function decorated with ``finds`` in a module of this package is one, and
declares beside itself the kinds of faults that it finds. Each returns all its findings.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from grants.rules.basis.findings import KINDS as KINDS
from grants.rules.basis.findings import Finding, by_weight
from grants.rules.checks.context import Check, Checked
from grants.rules.checks.register import REGISTERED

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

CHECKS: tuple[Check, ...] = tuple(REGISTERED)


def findings_of(checked: Checked) -> tuple[Finding, ...]:
    """Everything that the checks find, most euros at risk first."""
    return by_weight(finding for check in CHECKS for finding in check(checked))
