"""Who may do what with whose time sheet.

A person fills and signs their own sheet; a manager signs those of the team and never their own; a
finance officer reads all, corrects, reopens, enters paper and locks; an auditor reads the signed
sheets of the conventions that were named. Nobody else knows that a sheet exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from grants.enums import Role
from grants.errors import Forbidden, NotFound
from grants.models.base import AnySession
from grants.models.people import MissionLetter, Person
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.rules.privacy.sheets import for_control
from grants.rules.timesheets.sheet import Sheet
from grants.services.facts.terms import load_conventions
from grants.services.roles.memberships import Grant
from grants.services.timesheets.store import UNKNOWN


class SheetRight(StrEnum):
    """What somebody may do with a sheet."""

    READ = "read"
    TYPE = "type"
    SIGN = "sign"
    APPROVE = "approve"
    REOPEN = "reopen"
    LOCK = "lock"
    SCAN = "scan"


REFUSED = {
    SheetRight.TYPE: "Vous lisez cette feuille sans pouvoir la remplir : seul l'agent la remplit.",
    SheetRight.SIGN: "Seul l'agent signe sa feuille de temps.",
    SheetRight.APPROVE: "Seul un responsable de l'agent valide sa feuille, et jamais la sienne.",
    SheetRight.REOPEN: "Seuls le responsable de l'agent et le service financier rouvrent un mois, "
    "et jamais le leur.",
    SheetRight.LOCK: "Seul le service financier verrouille et déverrouille les feuilles.",
    SheetRight.SCAN: "Seul le service financier dépose une feuille signée sur papier, et jamais la "
    "sienne.",
}
_R = SheetRight
OWN = frozenset({_R.READ, _R.TYPE, _R.SIGN})
# Four eyes: what a second person does with a sheet, a scan that enters both signatures included.
OTHERS = frozenset({_R.APPROVE, _R.REOPEN, _R.SCAN})
GIVEN = {
    Role.MANAGER: frozenset({_R.READ, _R.APPROVE, _R.REOPEN}),
    Role.FINANCE: frozenset({_R.READ, _R.TYPE, _R.REOPEN, _R.LOCK, _R.SCAN}),
    Role.OPERATOR: frozenset({_R.READ}),
}
# Roles of people whom the structure may employ: their account can be an agent's.
STAFF = frozenset({Role.FACILITATOR, Role.MANAGER, Role.FINANCE, Role.DIRECTOR})
OVERRIDING = frozenset({Role.MANAGER, Role.FINANCE})


@dataclass(frozen=True, slots=True)
class SheetRights:
    """What somebody may do with the sheets of one person.

    ``overrides`` gives the days of grace after a period lock; ``audited`` are the operations, with
    their days, to whose signed sheets reading is limited; ``on_behalf_of`` is the account of the
    manager who is substituted when they approve.
    """

    person_id: int
    organisation_id: int
    rights: frozenset[SheetRight]
    is_own: bool = False
    overrides: bool = False
    audited: Mapping[int, Period] = field(default_factory=dict)
    on_behalf_of: int | None = None

    @property
    def is_audit(self) -> bool:
        """Whether a controller reads, and no more than the operations that were named."""
        return bool(self.audited)

    def may(self, right: SheetRight) -> bool:
        """Whether a right is among them."""
        return right in self.rights


def rights_over(grants: Iterable[Grant], *, organisation_id: int, person_id: int) -> SheetRights:
    """What some roles allow with the sheets of a person; auditors aside, whose conventions only the
    database links with persons.

    Four eyes: whatever one's roles, also for somebody else, one neither approves nor reopens one's
    own sheet, nor deposits its scan.
    Example:
    >>> own = Grant(Role.FACILITATOR, 7, 3, frozenset())
    >>> sorted(rights_over([own], organisation_id=7, person_id=3).rights)[0].value
    'read'
    """
    held = [one for one in grants if one.organisation_id in (organisation_id, None)]
    is_own = any(one.role in STAFF and one.person_id == person_id for one in held)
    given = [one for one in held if _gives(one, person_id)]
    rights = frozenset(right for one in given for right in GIVEN[one.role])
    if is_own:
        rights = (rights | OWN) - OTHERS
    managing = [one for one in given if one.role is Role.MANAGER]
    acts_for = all(one.on_behalf_of is not None for one in managing)
    return SheetRights(
        person_id,
        organisation_id,
        rights,
        is_own=is_own,
        overrides=any(one.role in OVERRIDING for one in given),
        on_behalf_of=managing[0].on_behalf_of if managing and acts_for else None,
    )


def _gives(grant: Grant, person_id: int) -> bool:
    return grant.manages(person_id) if grant.role is Role.MANAGER else grant.role in GIVEN


def get_sheet_rights(
    session: AnySession,
    grants: Sequence[Grant],
    *,
    person_id: int,
    right: SheetRight = SheetRight.READ,
) -> SheetRights:
    """What a visitor may do with the sheets of a person.

    Raises: NotFound: the person is not within the scope, or the visitor may not know of their
    sheets. Forbidden: they may, and lack this right.
    """
    query = select(Person.organisation_id).where(Person.id == person_id)
    owner = session.scalars(query).one_or_none()
    if owner is None:
        raise NotFound(UNKNOWN)
    found = rights_over(grants, organisation_id=owner, person_id=person_id)
    if not found.rights and (audited := _audited(session, grants, person_id)):
        found = SheetRights(person_id, owner, frozenset({SheetRight.READ}), audited=audited)
    if not found.may(SheetRight.READ):
        raise NotFound(UNKNOWN)
    if not found.may(right):
        raise Forbidden(REFUSED[right])
    return found


def seen(sheets: Iterable[Sheet], rights: SheetRights) -> list[Sheet]:
    """Sheets as a visitor reads them: an auditor those that ``for_control`` leaves."""
    if not rights.audited:
        return list(sheets)
    found = (for_control(sheet, rights.audited) for sheet in sheets)
    return [sheet for sheet in found if sheet is not None]


def _audited(session: AnySession, grants: Iterable[Grant], person_id: int) -> Mapping[int, Period]:
    """Conventions named to an auditor that charge the person, by a letter or declared hours, with
    their days.

    A post grant asks for no sheet, so that holding its post opens none.
    """
    named = {n for one in grants if one.role is Role.AUDITOR for n in one.conventions}
    if not named:
        return {}
    letter, entry = MissionLetter, TimeEntry
    letters = select(letter.convention_id).where(
        letter.person_id == person_id, letter.convention_id.in_(named)
    )
    hours = select(entry.convention_id).where(
        entry.person_id == person_id, entry.convention_id.in_(named)
    )
    queries = (letters.distinct(), hours.distinct())
    charging = {number for query in queries for number in session.scalars(query) if number}
    found = load_conventions(session, charging) if charging else {}
    return {number: one.period for number, one in found.items()}


def own_persons(grants: Iterable[Grant]) -> frozenset[int]:
    """Agents that the visitor is."""
    return frozenset(
        one.person_id for one in grants if one.role in STAFF and one.person_id is not None
    )


def own_person(grants: Iterable[Grant]) -> int | None:
    """Agent that the visitor is: the first where several structures employ them."""
    return next(
        (one.person_id for one in grants if one.role in STAFF and one.person_id is not None), None
    )


def managed_persons(session: AnySession, grants: Sequence[Grant]) -> frozenset[int]:
    """Persons within the session's scope whose sheets the visitor reads for others: a manager's
    team, everybody for a finance officer. Their own sheet is among them, and not theirs to approve.
    """
    query = select(Person.id, Person.organisation_id)
    return frozenset(
        person_id
        for person_id, owner in session.execute(query)
        if any(_gives(one, person_id) for one in grants if one.organisation_id in (owner, None))
    )
