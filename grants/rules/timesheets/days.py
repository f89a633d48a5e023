"""Which days of a sheet may be typed in, and why the others may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from grants.enums import DayClosure, SheetState
from grants.french import day_fr
from grants.periods import Period
from grants.rules.timesheets.calendar import CalendarDay
from grants.rules.timesheets.inputs import DayRecord, SheetInputs
from grants.rules.timesheets.lock_rule import locked_because, open_from
from grants.rules.timesheets.sheet import SheetDayFacts
from grants.rules.timesheets.state import SheetRecord, signed_state

NOTHING_SAID = DayRecord()
CLOSED_SHEETS = {
    SheetState.FINISHED: "Feuille signée : reprenez votre signature pour la corriger",
    SheetState.APPROVED: "Feuille validée : demandez à votre responsable de la rouvrir",
}


def first_open_day(inputs: SheetInputs) -> date | None:
    """First day that the structure's period lock leaves open to whoever types; None for no lock.

    Managers and finance officers have the days of grace besides; a sheet that was unlocked has no
    period lock until the day that was said.
    """
    until = inputs.record.unlocked_until
    if until is not None and inputs.as_of <= until:
        return None
    grace = inputs.rules.grace_days if inputs.may_override else 0
    return open_from(inputs.rules.lock, inputs.as_of, grace_days=grace)


def sheet_days(
    inputs: SheetInputs,
    calendar: Sequence[CalendarDay],
    *,
    declared: Mapping[date, int],
    first_open: date | None,
) -> tuple[SheetDayFacts, ...]:
    """Days as the grid shows them. Args: declared: minutes that stand on each."""
    whole, running = _sheet_lock(inputs.record), Period.month(inputs.as_of)
    found = []
    for day in calendar:
        said = inputs.days.get(day.day, NOTHING_SAID)
        lock = whole or _day_lock(inputs, day.day, said, first_open, running)
        found.append(_sheet_day(day, said, lock, declared.get(day.day, 0)))
    return tuple(found)


def _sheet_day(day: CalendarDay, record: DayRecord, sheet: str, declared: int) -> SheetDayFacts:
    shut = _shut(day)
    return SheetDayFacts(
        day=day.day,
        closure=day.closure,
        closed_because=day.closed_because,
        contract_minutes=day.contract_minutes,
        absence_minutes=day.absence_minutes,
        locked_because=sheet or shut,
        is_confirmed=record.is_confirmed or bool(declared),
        is_edited=record.is_edited,
        comment=record.comment,
        is_clearable=bool(shut and declared and not sheet),
        is_reopened=record.is_reopened,
    )


def _shut(day: CalendarDay) -> str:
    if day.closure is DayClosure.OUTSIDE_CONTRACT:
        return "Hors contrat : corrigez d'abord le contrat"
    if day.closure is DayClosure.ABSENCE:
        return f"{day.closed_because} : corrigez d'abord l'absence"
    return ""


def _sheet_lock(record: SheetRecord) -> str:
    """Why no day of the sheet can be typed in."""
    if record.locked_at is not None:
        held = f" pour {record.locked_for}" if record.locked_for else ""
        return f"Feuille verrouillée{held} : demandez au service financier de l'ouvrir"
    return CLOSED_SHEETS.get(signed_state(record), "")


def _day_lock(
    inputs: SheetInputs, day: date, record: DayRecord, first_open: date | None, running: Period
) -> str:
    """Why a day of an open sheet cannot be typed in, whatever the day is."""
    if first_open is not None and day < first_open and inputs.rules.lock is not None:
        return locked_because(inputs.rules.lock, day)
    if inputs.record.is_partly_open and not record.is_reopened:
        return "Seuls les jours rouverts sont à corriger : demandez la réouverture de celui-ci"
    if day >= running.end:
        first = day.replace(day=1)
        return f"Mois à venir : saisie possible à partir du {day_fr(first)}"
    return ""


def due_on(month: Period, due_days: int) -> date:
    """Last day on which a sheet is not late.

    Example:
    >>> due_on(Period.month(date(2025, 1, 1)), 5)
    datetime.date(2025, 2, 5)
    """
    return month.last + timedelta(days=due_days)
