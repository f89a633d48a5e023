"""Time entries summed by the database: per person, segment and operation, and the days that need a
look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import (
    Date,
    Integer,
    String,
    and_,
    cast,
    column,
    distinct,
    func,
    literal_column,
    select,
    values,
)

from grants import models as m
from grants.models.base import AnySession
from grants.parameters.loader import figure
from grants.periods import Period
from grants.rules.explained import row_ranges
from grants.rules.facts import DayTime, TimeSum

SEGMENTS_A_QUERY = 4000


def load_times(session: AnySession, segments: Sequence[tuple[int, Period]]) -> tuple[TimeSum, ...]:
    """Minutes of each person and operation in each segment.

    The segments travel as a table of constants that the entries' covering index is joined with.
    """
    return tuple(
        time for chunk in _chunks(segments, SEGMENTS_A_QUERY) for time in _times(session, chunk)
    )


def _chunks(items: Iterable[tuple[int, Period]], size: int) -> Iterator[list[tuple[int, Period]]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _times(session: AnySession, segments: Sequence[tuple[int, Period]]) -> Iterator[TimeSum]:
    entry = m.TimeEntry
    columns = (column("person_id", Integer), column("start_on", Date), column("end_on", Date))
    # A common table expression: SQLite gives names to the columns of a VALUES list nowhere else.
    cut = (
        values(*columns, name="cut")
        .data([(person_id, period.start, period.end) for person_id, period in segments])
        .cte("cut")
    )
    rows = func.aggregate_strings(cast(func.coalesce(entry.source_row, 0), String), " ")
    query = (
        select(
            cut.c.person_id,
            cut.c.start_on,
            entry.convention_id,
            func.sum(entry.minutes),
            func.count(distinct(entry.work_on)),
            rows,
        )
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
    for person_id, start, convention_id, minutes, days, listed in session.execute(query):
        yield TimeSum(
            person_id,
            start,
            convention_id,
            int(minutes),
            days,
            row_ranges(int(row) for row in listed.split() if row != "0"),
        )


def load_odd_days(
    session: AnySession, period: Period, person_ids: Sequence[int] | None
) -> tuple[DayTime, ...]:
    """Days with more hours than one may work, and days worked during an absence of the whole day.

    Law: code du travail L3121-18, ten hours a day; the check tells the cases apart.
    """
    entry, absence = m.TimeEntry, m.Absence
    limit = int(figure("daily_hours_maximum", period.start).value * 60)
    absent = (
        select(literal_column("1"))
        .where(absence.person_id == entry.person_id)
        .where(absence.start_on <= entry.work_on)
        .where(absence.end_on > entry.work_on)
        .exists()
    )
    rows = func.aggregate_strings(cast(func.coalesce(entry.source_row, 0), String), " ")
    query = (
        select(entry.person_id, entry.work_on, func.sum(entry.minutes), rows)
        .where(entry.work_on >= period.start, entry.work_on < period.end)
        .group_by(entry.person_id, entry.work_on)
        .having((func.sum(entry.minutes) > limit) | (func.max(cast(absent, Integer)) > 0))
        .order_by(entry.person_id, entry.work_on)
    )
    if person_ids is not None:
        query = query.where(entry.person_id.in_(person_ids))
    return tuple(
        DayTime(person_id, day, int(minutes), row_ranges(int(row) for row in listed.split()))
        for person_id, day, minutes, listed in session.execute(query)
    )
