"""Time entries summed by the database: per person, segment and operation, and the days that need a
look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
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


def load_month_times(
    session: AnySession, *, period: Period, person_ids: Collection[int] | None = None
) -> tuple[TimeSum, ...]:
    """Minutes of each person and operation in each whole month of a period."""
    entry = TimeEntry
    month = month_number(entry.work_on)
    query = (
        select(entry.person_id, month, entry.convention_id, *_sums())
        .where(among(entry.person_id, person_ids))
        .where(entry.work_on >= period.start, entry.work_on < period.end)
        .group_by(entry.person_id, month, entry.convention_id)
    )
    return tuple(
        TimeSum(
            person_id=person_id,
            start=month_of_index(int(index)),
            convention_id=convention_id,
            minutes=int(minutes),
            rows=_ranges(rows),
        )
        for person_id, index, convention_id, minutes, rows in session.execute(query)
    )


def load_times(
    session: AnySession, segments: Segments, months: Iterable[TimeSum]
) -> tuple[TimeSum, ...]:
    """Minutes of each person and operation in each segment, summed by the database.

    Most segments are whole months, which are known already. The others travel as a table of
    constants that the entries' covering index is joined with.
    """
    whole = {(person_id, p.start) for person_id, p in segments if _is_month(p)}
    cut = [(person_id, p) for person_id, p in segments if (person_id, p.start) not in whole]
    times = [time for time in months if (time.person_id, time.start) in whole]
    for chunk in _chunks(cut, SEGMENTS_A_QUERY):
        times += _by_segment(session, chunk)
    return tuple(times)


def _is_month(period: Period) -> bool:
    return period.start.day == 1 and period.end == next_month(period.start)


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
    """Minutes, and the spreadsheet rows as text: none where nobody imported them."""
    entry = TimeEntry
    return func.sum(entry.minutes), func.aggregate_strings(cast(entry.source_row, String), " ")


def _ranges(listed: str | None) -> str:
    return row_ranges(map(int, listed.split())) if listed else ""


def _chunks(items: Segments, size: int) -> Iterator[Segments]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def load_odd_days(
    session: AnySession, *, period: Period, person_ids: Collection[int] | None = None
) -> tuple[DayTime, ...]:
    """Days with more hours than one may work, and days worked during an absence of the whole day.

    Law: code du travail L3121-18, ten hours a day; the check tells the cases apart. Two queries:
    few people are away, and only their days are compared with absences.
    """
    entry, absence = TimeEntry, Absence
    limit = int(figure("daily_hours_maximum", period.start).value * 60)
    is_absent = (
        select(literal_column("1"))
        .where(absence.person_id == entry.person_id)
        .where(absence.start_on <= entry.work_on)
        .where(absence.end_on > entry.work_on)
        .exists()
    )
    minutes, _ = _sums()
    days = (
        select(entry.person_id, entry.work_on, minutes)
        .where(entry.work_on >= period.start, entry.work_on < period.end)
        .where(among(entry.person_id, person_ids))
        .group_by(entry.person_id, entry.work_on)
    )
    is_away = entry.person_id.in_(select(absence.person_id))
    found = {
        (person_id, day): int(total)
        for query in (days.having(minutes > limit), days.where(is_away, is_absent))
        for person_id, day, total in session.execute(query)
    }
    rows = _rows_of_days(session, found)
    return tuple(
        DayTime(person_id=person_id, day=day, minutes=total, rows=rows[person_id, day])
        for (person_id, day), total in sorted(found.items())
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
