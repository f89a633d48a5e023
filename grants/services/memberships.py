"""Roles of accounts: give one, and tell what somebody may reach on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from grants.enums import Role
from grants.errors import Conflict
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.memberships import AuditedConvention, Membership
from grants.periods import DAY

# Who sees gross pay, charges and payslips; everybody else reads sums only.
SEES_PAY = frozenset({Role.FINANCE, Role.AUDITOR, Role.OPERATOR})
# An auditor knows of the conventions that were named, an administrator of none.
KNOWS_NAMED_ONLY = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that holds on the day asked about; ``conventions`` names those of an auditor."""

    role: Role
    organisation_id: int | None
    person_id: int | None
    conventions: frozenset[int]


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody reaches: None stands for all of them.

    ``conventions`` limits within ``organisations``; an organisation of ``unlimited`` shows all of
    its own. ``sees_pay`` holds the organisations whose pay details are shown.
    """

    roles: frozenset[Role]
    organisations: frozenset[int] | None
    unlimited: frozenset[int] | None
    conventions: frozenset[int]
    pay: frozenset[int] | None

    def reaches(self, organisation_id: int, convention_id: int) -> bool:
        """Whether a convention may be known to exist.

        Example:
        >>> NOTHING.reaches(1, 1), EVERYTHING.reaches(1, 1)
        (False, True)
        """
        open_to_all = self.unlimited is None or organisation_id in self.unlimited
        return open_to_all or convention_id in self.conventions

    def sees_pay(self, organisation_id: int) -> bool:
        """Whether pay details of an organisation are shown.

        Example:
        >>> NOTHING.sees_pay(1), EVERYTHING.sees_pay(1)
        (False, True)
        """
        return self.pay is None or organisation_id in self.pay


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
    if Role.OPERATOR in roles:
        return Access(roles, None, None, frozenset(), None)
    return Access(
        roles,
        _organisations(held),
        _organisations(grant for grant in held if grant.role not in KNOWS_NAMED_ONLY),
        frozenset(number for grant in held for number in grant.conventions),
        _organisations(grant for grant in held if grant.role in SEES_PAY),
    )


def _organisations(grants: Iterable[Grant]) -> frozenset[int]:
    return frozenset(g.organisation_id for g in grants if g.organisation_id is not None)


def roles_on(session: AnySession, *, user_id: int, as_of: date) -> tuple[Grant, ...]:
    """Roles that an account holds on a day, the oldest first."""
    query = (
        select(Membership, AuditedConvention.convention_id)
        .outerjoin(AuditedConvention, AuditedConvention.membership_id == Membership.id)
        .where(
            Membership.user_id == user_id,
            Membership.start_on <= as_of,
            or_(Membership.end_on.is_(None), Membership.end_on > as_of),
        )
        .order_by(Membership.id, AuditedConvention.convention_id)
    )
    rows: dict[int, Membership] = {}
    named: dict[int, set[int]] = {}
    for row, convention_id in session.execute(query):
        rows[row.id] = row
        named.setdefault(row.id, set()).update([] if convention_id is None else [convention_id])
    return tuple(
        Grant(Role(row.role), row.organisation_id, row.person_id, frozenset(named[row.id]))
        for row in rows.values()
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
) -> int:
    """Give an account a role from a day on; ``last_on`` is the last day that it holds.

    Returns: id of the membership.
    Raises: Conflict: a role without its organisation, an operator with one, an auditor without
    last day or conventions, conventions of somebody else; ``field`` says which.
    """
    _check(session, role, organisation_id, start_on, last_on, conventions)
    row = Membership(
        user_id=user_id,
        organisation_id=organisation_id,
        role=role.value,
        person_id=person_id,
        start_on=start_on,
        end_on=None if last_on is None else last_on + DAY,
    )
    session.add(row)
    session.flush()
    for number in sorted(set(conventions)):
        session.add(AuditedConvention(membership_id=row.id, convention_id=number))
    session.flush()
    return row.id


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


def _require(holds: bool, field: str, message: str) -> None:
    if not holds:
        raise Conflict(message, field=field)
