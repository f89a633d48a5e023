"""What all readers share: the days of a row, and which rows are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import ColumnElement, and_, extract, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from grants.models.base import Dated
from grants.periods import FOREVER, Period
from grants.services.platform.tenancy import BY_KEY

MONTHS_OF_A_YEAR = 12


def period_of(row: Dated) -> Period:
    """Days of a dated row."""
    return Period(row.start_on, row.end_on or FOREVER)


def among(column: InstrumentedAttribute[int], ids: Collection[int] | None) -> ColumnElement[bool]:
    """Rows of some numbers; all of them when none are asked for."""
    return true() if ids is None else column.in_(ids)


def touching(table: type[Dated], period: Period | None) -> ColumnElement[bool]:
    """Rows that share a day with a period; all of them without one."""
    if period is None:
        return true()
    is_open = or_(table.end_on.is_(None), table.end_on > period.start)
    return and_(table.start_on < period.end, is_open)


def month_number(day: InstrumentedAttribute[date]) -> ColumnElement[int]:
    """Number of a day's month, as ``month_index`` gives it."""
    return (extract("year", day) * MONTHS_OF_A_YEAR + extract("month", day) - 1).label("month")


def found_by(*ids: Collection[int] | None) -> Mapping[str, bool]:
    """Execution options: rows asked for by a number are found by it, not by their organisation."""
    return BY_KEY if any(one is not None for one in ids) else {}
