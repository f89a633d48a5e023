"""When what a convention's claims rest on may go: its clock, and the day before which a person's
facts may.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from grants.enums import ClockState, RetentionAnchor
from grants.frozen import frozen
from grants.periods import Period, add_months
from grants.rules.evidence.retention import anchor_day, last_day

# Claims look at the pay of the twelve months before their period, for the annual hourly cost.
EARLIER_MONTHS = 12


@frozen
class ClockFacts:
    """What sets a convention's clock. ``is_held`` keeps it whatever the days say: a control or a
    lawsuit is under way. ``notified_on`` is the start of the years that the authority notified.
    """

    convention_id: int
    number: str
    period: Period
    is_settled: bool
    last_payment_on: date | None
    years: int | None
    anchor: RetentionAnchor
    is_held: bool = False
    notified_on: date | None = None


@frozen
class RetentionClock:
    """Where a convention's clock stands on a day; ``keep_until`` is the last day that everything
    must still be there, None while it has not started.
    """

    facts: ClockFacts
    state: ClockState
    keep_until: date | None

    @property
    def is_over(self) -> bool:
        """Whether nothing need be kept for it."""
        return self.state is ClockState.OVER

    @property
    def rests_from(self) -> date:
        """First day of what its claims rest on: pay and contracts twelve months before its first
        month.
        """
        return add_months(self.facts.period.start.replace(day=1), -EARLIER_MONTHS)


def retention_clock(facts: ClockFacts, *, as_of: date) -> RetentionClock:
    """Where the clock of a convention stands.

    Law: years of the convention's own settings, from 31 December of the last payment (règlement
    (UE) 2021/1060, article 82) or after the accounts that hold it (règlement 1303/2013, article
    140): ``retention.anchor_day``. The authority notifies the second one (article 140.2): without
    its word the clock alone destroys nothing. It starts once the balance is paid: until then the
    last payment is not known. Proceedings interrupt it (article 82.2): it is then held.
    """
    state = _waiting(facts)
    if state is not None or facts.last_payment_on is None or facts.years is None:
        return RetentionClock(facts, state or ClockState.UNSETTLED, None)
    last = max(facts.last_payment_on, facts.period.last)
    keep_until = last_day(facts.notified_on or anchor_day(facts.anchor, last), facts.years)
    return RetentionClock(facts, _state(facts, as_of > keep_until), keep_until)


def _state(facts: ClockFacts, is_past: bool) -> ClockState:
    if facts.is_held:
        return ClockState.HELD
    if not is_past:
        return ClockState.COUNTING
    is_notified = facts.notified_on or facts.anchor is not RetentionAnchor.ACCOUNTS_YEAR_END
    return ClockState.OVER if is_notified else ClockState.UNNOTIFIED


def linked(clock: RetentionClock, running: Iterable[RetentionClock]) -> RetentionClock:
    """The clock of a convention that charges people whom others charge over the same days: while
    theirs run, so does this one, for a grant to somebody depends on what the others grant them.

    Args: running: clocks that are not over, of conventions with a person in common.
    """
    near = [one for one in running if one.facts.period.overlaps(clock.facts.period)]
    if not clock.is_over or not near:
        return clock
    ends = [one.keep_until for one in near]
    last = None if None in ends else max(end for end in ends if end is not None)
    return RetentionClock(clock.facts, ClockState.LINKED, last)


def _waiting(facts: ClockFacts) -> ClockState | None:
    """Why a clock has not started."""
    if facts.period.is_open:
        return ClockState.OPEN
    if not facts.is_settled or facts.last_payment_on is None:
        return ClockState.UNSETTLED
    return ClockState.WITHOUT_YEARS if facts.years is None else None


def removable_before(clocks: Iterable[RetentionClock]) -> date | None:
    """Day before which a person's facts may go, given every convention that may charge them; None
    when nothing may.

    Nothing goes that a running clock reaches; nothing goes after the last convention that is over,
    for the one that will charge it may not be entered yet. Always the first day of a month, for a
    payslip is a month's.
    """
    known = list(clocks)
    ended = [add_months(one.facts.period.last.replace(day=1), 1) for one in known if one.is_over]
    if not ended:
        return None
    running = [one.rests_from for one in known if not one.is_over]
    return min([max(ended), *running])
