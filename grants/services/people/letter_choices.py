"""Who and what a mission letter may name, and whose letters somebody sees."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from grants.enums import Role
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.people import Person
from grants.services.roles.memberships import Grant
from grants.services.timesheets.access import managed_persons, own_persons

# They read what every letter says, though not the sheets.
READS_ALL = frozenset({Role.FINANCE, Role.DIRECTOR, Role.OPERATOR})


def letter_people(session: AnySession, grants: Sequence[Grant]) -> frozenset[int] | None:
    """Persons whose letters some roles see; None for everybody within the scope.

    A role that reads all letters does so in its own structure only: the scope may hold another one,
    in which the visitor is no more than an agent.
    """
    reading = [grant.organisation_id for grant in grants if grant.role in READS_ALL]
    if None in reading:
        return None
    whole = session.scalars(select(Person.id).where(Person.organisation_id.in_(reading)))
    return own_persons(grants) | managed_persons(session, grants) | frozenset(whole)


def letter_persons(session: AnySession) -> list[tuple[int, str]]:
    """Agents within the scope: id, name and code, by name."""
    query = select(Person.id, Person.last_name, Person.first_name, Person.code)
    rows = session.execute(query.order_by(Person.last_name, Person.first_name, Person.code))
    return [(number, f"{last} {first} ({code})") for number, last, first, code in rows]


def letter_conventions(session: AnySession) -> list[tuple[int, str]]:
    """Conventions within the scope: id, number and title, by number."""
    query = select(Convention.id, Convention.number, Convention.title)
    rows = session.execute(query.order_by(Convention.number))
    return [(number, f"{code} – {title}") for number, code, title in rows]
