"""What is proposed for the days that a person has not confirmed yet.

Mission letters say how much of the day an operation takes; the same weekday of the month before
says how the rest was spent, and in which phases. A variable letter by itself proposes nothing:
hours follow the work, never the share that a grant wants (docs/rules.md#the-ledger, 6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from grants.enums import Activity, LetterNature
from grants.money import split_cents
from grants.rules.timesheets.calendar import CalendarDay
from grants.rules.timesheets.inputs import Entry, SheetInputs
from grants.rules.timesheets.rows import RowName
from grants.rules.timesheets.sheet import Place

QUARTER = 15
WHOLE = Decimal(1)
FIRST_PHASE = Activity.SUPPORT_BUYERS
ELSEWHERE = RowName(None, Activity.OTHER)
Lines = Mapping[RowName, int]


def proposals(
    inputs: SheetInputs, days: Sequence[CalendarDay], wanted: Collection[date]
) -> dict[Place, int]:
    """Minutes proposed for the wanted days, by line and day; never more than the contract's day.

    The parts of each day add up to it wherever something is known. What is proposed for a day does
    not depend on which other days were confirmed. Quarters of an hour where the day allows it.
    """
    if not wanted:
        return {}
    pattern = _Pattern(inputs.earlier)
    owed: dict[int, Decimal] = defaultdict(Decimal)
    found: dict[Place, int] = {}
    for day in days:
        if day.contract_minutes:
            lines = _lines(inputs, day, pattern, owed)
            if day.day in wanted:
                found |= {(name.key, day.day): n for name, n in lines.items() if n}
    return found


class _Pattern:
    """How the days of the month before were spent: the last one of each weekday stands for it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        days: dict[date, dict[RowName, int]] = defaultdict(dict)
        for entry in entries:
            spent = days[entry.day]
            spent[entry.name] = spent.get(entry.name, 0) + entry.minutes
        self._last = dict(days[max(days)]) if days else {}
        self._weekdays = {day.weekday(): days[day] for day in sorted(days)}

    def of(self, day: date) -> Lines:
        """Minutes by line of the day that resembles this one."""
        return self._weekdays.get(day.weekday(), self._last)


def _lines(
    inputs: SheetInputs, day: CalendarDay, pattern: _Pattern, owed: dict[int, Decimal]
) -> dict[RowName, int]:
    known = {
        name: minutes
        for name, minutes in pattern.of(day.day).items()
        if _is_open(inputs, name.convention_id, day.day)
    }
    fixed = _by_letters(inputs, day, owed)
    lines: dict[RowName, int] = {}
    for convention_id, minutes in fixed.items():
        phases = {n: m for n, m in known.items() if n.convention_id == convention_id}
        lines |= cut(minutes, phases or {RowName(convention_id, FIRST_PHASE): 1})
    rest = day.contract_minutes - sum(fixed.values())
    others = {n: m for n, m in known.items() if n.convention_id not in fixed}
    return lines | cut(rest, others or _otherwise(inputs, day.day, fixed))


def _by_letters(inputs: SheetInputs, day: CalendarDay, owed: dict[int, Decimal]) -> dict[int, int]:
    """Minutes that letters give to operations on a day; what rounding withholds comes back on the
    days after.
    """
    shares = _shares(inputs, day.day)
    left, given = day.contract_minutes, {}
    for convention_id, share in shares.items():
        owed[convention_id] += share * day.contract_minutes
        minutes = left if share == WHOLE else _quarters(owed[convention_id])
        given[convention_id] = max(0, min(left, minutes))
        owed[convention_id] -= given[convention_id]
        left -= given[convention_id]
    return given


def _shares(inputs: SheetInputs, day: date) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for letter in inputs.letters:
        if letter.period.contains(day) and _is_open(inputs, letter.convention_id, day):
            if letter.nature is LetterNature.FULL_TIME:
                found[letter.convention_id] = WHOLE
            elif letter.nature is LetterNature.FIXED_SHARE and letter.share:
                found[letter.convention_id] = letter.share
    return found


def _otherwise(inputs: SheetInputs, day: date, fixed: Collection[int]) -> Lines:
    """Where the rest of a day goes that no earlier month tells: elsewhere beside a fixed share, on
    the one operation that pays the post; nowhere where a letter says « variable ».
    """
    letters = [one for one in inputs.letters if one.period.contains(day)]
    if any(one.nature is LetterNature.VARIABLE for one in letters):
        return {}
    if fixed:
        return {ELSEWHERE: 1}
    paying = {
        one.convention_id
        for one in inputs.assignments
        if one.period.contains(day) and _is_open(inputs, one.convention_id, day)
    }
    return {RowName(number, FIRST_PHASE): 1 for number in paying} if len(paying) == 1 else {}


def _is_open(inputs: SheetInputs, convention_id: int | None, day: date) -> bool:
    if convention_id is None:
        return True
    convention = inputs.conventions.get(convention_id)
    return convention is not None and convention.period.contains(day)


def _quarters(minutes: Decimal) -> int:
    return QUARTER * int((minutes / QUARTER).to_integral_value(ROUND_HALF_UP))


def cut(minutes: int, weights: Lines) -> dict[RowName, int]:
    """Minutes shared out by weight in quarters of an hour; what is left of a quarter goes to the
    heaviest line. The parts add up to the whole; without weights there is nothing.

    Example:
    >>> list(cut(444, {ELSEWHERE: 1, RowName(1, Activity.OTHER): 2}).values())
    [150, 294]
    """
    if minutes <= 0 or not weights:
        return {}
    if sum(weights.values()) == minutes:
        return dict(weights)
    quarters, rest = divmod(minutes, QUARTER)
    parts = [QUARTER * part for part in split_cents(quarters, list(weights.values()))]
    heaviest = max(range(len(parts)), key=list(weights.values()).__getitem__)
    parts[heaviest] += rest
    return dict(zip(weights, parts, strict=True))
