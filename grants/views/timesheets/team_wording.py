"""How a line of the team reads: its operations, what stands out, its hours as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from grants import french
from grants.labels import label
from grants.money import round_half_up
from grants.rules.timesheets.attention import TeamLine
from grants.rules.timesheets.sheet import ShareProgress
from grants.rules.timesheets.summary import SheetSummary
from grants.services.timesheets.team import TeamMonth

MINUTES = Decimal(60)
OTHER = "Autres activités"


@dataclass(frozen=True, slots=True)
class Share:
    """Hours of a month on one operation, and where the operation's minimum stands."""

    name: str
    minutes: int
    share: Decimal | None
    progress: ShareProgress | None


def shares_of(team: TeamMonth, summary: SheetSummary) -> list[Share]:
    """Operations with hours in the month or with a minimum to reach, then other activities."""
    known = {one.convention_id: one for one in summary.progress}
    names = {**team.conventions, **{one.convention_id: one.number for one in summary.progress}}
    total = summary.total_minutes
    found = [
        _share(names.get(number, OTHER), summary, number, known.get(number), total)
        for number in sorted({*known, *(n for n in summary.minutes_by_convention if n)})
    ]
    if None in summary.minutes_by_convention:
        found.append(_share(OTHER, summary, None, None, total))
    return found


def _share(
    name: str, summary: SheetSummary, number: int | None, progress: ShareProgress | None, total: int
) -> Share:
    minutes = summary.minutes_by_convention.get(number, 0)
    return Share(name, minutes, Decimal(minutes) / total if total else None, progress)


def shares_text(team: TeamMonth, summary: SheetSummary) -> str:
    """The same in one cell of a file."""
    return " ; ".join(_share_text(one) for one in shares_of(team, summary))


def _share_text(one: Share) -> str:
    text = f"{one.name} : {french.minutes(one.minutes)}"
    if one.share is not None:
        text += f" ({french.percent(one.share)} du mois)"
    if one.progress is not None:
        text += f", {french.percent(one.progress.share.value)} sur la période"
        if one.progress.minimum is not None:
            text += f" pour {french.percent(one.progress.minimum)} au moins"
    return text


def told_oddities(line: TeamLine) -> list[str]:
    """What stands out: in full for whoever may read the sheet, else by its title alone."""
    return [
        f"{label(one.kind)} : {one.message}" if line.may_read else label(one.kind)
        for one in line.summary.oddities
    ]


def hours_number(minutes: int) -> Decimal:
    """Minutes as decimal hours, for a cell that is summed."""
    return round_half_up(Decimal(minutes) / MINUTES)


def names_text(names: Sequence[str], most: int = 10) -> str:
    """Some names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" et {more} de plus" if more > 0 else "")
