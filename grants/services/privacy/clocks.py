"""Retention clocks of an organisation's conventions: until when what they rest on is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.enums import ConventionState
from grants.french import day_fr
from grants.labels import label
from grants.models.conventions import Payment
from grants.rules.evidence.retention_clock import ClockFacts, RetentionClock, retention_clock
from grants.services.conventions.listing import ConventionRow, list_conventions


def retention_clocks(
    session: Session, organisation_id: int, as_of: date, holds: Collection[str]
) -> tuple[RetentionClock, ...]:
    """Clock of every convention, the oldest first; ``holds`` are numbers to keep all the same."""
    query = (
        select(Payment.convention_id, func.max(Payment.paid_on))
        .where(Payment.organisation_id == organisation_id)
        .group_by(Payment.convention_id)
    )
    last_paid: dict[int, date] = dict(session.execute(query).all())
    rows = list_conventions(session, as_of=as_of, organisation_id=organisation_id)
    facts = [_clock_facts(row, last_paid.get(row.convention.id), holds) for row in rows]
    clocks = [retention_clock(one, as_of=as_of) for one in facts]
    return tuple(sorted(clocks, key=lambda one: (one.facts.period.start, one.facts.number)))


def _clock_facts(
    row: ConventionRow, last_payment_on: date | None, holds: Collection[str]
) -> ClockFacts:
    convention = row.convention
    settings = convention.terms[-1].settings
    return ClockFacts(
        convention.id,
        convention.number,
        convention.period,
        row.state is ConventionState.SETTLED,
        last_payment_on,
        settings.retention_years,
        settings.retention_anchor,
        convention.number in holds,
    )


def clock_wording(clock: RetentionClock) -> str:
    """State of a clock, with the last day of what is kept."""
    if clock.keep_until is None:
        return label(clock.state).lower()
    return f"{label(clock.state).lower()}, jusqu'au {day_fr(clock.keep_until)}"
