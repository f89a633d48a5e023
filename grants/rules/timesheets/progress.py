"""Share of a person's time on each operation so far, against the convention's minimum.

The rule is ``time_share.minimum_time_share``, over the operation's whole period; the minimum is
that of the terms in force.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grants.french import day_fr, hours, percent
from grants.money import ZERO
from grants.rules.basis.facts.conventions import Convention
from grants.rules.claims.time_share import minimum_time_share
from grants.rules.timesheets.inputs import SheetInputs, TimeSoFar
from grants.rules.timesheets.sheet import ShareProgress

MINUTES = Decimal(60)


def progress_of(inputs: SheetInputs) -> tuple[ShareProgress, ...]:
    """Shares of the operations that pay for time and run in the month, in their order."""
    return tuple(
        _progress(convention, inputs.times[convention.id], inputs.as_of)
        for convention in inputs.conventions.values()
        if convention.pays_time
        and convention.period.overlaps(inputs.month)
        and convention.id in inputs.times
        and inputs.times[convention.id].total_minutes
    )


def _progress(convention: Convention, time: TimeSoFar, as_of: date) -> ShareProgress:
    minimum = convention.terms_on(as_of).settings.min_time_share
    found = minimum_time_share(
        hours_operation=time.operation_minutes / MINUTES,
        hours_total=time.total_minutes / MINUTES,
        minimum=minimum or ZERO,
    )
    missing = missing_minutes(time.operation_minutes, time.total_minutes, minimum)
    return ShareProgress(
        convention.id,
        convention.number,
        found.explained["share"],
        minimum,
        missing,
        convention.period.last,
    )


def missing_minutes(operation: int, total: int, minimum: Decimal | None) -> int:
    """Whole minutes to move to the operation so that the share is reached; zero when it is.

    Example:
    >>> missing_minutes(387, 1000, Decimal("0.40")), missing_minutes(400, 1000, Decimal("0.40"))
    (13, 0)
    """
    needed = (minimum or ZERO) * total - operation
    return max(0, -int(-needed // 1))


def progress_text(progress: ShareProgress) -> str:
    """Share and what it lacks, as the person reads it: « 38,7 % : il manque 12 h d'ici au … »."""
    share = percent(progress.share.value)
    if progress.minimum is None:
        return share
    if not progress.missing_minutes:
        return f"{share} : le minimum de {percent(progress.minimum)} est atteint"
    lacking = hours(progress.missing_minutes / MINUTES)
    return f"{share} : il manque {lacking} d'ici au {day_fr(progress.until)}"
