"""Daily time sheets of 2018 that come to a wanted share of the year, signed month by month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle

from exports.imports.filled_workbook import ImportRows
from grants.enums import AbsenceKind, Activity, PieceKind
from grants.french import month_number
from grants.periods import DAY, Period, next_month
from grants.rules.basis.calendar import public_holidays
from grants.services.demo.people import Worker, add_piece

YEAR = 2018
DAY_MINUTES = 420
QUARTER = 15
SATURDAY = 5
MANAGER = "DIRECTRICE FICTIVE Dominique"
# Weeks off, first and last day. Nobody declares hours on them.
LEAVES = (
    (date(2018, 2, 19), date(2018, 2, 23)),
    (date(2018, 8, 6), date(2018, 8, 24)),
    (date(2018, 12, 24), date(2018, 12, 31)),
)
# A different rhythm each weekday, so that no two days of a week look alike.
RHYTHM_MINUTES = (30, -30, 60, -45, -15)


@dataclass(frozen=True, slots=True)
class SheetYear:
    """A person's year: the operation, the share of time on it, the month the manager forgot."""

    worker: Worker
    operation: str
    share: Decimal
    unsigned_month: int | None = None


def add_time_sheets(rows: ImportRows, year: SheetYear) -> None:
    """Add a year of daily hours, the leave in it, and both signatures under each month."""
    for first, last in LEAVES:
        rows.add(
            "absences",
            agent=year.worker.code,
            type=AbsenceKind.PAID_LEAVE,
            debut=first,
            fin=last,
        )
    for day, on_operation in _shared_days(year.share):
        _add_day(rows, year, day, on_operation)
    for month in Period.year(YEAR).months():
        _add_signatures(rows, year, month)


def _add_day(rows: ImportRows, year: SheetYear, day: date, on_operation: int) -> None:
    phases = (Activity.SUPPORT_BUYERS, Activity.SUPPORT_COMPANIES, Activity.PARTNERSHIP)
    rows.add(
        "feuilles_temps",
        date=day,
        agent=year.worker.code,
        operation=year.operation,
        heures=_hours(on_operation),
        activite=phases[day.toordinal() % len(phases)],
    )
    if on_operation < DAY_MINUTES:
        rows.add(
            "feuilles_temps",
            date=day,
            agent=year.worker.code,
            heures=_hours(DAY_MINUTES - on_operation),
            activite=Activity.OTHER,
            commentaire="Accompagnement du PLIE",
        )


def _shared_days(share: Decimal) -> Iterator[tuple[date, int]]:
    # Each day takes what brings the sum of the year so far nearest to the wanted share.
    worked = done = 0
    rhythm = cycle(RHYTHM_MINUTES)
    days = [day for day in Period.year(YEAR).iter_days() if _is_worked(day)]
    for day in days:
        worked += DAY_MINUTES
        wish = worked * share - done + (next(rhythm) if day != days[-1] else 0)
        minutes = QUARTER * round(wish / QUARTER)
        minutes = max(QUARTER, min(DAY_MINUTES, minutes))
        done += minutes
        yield day, minutes


def _is_worked(day: date) -> bool:
    on_leave = any(first <= day <= last for first, last in LEAVES)
    return day.weekday() < SATURDAY and not on_leave and day not in public_holidays(YEAR)


def _add_signatures(rows: ImportRows, year: SheetYear, month: date) -> None:
    signed = next_month(month) + timedelta(days=2)
    manager = None if month.month == year.unsigned_month else signed + timedelta(days=2)
    piece = add_piece(
        rows,
        f"FT-{year.worker.code}-{month:%Y-%m}",
        PieceKind.TIME_SHEET,
        f"Feuille de temps de {month_number(month)} de "
        f"{year.worker.last_name} {year.worker.first_name}",
        agent=year.worker.code,
        debut=month,
        fin=next_month(month) - DAY,
        date=signed,
    )
    rows.add(
        "signatures",
        agent=year.worker.code,
        mois=month,
        signee_agent_le=signed,
        signee_responsable_le=manager,
        responsable=MANAGER,
        piece=piece,
    )


def _hours(minutes: int) -> Decimal:
    return Decimal(minutes) / 60
