"""Whose leave somebody sees and writes: one's own, one's team's, everybody's for finance officers.

Why somebody is away may be their health: directors, auditors and administrators do not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from grants.enums import Role
from grants.errors import Forbidden, NotFound
from grants.models.base import AnySession
from grants.models.people import Person
from grants.services.people.absences.writing import UNKNOWN, get_absence
from grants.services.roles.memberships import Grant
from grants.services.timesheets.access import managed_persons, own_persons

UNKNOWN_PERSON = "Cet agent n'existe pas, ou vous n'y avez pas accès : revenez à la liste."
READS_ONLY = frozenset({Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class AbsencePeople:
    """Persons whose leave is seen, and those for whom it is written; both by id."""

    visible: frozenset[int]
    editable: frozenset[int]


def absence_people(session: AnySession, grants: Sequence[Grant]) -> AbsencePeople:
    """Whose leave some roles open, within the session's scope."""
    own = own_persons(grants)
    writing = [grant for grant in grants if grant.role not in READS_ONLY]
    return AbsencePeople(
        own | managed_persons(session, grants), own | managed_persons(session, writing)
    )


def require_editable(
    session: AnySession, grants: Sequence[Grant], person_id: int, *, unknown: str = UNKNOWN_PERSON
) -> None:
    """Raises: NotFound: nothing may be known of the person. Forbidden: their leave is only read."""
    people = absence_people(session, grants)
    if person_id not in people.visible:
        raise NotFound(unknown)
    if person_id not in people.editable:
        raise Forbidden("Vous lisez ces absences sans pouvoir les changer.")


def person_of_absence(session: AnySession, grants: Sequence[Grant], absence_id: int) -> int:
    """Whose an absence is that may be changed.

    Raises: NotFound: none, or one of which nothing may be known: both read alike. Forbidden: see
    ``require_editable``.
    """
    person_id = get_absence(session, absence_id).person_id
    require_editable(session, grants, person_id, unknown=UNKNOWN)
    return person_id


def named_persons(session: AnySession, person_ids: frozenset[int]) -> list[tuple[int, str]]:
    """Persons for a list to choose from: id, name and code, by name."""
    query = select(Person.id, Person.last_name, Person.first_name, Person.code).where(
        Person.id.in_(person_ids)
    )
    rows = session.execute(query.order_by(Person.last_name, Person.first_name, Person.code))
    return [(number, f"{last} {first} ({code})") for number, last, first, code in rows]


def persons_of_code(session: AnySession, code: str) -> list[int]:
    """Agents of that code within the scope, one a structure."""
    query = select(Person.id).where(Person.code == code)
    return list(session.scalars(query.order_by(Person.id)))
