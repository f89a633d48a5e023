"""What a check may look at: the claim, its facts, the ledger, and the other claims on the same
people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grants.rules.charges import Ledger
from grants.rules.claims import Claim
from grants.rules.facts import ClaimFacts
from grants.rules.findings import Finding


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim under control.

    ``claim`` has no findings yet. ``others`` are the claims of every other convention that charges
    the same people, each over its whole period, and computed on the same ledger.
    """

    claim: Claim
    facts: ClaimFacts
    ledger: Ledger
    others: tuple[Claim, ...]


Check = Callable[[Checked], list[Finding]]
