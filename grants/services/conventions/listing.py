"""The list of conventions: where each stands today, what it may bring and what it has brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.enums import ConventionState, PaymentKind
from grants.models.conventions import Payment
from grants.money import ZERO
from grants.periods import Period
from grants.rules.basis.calendar import report_due
from grants.rules.basis.facts.conventions import Convention, Terms
from grants.services.facts.terms import load_conventions

URGENCY = tuple(ConventionState)


@dataclass(frozen=True, slots=True)
class ConventionRow:
    """One convention of the list.

    ``report_due_on`` is the date that the convention prints, else its end plus the months of the
    setting; None while it has no end. ``days_left`` counts to it and is negative once it passed.
    ``left`` is what its maximum still leaves to pay, None without maximum.
    """

    convention: Convention
    terms: Terms
    state: ConventionState
    report_due_on: date | None
    days_left: int | None
    paid: Decimal
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class ConventionTotals:
    """Sums over the conventions shown."""

    count: int
    maximum: Decimal
    paid: Decimal
    left: Decimal


def list_conventions(
    session: Session, *, as_of: date, organisation_id: int | None = None
) -> Sequence[ConventionRow]:
    """Every convention, or those of one structure, as of a day; the most urgent first.

    Four queries, whatever the number of conventions.
    """
    paid = _payments(session)
    rows = [
        convention_row(convention, paid=amount, is_settled=is_settled, as_of=as_of)
        for convention in load_conventions(session).values()
        if organisation_id in (None, convention.organisation.id)
        for amount, is_settled in [paid.get(convention.id, (ZERO, False))]
    ]
    return sorted(rows, key=lambda row: (urgency(row), row.convention.number))


def convention_row(
    convention: Convention, *, paid: Decimal, is_settled: bool, as_of: date
) -> ConventionRow:
    """Where one convention stands on a day, knowing what its funder has paid."""
    terms = convention.terms_on(min(as_of, convention.period.last))
    due_on = _due_on(convention, terms)
    left = None if terms.maximum is None else terms.maximum - paid
    return ConventionRow(
        convention,
        terms,
        convention_state(
            convention.period,
            due_on,
            is_settled=is_settled or (left is not None and left <= 0),
            as_of=as_of,
        ),
        due_on,
        None if due_on is None else (due_on - as_of).days,
        paid,
        left,
    )


def convention_state(
    period: Period, due_on: date | None, *, is_settled: bool, as_of: date
) -> ConventionState:
    """Where a convention stands on a day; settled once its funder has paid the balance, or all that
    the convention allows.

    Example:
    >>> convention_state(Period.year(2024), date(2025, 6, 30), is_settled=False,
    ...     as_of=date(2025, 6, 30)).value
    'report_due'
    """
    if is_settled:
        return ConventionState.SETTLED
    if as_of < period.start:
        return ConventionState.UPCOMING
    if as_of < period.end:
        return ConventionState.RUNNING
    is_late = due_on is not None and as_of > due_on
    return ConventionState.LATE if is_late else ConventionState.REPORT_DUE


def urgency(row: ConventionRow) -> tuple[int, date]:
    """Place in the order of what is to be done first."""
    return URGENCY.index(row.state), row.report_due_on or date.max


def total_conventions(rows: Sequence[ConventionRow]) -> ConventionTotals:
    """Sums over the rows; a convention without maximum adds none."""
    return ConventionTotals(
        len(rows),
        sum((row.terms.maximum or ZERO for row in rows), ZERO),
        sum((row.paid for row in rows), ZERO),
        sum((row.left or ZERO for row in rows), ZERO),
    )


def _payments(session: Session) -> Mapping[int, tuple[Decimal, bool]]:
    balance = PaymentKind.BALANCE.value
    query = select(
        Payment.convention_id,
        func.sum(Payment.amount),
        func.count().filter(Payment.kind == balance),
    ).group_by(Payment.convention_id)
    return {
        convention_id: (amount, balances > 0)
        for convention_id, amount, balances in session.execute(query)
    }


def _due_on(convention: Convention, terms: Terms) -> date | None:
    if convention.report_due_on is not None or convention.period.is_open:
        return convention.report_due_on
    return report_due(end=convention.period.end, months=terms.settings.report_due_months).due_on
