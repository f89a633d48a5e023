"""What a claim is computed from: the ledger's facts and what the convention adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal

from grants.frozen import frozen
from grants.money import ZERO
from grants.rules.basis.facts.conventions import BudgetItem, Convention, Payment, Resource
from grants.rules.basis.facts.evidence import Piece
from grants.rules.basis.facts.indicators import ClauseJob, IndicatorFact
from grants.rules.ledger.facts import LedgerFacts


@frozen(kw_only=True)
class ClaimFacts:
    """What one claim needs besides the ledger."""

    convention: Convention
    ledger: LedgerFacts
    resources: tuple[Resource, ...] = ()
    payments: tuple[Payment, ...] = ()
    budget: tuple[BudgetItem, ...] = ()
    indicators: tuple[IndicatorFact, ...] = ()
    clause_jobs: tuple[ClauseJob, ...] = ()
    pieces: tuple[Piece, ...] = ()
    other_direct: Decimal = field(default=ZERO)
    granted_by_call: Decimal = ZERO
    """Maximum grants of all the structure's conventions under the same scheme."""
    covered_posts: Mapping[str, str] = field(default_factory=dict)
    """Posts of the convention on a territory that the call leaves out, with that territory."""

    def paid_by(self, day: date) -> list[Payment]:
        """Payments of the funder up to a day, that day included."""
        return [payment for payment in self.payments if payment.paid_on <= day]
