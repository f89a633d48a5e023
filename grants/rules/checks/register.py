"""Where checks register themselves, each with the kinds of faults that it may find."""

from __future__ import annotations

from collections.abc import Callable

from grants.rules.basis.findings import FindingKind
from grants.rules.checks.context import Check

REGISTERED: dict[Check, tuple[FindingKind, ...]] = {}


def finds(*kinds: FindingKind) -> Callable[[Check], Check]:
    """Register a check with the kinds of faults that it may find."""

    def register(check: Check) -> Check:
        REGISTERED[check] = kinds
        return check

    return register
