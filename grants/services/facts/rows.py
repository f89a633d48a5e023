"""What all readers share: the days of a row, and which rows are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

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


class month_number(FunctionElement[int]):  # noqa: N801 # reads as a function of SQL does
    """Number of a day's month, as ``month_index`` gives it."""

    type = Integer()
    inherit_cache = True


@compiles(month_number)
def _extracted(element: month_number, compiler: SQLCompiler, **options: Any) -> str:
    """Written without parameters: PostgreSQL takes two of the same value for two expressions, and
    refuses to group by the one what it selects by the other.
    """
    day = compiler.process(element.clauses, **options)
    year, month = f"EXTRACT(year FROM {day})", f"EXTRACT(month FROM {day})"
    return f"CAST({year} * {MONTHS_OF_A_YEAR} + {month} - 1 AS INTEGER)"


@compiles(month_number, "sqlite")
def _cut_out(element: month_number, compiler: SQLCompiler, **options: Any) -> str:
    """Cut out of the ISO day: SQLite reads a day again for each part that is extracted of it."""
    day = compiler.process(element.clauses, **options)
    year, month = f"CAST(substr({day}, 1, 4) AS INTEGER)", f"CAST(substr({day}, 6, 2) AS INTEGER)"
    return f"({year} * {MONTHS_OF_A_YEAR} + {month} - 1)"


def found_by(*ids: Collection[int] | None) -> Mapping[str, bool]:
    """Execution options: rows asked for by a number are found by it, not by their organisation."""
    return BY_KEY if any(one is not None for one in ids) else {}
