"""Who works, under which contract and letter, and when away: one reader a table, one query each.

Every argument narrows: None asks for everybody, or for all days.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from grants.enums import AbsenceKind, HolidayCalendar, LetterNature
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.people import Absence, Employment, MissionLetter, Person
from grants.periods import Period
from grants.rules.basis.facts.people import Absence as AbsenceFact
from grants.rules.basis.facts.people import Employment as EmploymentFact
from grants.rules.basis.facts.people import Letter
from grants.rules.basis.facts.people import Person as PersonFact
from grants.services.facts.rows import among, found_by, period_of, touching


def load_persons(
    session: AnySession, *, person_ids: Collection[int] | None = None
) -> dict[int, PersonFact]:
    """Persons by id, in the order of their names."""
    return {one.id: one for one, _ in persons_with_owners(session, person_ids=person_ids)}


def persons_with_owners(
    session: AnySession, *, person_ids: Collection[int] | None = None
) -> list[tuple[PersonFact, Organisation]]:
    """Persons in the order of their names, each with the row of its organisation."""
    query = (
        select(Person, Organisation)
        .join(Organisation, Person.organisation_id == Organisation.id)
        .where(among(Person.id, person_ids))
        .order_by(Person.last_name, Person.first_name, Person.code)
    )
    rows = session.execute(query, execution_options=found_by(person_ids))
    return [
        (
            PersonFact(
                id=person.id,
                code=person.code,
                last_name=person.last_name,
                first_name=person.first_name,
                job_title=person.job_title,
                calendar=HolidayCalendar(owner.holiday_calendar),
                has_payroll_tax_abatement=owner.has_payroll_tax_abatement,
            ),
            owner,
        )
        for person, owner in rows
    ]


def load_employments(
    session: AnySession,
    *,
    person_ids: Collection[int] | None = None,
    period: Period | None = None,
) -> tuple[EmploymentFact, ...]:
    """Segments of contracts, by person and first day."""
    query = (
        select(Employment)
        .where(among(Employment.person_id, person_ids), touching(Employment, period))
        .order_by(Employment.person_id, Employment.start_on)
    )
    return tuple(
        EmploymentFact(
            person_id=row.person_id,
            period=period_of(row),
            fte=row.fte,
            weekly_minutes=row.weekly_minutes,
            row=row.source_row or 0,
            piece=row.piece,
        )
        for row in session.scalars(query, execution_options=found_by(person_ids))
    )


def load_letters(
    session: AnySession,
    *,
    person_ids: Collection[int] | None = None,
    period: Period | None = None,
) -> tuple[Letter, ...]:
    """Mission letters, by person and first day."""
    query = (
        select(MissionLetter)
        .where(among(MissionLetter.person_id, person_ids), touching(MissionLetter, period))
        .order_by(MissionLetter.person_id, MissionLetter.start_on, MissionLetter.id)
    )
    return tuple(
        Letter(
            person_id=row.person_id,
            convention_id=row.convention_id,
            period=period_of(row),
            nature=LetterNature(row.nature),
            share=row.share,
            dated_on=row.dated_on,
            signed_by_person_on=row.signed_by_person_on,
            signed_by_manager_on=row.signed_by_manager_on,
            accepted_on=row.accepted_on,
            row=row.source_row or 0,
            piece=row.piece,
        )
        for row in session.scalars(query, execution_options=found_by(person_ids))
    )


def load_absences(
    session: AnySession,
    *,
    person_ids: Collection[int] | None = None,
    period: Period | None = None,
) -> tuple[AbsenceFact, ...]:
    """Absences, by person and first day."""
    query = (
        select(Absence)
        .where(among(Absence.person_id, person_ids), touching(Absence, period))
        .order_by(Absence.person_id, Absence.start_on, Absence.kind)
    )
    return tuple(
        AbsenceFact(
            person_id=row.person_id,
            kind=AbsenceKind(row.kind),
            period=period_of(row),
            minutes=row.minutes,
            expects_ijss=row.expects_ijss,
            row=row.source_row or 0,
        )
        for row in session.scalars(query, execution_options=found_by(person_ids))
    )
