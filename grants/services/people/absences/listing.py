"""The list of absences: days, what they take, and hours that contradict them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select

from grants.enums import AbsenceKind
from grants.french import folded
from grants.models.base import AnySession
from grants.models.people import Absence, Person
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.services.facts.rows import period_of
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


def list_absences(
    session: AnySession, *, person_ids: Collection[int] | None, as_of: date
) -> Sequence[AbsenceRow]:
    """Absences of some persons (None: of everybody in scope), by name and day. Four queries."""
    query = select(Absence, Person).join(Person, Absence.person_id == Person.id)
    if person_ids is not None:
        query = query.where(Absence.person_id.in_(person_ids))
    rows = session.execute(
        query.order_by(Person.last_name, Person.first_name, Absence.start_on, Absence.id)
    ).all()
    contradicted = _contradicted(session, person_ids)
    closed = closed_months(session, person_ids={row.person_id for row, _ in rows}, as_of=as_of)
    found = [
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
        for days in [period_of(row)]
    ]
    return sorted(found, key=lambda row: (folded(row.person_name), row.period))


def _contradicted(session: AnySession, person_ids: Collection[int] | None) -> Mapping[int, int]:
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
    return {number: int(minutes) for number, minutes in session.execute(query)}
