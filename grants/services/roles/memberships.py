"""Roles of accounts: give one, and tell what somebody may reach on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select

from grants.enums import Role
from grants.errors import Conflict
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.people import Person
from grants.models.roles import AuditedConvention, Delegation, ManagedPerson, Membership
from grants.periods import DAY
from grants.rules.privacy.readers import READERS, SEES_PAY, Conventions
from grants.services.roles.scopes import Scopes, scopes_of

# Who sees why participants are eligible unless an administrator says otherwise, person by person.
SEES_ELIGIBILITY_AT_FIRST = frozenset({Role.FINANCE})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that holds on the day asked about; ``conventions`` names those of an auditor, and
    those that pay or time the ``team`` of a manager.

    ``team`` holds the agents of a manager, None everybody of the organisation; it says nothing of
    other roles. ``on_behalf_of`` is the account whose role is exercised during its absence: the
    agent ``person_id`` that one is oneself is then told by one's own roles only.
    ``sees_eligibility`` is a right of the person who has it: it is never lent. ``lent_by`` holds
    the agents that the absent account is: nobody signs for a manager what the manager may not.
    """

    role: Role
    organisation_id: int | None
    person_id: int | None
    conventions: frozenset[int]
    team: frozenset[int] | None = None
    on_behalf_of: int | None = None
    sees_eligibility: bool = False
    lent_by: frozenset[int] = frozenset()

    def manages(self, person_id: int) -> bool:
        """Whether an agent of the organisation is of a manager's team.

        Example:
        >>> team = Grant(Role.MANAGER, 7, None, frozenset(), frozenset({3}))
        >>> team.manages(3), team.manages(4)
        (True, False)
        """
        is_of_team = self.team is None or person_id in self.team
        return self.role is Role.MANAGER and is_of_team and person_id not in self.lent_by


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody reaches: None stands for all of them.

    ``conventions`` limits within ``organisations``; an organisation of ``unlimited`` shows all of
    its own. ``pay`` holds the organisations whose pay details are shown, ``eligibility`` those
    whose participants' reasons are.
    """

    roles: frozenset[Role]
    organisations: frozenset[int] | None
    unlimited: frozenset[int] | None
    conventions: frozenset[int]
    pay: frozenset[int] | None
    eligibility: frozenset[int] | None = frozenset()

    def reaches(self, organisation_id: int, convention_id: int) -> bool:
        """Whether a convention may be known to exist.

        Example:
        >>> NOTHING.reaches(1, 1), EVERYTHING.reaches(1, 1)
        (False, True)
        """
        return self.is_whole(organisation_id) or convention_id in self.conventions

    def is_whole(self, organisation_id: int) -> bool:
        """Whether all conventions of an organisation may be known."""
        return self.unlimited is None or organisation_id in self.unlimited

    def sees_pay(self, organisation_id: int) -> bool:
        """Whether pay details of an organisation are shown.

        Example:
        >>> NOTHING.sees_pay(1), EVERYTHING.sees_pay(1)
        (False, True)
        """
        return self.pay is None or organisation_id in self.pay

    def sees_eligibility(self, organisation_id: int) -> bool:
        """Whether the reasons why participants are eligible, health and benefits among them, are
        shown. No role has it by itself, the platform's operator included.

        Example:
        >>> NOTHING.sees_eligibility(1), EVERYTHING.sees_eligibility(1)
        (False, False)
        """
        return self.eligibility is None or organisation_id in self.eligibility


NOTHING = Access(frozenset(), frozenset(), frozenset(), frozenset(), frozenset())
EVERYTHING = Access(frozenset({Role.OPERATOR}), None, None, frozenset(), None)


def access_of(grants: Iterable[Grant]) -> Access:
    """What some roles reach together.

    Example:
    >>> finance = Grant(Role.FINANCE, 7, None, frozenset())
    >>> auditor = Grant(Role.AUDITOR, 8, None, frozenset({3}))
    >>> found = access_of([finance, auditor])
    >>> sorted(found.organisations), found.reaches(7, 1), found.reaches(8, 1), found.reaches(8, 3)
    ([7, 8], True, False, True)
    """
    held = list(grants)
    roles = frozenset(grant.role for grant in held)
    eligible = [grant for grant in held if grant.sees_eligibility]
    told = None if any(g.role is Role.OPERATOR for g in eligible) else _organisations(eligible)
    if Role.OPERATOR in roles:
        return Access(roles, None, None, frozenset(), None, told)
    return Access(
        roles,
        _organisations(held),
        _organisations(grant for grant in held if _knows_all(grant)),
        frozenset(number for grant in held for number in grant.conventions),
        _organisations(grant for grant in held if grant.role in SEES_PAY),
        told,
    )


def _knows_all(grant: Grant) -> bool:
    """Whether every convention of the organisation exists for a role; a facilitator opens none."""
    known = READERS[grant.role].conventions
    return known is Conventions.ALL or (known is Conventions.TEAM and grant.team is None)


def _organisations(grants: Iterable[Grant]) -> frozenset[int]:
    return frozenset(g.organisation_id for g in grants if g.organisation_id is not None)


def roles_on(session: AnySession, *, user_id: int, as_of: date) -> tuple[Grant, ...]:
    """Roles that an account holds on a day, the oldest first, then those that it exercises for
    somebody else: as long as that account is active and holds the role itself, and the substitute
    has a role of its own in the same organisation.
    """
    own = session.scalars(
        select(Membership)
        .where(Membership.user_id == user_id, *_in_force(as_of))
        .order_by(Membership.id)
    ).all()
    at_home = {row.organisation_id for row in own}
    lent = [
        row
        for row in session.scalars(_lent_to(user_id, as_of))
        if row.organisation_id in at_home and row.user_id != user_id
    ]
    scopes = scopes_of(session, [*own, *lent])
    agents = _agents(session, {row.user_id for row in lent}) if lent else {}
    grants = [_grant(row, scopes, None) for row in own]
    return (
        *grants,
        *(
            replace(_grant(row, scopes, row.user_id), lent_by=agents.get(row.user_id, frozenset()))
            for row in lent
        ),
    )


def _agents(session: AnySession, user_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Agents that accounts are or were, by account."""
    query = select(Membership.user_id, Membership.person_id).where(
        Membership.user_id.in_(user_ids), Membership.person_id.is_not(None)
    )
    found: dict[int, set[int]] = {}
    for user_id, person_id in session.execute(query):
        if person_id is not None:
            found.setdefault(user_id, set()).add(person_id)
    return {user_id: frozenset(numbers) for user_id, numbers in found.items()}


def _in_force(as_of: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.start_on <= as_of,
        or_(Membership.end_on.is_(None), Membership.end_on > as_of),
    )


def _lent_to(user_id: int, as_of: date) -> Select[Membership]:
    """Memberships of others that an account exercises for them on a day."""
    same_role = and_(
        Delegation.from_user_id == Membership.user_id,
        Delegation.organisation_id == Membership.organisation_id,
        Delegation.role == Membership.role,
    )
    lent = select(Delegation.id).where(
        same_role,
        Delegation.to_user_id == user_id,
        Delegation.cancelled_at.is_(None),
        Delegation.start_on <= as_of,
        Delegation.end_on > as_of,
    )
    return (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(User.is_active, lent.exists(), *_in_force(as_of))
        .order_by(Membership.id)
    )


def _grant(row: Membership, scopes: Scopes, on_behalf_of: int | None) -> Grant:
    return Grant(
        Role(row.role),
        row.organisation_id,
        row.person_id if on_behalf_of is None else None,
        scopes.known(row),
        None if row.has_whole_team else scopes.persons.get(row.id, frozenset()),
        on_behalf_of,
        row.sees_eligibility and on_behalf_of is None,
    )


def convention_owner(session: AnySession, convention_id: int) -> int | None:
    """Organisation of a convention; None when there is no such convention."""
    query = select(Convention.organisation_id).where(Convention.id == convention_id)
    return session.scalars(query).one_or_none()


def give_role(
    session: AnySession,
    *,
    user_id: int,
    role: Role,
    organisation_id: int | None = None,
    start_on: date,
    last_on: date | None = None,
    person_id: int | None = None,
    conventions: Collection[int] = (),
    team: Collection[int] | None = None,
) -> int:
    """Give an account a role from a day on; ``last_on`` is the last day that it holds.

    ``team`` names the agents of a manager by their ids; None stands for all of the organisation.
    Returns: id of the membership.
    Raises: Conflict: a role without its organisation, an operator with one, an auditor without
    last day or conventions, a team without agents or of another role, conventions or agents of
    somebody else; ``field`` says which.
    """
    check_role(
        session, role=role, organisation_id=organisation_id, start_on=start_on, last_on=last_on,
        person_id=person_id, conventions=conventions, team=team,
    )  # fmt: skip
    row = Membership(
        user_id=user_id,
        organisation_id=organisation_id,
        role=role.value,
        person_id=person_id,
        start_on=start_on,
        end_on=None if last_on is None else last_on + DAY,
        has_whole_team=team is None,
        sees_eligibility=role in SEES_ELIGIBILITY_AT_FIRST,
    )
    session.add(row)
    session.flush()
    for number in sorted(set(conventions)):
        session.add(AuditedConvention(membership_id=row.id, convention_id=number))
    for number in sorted(set(team or ())):
        session.add(ManagedPerson(membership_id=row.id, person_id=number))
    session.flush()
    return row.id


def check_role(
    session: AnySession,
    *,
    role: Role,
    organisation_id: int | None,
    start_on: date,
    last_on: date | None,
    person_id: int | None,
    conventions: Collection[int],
    team: Collection[int] | None,
) -> None:
    """Refuse a role that cannot be given, whoever would get it.

    Raises: Conflict: see ``give_role``.
    """
    _check(session, role, organisation_id, start_on, last_on, conventions)
    _check_persons(session, role, organisation_id, person_id, team)


def _check(
    session: AnySession,
    role: Role,
    organisation_id: int | None,
    start_on: date,
    last_on: date | None,
    conventions: Collection[int],
) -> None:
    is_operator, is_auditor = role is Role.OPERATOR, role is Role.AUDITOR
    _require(
        is_operator == (organisation_id is None),
        "organisation",
        "l'exploitant n'a pas de structure, tout autre rôle en a une",
    )
    _require(
        last_on is None or last_on >= start_on, "last_on", "le dernier jour précède le premier"
    )
    _require(
        not is_auditor or last_on is not None,
        "last_on",
        "un contrôleur lit jusqu'à une date : donnez le dernier jour",
    )
    _require(
        is_auditor == bool(conventions),
        "conventions",
        "un contrôleur lit des conventions nommées, et lui seul : nommez-les",
    )
    query = select(Convention.id).where(
        Convention.id.in_(conventions), Convention.organisation_id == organisation_id
    )
    own = set(session.scalars(query)) if conventions else set()
    _require(
        own == set(conventions),
        "conventions",
        "une des conventions n'est pas de cette structure : nommez les siennes",
    )


def _check_persons(
    session: AnySession,
    role: Role,
    organisation_id: int | None,
    person_id: int | None,
    team: Collection[int] | None,
) -> None:
    _require(
        team is None or role is Role.MANAGER,
        "team",
        "un responsable a une équipe, et lui seul : laissez l'équipe vide",
    )
    _require(
        team is None or bool(team),
        "team",
        "l'équipe est vide : nommez ses agents, ou donnez toute la structure",
    )
    for field, wanted in (("person", {person_id} - {None}), ("team", set(team or ()))):
        query = select(Person.id).where(
            Person.id.in_(wanted), Person.organisation_id == organisation_id
        )
        own = set(session.scalars(query)) if wanted else set()
        _require(
            own == wanted,
            field,
            "un des agents n'est pas de cette structure : nommez les siens",
        )


def _require(holds: bool, field: str, message: str) -> None:
    if not holds:
        raise Conflict(message, field=field)
