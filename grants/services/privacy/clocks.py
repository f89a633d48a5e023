"""Retention clocks of an organisation's conventions: until when what they rest on is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.enums import ConventionState, FunderKind
from grants.french import day_fr
from grants.labels import label
from grants.models.conventions import Payment
from grants.parameters.loader import find_setting
from grants.rules.basis.facts.conventions import Convention
from grants.rules.evidence.retention import years_kept
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
        _years(convention, last_payment_on),
        settings.retention_anchor,
        convention.number in holds,
        convention.retention_from,
    )


def _years(convention: Convention, last_payment_on: date | None) -> int | None:
    """Years of the convention; those of its fund where nobody set others, which are fewer for a
    large operation of 2014-2020.
    """
    terms = convention.terms[-1]
    years = terms.settings.retention_years
    default = find_setting(convention.frame, "retention_years", convention.texts_from)
    is_own = default is None or years != default.value
    if is_own or last_payment_on is None or convention.funder_kind is not FunderKind.FSE:
        return years
    day = max(last_payment_on, convention.period.last)
    return int(years_kept("fse_2014_2020", day, terms.total_cost).value)


def clock_wording(clock: RetentionClock) -> str:
    """State of a clock, with the last day of what is kept."""
    if clock.keep_until is None:
        return label(clock.state).lower()
    return f"{label(clock.state).lower()}, jusqu'au {day_fr(clock.keep_until)}"
