"""What time sheets ask of an account: months to sign, months that are late, months to approve.

One reading for the reminders by mail and for the calendar: what is due there is due here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grants.enums import SheetState
from grants.models.base import AnySession
from grants.periods import add_months
from grants.rules.timesheets.summary import SheetSummary
from grants.services.roles.memberships import Grant
from grants.services.timesheets.access import SheetRight, managed_persons, own_persons, rights_over
from grants.services.timesheets.loading import load_team

# Months that are looked at: older ones are the business of the manager's page.
MONTHS = 3


@dataclass(frozen=True, slots=True)
class SheetDuties:
    """What waits for an account as of a day, the oldest month first.

    ``to_sign`` are one's own months that ended and are not signed, late ones and returned ones
    included; ``to_approve`` those that one's team signed.
    """

    to_sign: tuple[SheetSummary, ...]
    to_approve: tuple[SheetSummary, ...]

    @property
    def late(self) -> tuple[SheetSummary, ...]:
        """Months to sign whose day has passed."""
        return tuple(one for one in self.to_sign if one.is_late)

    @property
    def returned(self) -> tuple[SheetSummary, ...]:
        """Months that the manager sent back."""
        return tuple(one for one in self.to_sign if one.returned_because)


def sheet_duties(session: AnySession, grants: Sequence[Grant], *, as_of: date) -> SheetDuties:
    """What waits for whoever holds these roles."""
    own, team = own_persons(grants), managed_persons(session, grants)
    months = ended_months(as_of)
    summaries = [
        summary
        for month in months
        for summary in load_team(session, person_ids=own | team, month=month, as_of=as_of)
    ]
    return SheetDuties(
        tuple(one for one in summaries if one.person.id in own and is_to_sign(one)),
        tuple(
            one
            for one in summaries
            if one.state is SheetState.FINISHED and _may_approve(grants, one)
        ),
    )


def _may_approve(grants: Sequence[Grant], one: SheetSummary) -> bool:
    """Whether it is theirs to approve: finance officers read all sheets and approve none."""
    rights = rights_over(grants, organisation_id=one.organisation_id, person_id=one.person.id)
    return rights.may(SheetRight.APPROVE)


def is_to_sign(summary: SheetSummary) -> bool:
    """Whether a month that ended waits for its person: never one whose letter needs no sheet, nor
    one that the person was away all along.
    """
    has_content = summary.contract_minutes > 0 or summary.total_minutes > 0
    return summary.state is SheetState.DRAFT and summary.needs_sheet and has_content


def ended_months(as_of: date) -> list[date]:
    """First days of the last months that ended before a day, the oldest first.

    Example:
    >>> [month.month for month in ended_months(date(2025, 1, 1))]
    [10, 11, 12]
    """
    first = as_of.replace(day=1)
    return [add_months(first, -number) for number in range(MONTHS, 0, -1)]


def months_of(summaries: Iterable[SheetSummary]) -> list[date]:
    """First days of the months, each once, in order."""
    return sorted({one.month.start for one in summaries})
