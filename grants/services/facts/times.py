"""Time entries summed by the database: per person, segment and operation, and the days that need a
look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import islice

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    cast,
    column,
    func,
    literal_column,
    select,
    values,
)

from grants.models.base import AnySession
from grants.models.people import Absence
from grants.models.timesheets import TimeEntry
from grants.parameters.loader import figure
from grants.periods import Period, month_of_index, next_month
from grants.rules.basis.explained import row_ranges
from grants.rules.basis.facts.time import DayTime, TimeSum
from grants.services.facts.rows import among, month_number

SEGMENTS_A_QUERY = 4000
Segments = Sequence[tuple[int, Period]]


def load_times(session: AnySession, segments: Segments) -> tuple[TimeSum, ...]:
    """Minutes of each person and operation in each segment, summed by the database.

    Most months are whole: those are grouped by month. The others travel as a table of constants
    that the entries' covering index is joined with.
    """
    whole = {(person_id, p.start) for person_id, p in segments if _is_month(p)}
    cut = [(person_id, p) for person_id, p in segments if (person_id, p.start) not in whole]
    times = [time for time in _by_month(session, segments) if (time.person_id, time.start) in whole]
    for chunk in _chunks(cut, SEGMENTS_A_QUERY):
        times += _by_segment(session, chunk)
    return tuple(times)


def _is_month(period: Period) -> bool:
    return period.start.day == 1 and period.end == next_month(period.start)


def _by_month(session: AnySession, segments: Segments) -> Iterator[TimeSum]:
    """Sums of calendar months over the span of the segments."""
    if not segments:
        return
    entry = TimeEntry
    month = month_number(entry.work_on)
    people = {person_id for person_id, _ in segments}
    first, end = min(p.start for _, p in segments), max(p.end for _, p in segments)
    query = (
        select(entry.person_id, month, entry.convention_id, *_sums())
        .where(entry.person_id.in_(people), entry.work_on >= first, entry.work_on < end)
        .group_by(entry.person_id, month, entry.convention_id)
    )
    for person_id, index, convention_id, minutes, rows in session.execute(query):
        start = month_of_index(int(index))
        yield TimeSum(
            person_id=person_id,
            start=start,
            convention_id=convention_id,
            minutes=int(minutes),
            rows=_ranges(rows),
        )


def _by_segment(session: AnySession, segments: Segments) -> Iterator[TimeSum]:
    entry = TimeEntry
    columns = (column("person_id", Integer), column("start_on", Date), column("end_on", Date))
    # A common table expression: SQLite gives names to the columns of a VALUES list nowhere else.
    cut = (
        values(*columns, name="cut")
        .data([(person_id, period.start, period.end) for person_id, period in segments])
        .cte("cut")
    )
    query = (
        select(cut.c.person_id, cut.c.start_on, entry.convention_id, *_sums())
        .select_from(cut)
        .join(
            entry,
            and_(
                entry.person_id == cut.c.person_id,
                entry.work_on >= cut.c.start_on,
                entry.work_on < cut.c.end_on,
            ),
        )
        .group_by(cut.c.person_id, cut.c.start_on, entry.convention_id)
    )
    for person_id, start, convention_id, minutes, rows in session.execute(query):
        yield TimeSum(
            person_id=person_id,
            start=start,
            convention_id=convention_id,
            minutes=int(minutes),
            rows=_ranges(rows),
        )


def _sums() -> tuple[ColumnElement[int], ColumnElement[str]]:
    """Minutes and the spreadsheet rows as text."""
    entry = TimeEntry
    return (
        func.sum(entry.minutes),
        func.aggregate_strings(cast(func.coalesce(entry.source_row, 0), String), " "),
    )


def _ranges(listed: str) -> str:
    return row_ranges(int(row) for row in listed.split() if row != "0")


def _chunks(items: Segments, size: int) -> Iterator[Segments]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def load_time_links(
    session: AnySession, *, period: Period, person_ids: Collection[int] | None = None
) -> set[tuple[int, int]]:
    """Persons and the operations that they declared hours for in a period."""
    entry = TimeEntry
    query = (
        select(entry.person_id, entry.convention_id)
        .where(entry.work_on >= period.start, entry.work_on < period.end)
        .where(entry.convention_id.is_not(None), among(entry.person_id, person_ids))
        .group_by(entry.person_id, entry.convention_id)
    )
    rows = session.execute(query)
    return {(person_id, convention_id) for person_id, convention_id in rows if convention_id}


def load_odd_days(
    session: AnySession, *, period: Period, person_ids: Collection[int] | None = None
) -> tuple[DayTime, ...]:
    """Days with more hours than one may work, and days worked during an absence of the whole day.

    Law: code du travail L3121-18, ten hours a day; the check tells the cases apart.
    """
    entry, absence = TimeEntry, Absence
    limit = int(figure("daily_hours_maximum", period.start).value * 60)
    absent = (
        select(literal_column("1"))
        .where(absence.person_id == entry.person_id)
        .where(absence.start_on <= entry.work_on)
        .where(absence.end_on > entry.work_on)
        .exists()
    )
    minutes, _ = _sums()
    query = (
        select(entry.person_id, entry.work_on, minutes.label("minutes"))
        .where(entry.work_on >= period.start, entry.work_on < period.end)
        .where(among(entry.person_id, person_ids))
        .group_by(entry.person_id, entry.work_on)
        .having((minutes > limit) | (func.max(cast(absent, Integer)) > 0))
        .order_by(entry.person_id, entry.work_on)
    )
    days = [(person_id, day, int(total)) for person_id, day, total in session.execute(query)]
    rows = _rows_of_days(session, {(person_id, day) for person_id, day, _ in days})
    return tuple(
        DayTime(person_id=person_id, day=day, minutes=minutes, rows=rows[person_id, day])
        for person_id, day, minutes in days
    )


def _rows_of_days(
    session: AnySession, wanted: Collection[tuple[int, date]]
) -> dict[tuple[int, date], str]:
    """Spreadsheet rows of some days of some people."""
    if not wanted:
        return {}
    entry = TimeEntry
    _, rows = _sums()
    query = (
        select(entry.person_id, entry.work_on, rows)
        .where(entry.person_id.in_({person_id for person_id, _ in wanted}))
        .where(entry.work_on.in_({day for _, day in wanted}))
        .group_by(entry.person_id, entry.work_on)
    )
    return {
        (person_id, day): _ranges(listed)
        for person_id, day, listed in session.execute(query)
        if (person_id, day) in wanted
    }
