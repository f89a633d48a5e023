"""A role as a terminal names it: codes of a structure and its agents, numbers of conventions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from grants.enums import Role
from grants.errors import NotFound
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.models.roles import Membership
from grants.services.roles.giving import WantedRole


@dataclass(frozen=True, slots=True)
class RoleCodes:
    """What was typed; no ``organisation`` for an operator, no ``team`` for everybody."""

    role: Role
    organisation: str | None = None
    last_on: date | None = None
    person: str | None = None
    team: Sequence[str] = ()
    conventions: Sequence[str] = ()


def wanted_by_codes(session: AnySession, codes: RoleCodes) -> WantedRole:
    """The role with the ids behind its codes.

    Raises: NotFound: a code that nothing has; the text names it.
    """
    if codes.organisation is None:
        return WantedRole(codes.role, None, codes.last_on)
    organisation_id = get_organisation_id(session, codes.organisation)
    person = _get_person_id(session, organisation_id, codes.person) if codes.person else None
    team = tuple(_get_person_id(session, organisation_id, code) for code in codes.team)
    conventions = tuple(
        _get_convention_id(session, organisation_id, one) for one in codes.conventions
    )
    return WantedRole(codes.role, organisation_id, codes.last_on, person, conventions, team or None)


def get_organisation_id(session: AnySession, code: str) -> int:
    """Organisation of a code.

    Raises: NotFound: none has it.
    """
    found = session.scalar(select(Organisation.id).where(Organisation.code == code))
    if found is None:
        known = session.scalars(select(Organisation.code).order_by(Organisation.code)).all()
        listed = ", ".join(known[:20]) or "aucune"
        raise NotFound(f"aucune structure n'a le code « {code} » ; connues : {listed}")
    return found


def get_membership_ids(
    session: AnySession, *, user_id: int, role: Role, organisation: str | None, as_of: date
) -> Sequence[int]:
    """Ids of an account's roles that are not over on a day.

    Raises: NotFound: there is none.
    """
    number = None if organisation is None else get_organisation_id(session, organisation)
    query = select(Membership).where(
        Membership.user_id == user_id,
        Membership.role == role.value,
        Membership.organisation_id == number,
    )
    found = [row.id for row in session.scalars(query) if row.end_on is None or row.end_on > as_of]
    if not found:
        raise NotFound("ce compte n'a pas ce rôle ; « grants user list » montre ceux qu'il a")
    return found


def _get_person_id(session: AnySession, organisation_id: int, code: str) -> int:
    query = select(Person.id).where(Person.organisation_id == organisation_id, Person.code == code)
    found = session.scalar(query)
    if found is None:
        raise NotFound(f"aucun agent de cette structure n'a le code « {code} »")
    return found


def _get_convention_id(session: AnySession, organisation_id: int, number: str) -> int:
    query = select(Convention.id).where(
        Convention.organisation_id == organisation_id, Convention.number == number
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(f"aucune convention de cette structure n'a le numéro « {number} »")
    return found
