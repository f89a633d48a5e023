"""The list of absences: days, what they take, and hours that contradict them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select

from grants.enums import AbsenceKind
from grants.labels import folded, label
from grants.models.base import AnySession
from grants.models.people import Absence, Person
from grants.models.timesheets import TimeEntry
from grants.periods import FOREVER, Period
from grants.services.people.absences.closed_days import closed_months


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """One absence of the list. ``contradicted_minutes`` are hours declared on its whole days;
    ``closed_because`` is French and empty while it may be changed.
    """

    id: int
    organisation_id: int
    person_id: int
    person_code: str
    person_name: str
    kind: AbsenceKind
    period: Period
    minutes: int | None
    expects_ijss: bool
    contradicted_minutes: int
    closed_because: str


@dataclass(frozen=True, slots=True)
class AbsenceFilter:
    """What of the list is wanted; an empty part does not filter."""

    text: str = ""
    kind: str = ""
    period: Period | None = None
    only_contradicted: bool = False


def list_absences(
    session: AnySession,
    *,
    person_ids: Collection[int] | None,
    as_of: date,
    period: Period | None = None,
) -> Sequence[AbsenceRow]:
    """Absences of some persons (None: of everybody in scope), the latest first. Four queries."""
    query = select(Absence, Person).join(Person, Absence.person_id == Person.id)
    if person_ids is not None:
        query = query.where(Absence.person_id.in_(person_ids))
    if period is not None:
        query = query.where(Absence.start_on < period.end, Absence.end_on > period.start)
    rows = session.execute(query.order_by(Absence.start_on.desc(), Absence.id)).all()
    contradicted = _contradicted(session, person_ids, period)
    closed = closed_months(session, person_ids={row.person_id for row, _ in rows}, as_of=as_of)
    return [
        AbsenceRow(
            row.id,
            row.organisation_id,
            row.person_id,
            person.code,
            f"{person.last_name} {person.first_name}",
            AbsenceKind(row.kind),
            days,
            row.minutes,
            row.expects_ijss,
            contradicted.get(row.id, 0),
            closed.reason(row.person_id, days),
        )
        for row, person in rows
        for days in [Period(row.start_on, row.end_on or FOREVER)]
    ]


def _contradicted(
    session: AnySession, person_ids: Collection[int] | None, period: Period | None
) -> Mapping[int, int]:
    """Minutes declared on the days of whole absences, summed by the database."""
    during = and_(
        TimeEntry.person_id == Absence.person_id,
        TimeEntry.work_on >= Absence.start_on,
        TimeEntry.work_on < Absence.end_on,
    )
    query = (
        select(Absence.id, func.sum(TimeEntry.minutes))
        .join(TimeEntry, during)
        .where(Absence.minutes.is_(None))
        .group_by(Absence.id)
    )
    if person_ids is not None:
        query = query.where(Absence.person_id.in_(person_ids))
    if period is not None:
        query = query.where(Absence.start_on < period.end, Absence.end_on > period.start)
    return {number: int(minutes) for number, minutes in session.execute(query)}


def filter_absences(rows: Iterable[AbsenceRow], wanted: AbsenceFilter) -> Sequence[AbsenceRow]:
    """Rows that fit every part of the filter; text is looked for without case or accents."""
    return [row for row in rows if _fits(row, wanted)]


def _fits(row: AbsenceRow, wanted: AbsenceFilter) -> bool:
    named = f"{row.person_code} {row.person_name} {label(row.kind)}"
    return (
        folded(wanted.text) in folded(named)
        and wanted.kind in ("", row.kind.value)
        and (wanted.period is None or row.period.overlaps(wanted.period))
        and (row.contradicted_minutes > 0 or not wanted.only_contradicted)
    )


def sort_absences(
    rows: Iterable[AbsenceRow], key: str, *, descending: bool = False
) -> Sequence[AbsenceRow]:
    """Rows in the order of a key of ``SORT_KEYS``; equals in that of names and days."""
    by_name = sorted(rows, key=lambda row: (folded(row.person_name), row.period))
    return sorted(by_name, key=SORT_KEYS[key], reverse=descending)


SORT_KEYS: Mapping[str, Callable[[AbsenceRow], Any]] = {
    "person": lambda row: folded(row.person_name),
    "kind": lambda row: label(row.kind),
    "start": lambda row: row.period.start,
    "end": lambda row: row.period.last,
    "days": lambda row: row.period.days,
    "contradicted": lambda row: row.contradicted_minutes,
}
