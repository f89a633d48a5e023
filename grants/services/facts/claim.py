"""What a claim needs besides the ledger: money of others, budget, indicators, pieces."""

from __future__ import annotations

from datetime import date

from grants.models.base import AnySession
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.claims.facts import ClaimFacts
from grants.rules.ledger.facts import LedgerFacts
from grants.services.facts.calls import covered_posts, granted_by_call
from grants.services.facts.indicators import load_clause_jobs, load_indicators
from grants.services.facts.money import load_budget, load_payments, load_resources
from grants.services.facts.pieces import load_pieces


def load_claim_facts(
    session: AnySession,
    *,
    convention: Convention,
    ledger: LedgerFacts,
    period: Period,
    as_of: date,
) -> ClaimFacts:
    """Facts of one claim. Payments and receipts count up to ``as_of``, also those after the claim's
    period, as the balance does; payments after it are facts still, receipts are left out.
    """
    number = convention.id
    return ClaimFacts(
        convention=convention,
        ledger=ledger,
        resources=load_resources(session, convention_id=number, until=as_of),
        payments=load_payments(session, convention_id=number),
        budget=load_budget(session, convention_id=number),
        indicators=load_indicators(session, convention_id=number, period=period),
        clause_jobs=load_clause_jobs(session, convention_id=number, period=period),
        pieces=load_pieces(
            session,
            convention_id=number,
            organisation_id=convention.organisation.id,
            person_ids=ledger.persons,
        ),
        granted_by_call=granted_by_call(session, convention),
        covered_posts=covered_posts(session, convention),
    )
