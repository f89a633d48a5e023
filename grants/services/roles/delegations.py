"""Delegation during absence: a colleague exercises a role for whoever holds it, over days.

What is lent is the role as its holder has it, team included; it ends with that role and with the
substitute's own (see ``memberships.roles_on``). What was lent cannot be lent further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from grants.enums import AuditAction, AuditObject, Role
from grants.errors import Conflict, NotFound
from grants.french import day_fr
from grants.labels import label
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.roles import REASON_LENGTH, Delegation, Membership
from grants.periods import DAY
from grants.services.roles.notices import tell_others
from grants.services.roles.stewardship import NotOneself, Steward, get_user_row

DELEGABLE = (Role.MANAGER, Role.FINANCE, Role.DIRECTOR)
NO_SUCH_DELEGATION = "Cette délégation n'existe pas, ou n'est pas de votre ressort."


@dataclass(frozen=True, slots=True)
class WantedDelegation:
    """Who exercises whose role for how long; both days inclusive."""

    organisation_id: int
    role: Role
    from_user_id: int
    to_user_id: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class LentRole:
    """A delegation as pages show it."""

    id: int
    organisation: str
    role: Role
    from_user_id: int
    from_name: str
    to_name: str
    first: date
    last: date
    reason: str
    is_cancelled: bool

    def is_over(self, day: date) -> bool:
        """Whether nothing of it is left to cancel."""
        return self.is_cancelled or self.last < day


@dataclass(frozen=True, slots=True)
class DelegableRole:
    """A role that somebody may lend, and the colleagues who could exercise it: ids and names."""

    organisation_id: int
    organisation: str
    role: Role
    substitutes: Sequence[tuple[int, str]]


def delegable_roles(
    session: AnySession, *, user_id: int, as_of: date, steward: Steward | None = None
) -> Sequence[DelegableRole]:
    """Roles of one's own that may be lent from a day on, within a steward's reach if one is given.

    A role that one exercises for somebody else is not among them.
    """
    query = (
        select(Membership.organisation_id, Organisation.name, Membership.role)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.user_id == user_id,
            Membership.role.in_([role.value for role in DELEGABLE]),
            or_(Membership.end_on.is_(None), Membership.end_on > as_of),
        )
        .distinct()
        .order_by(Organisation.name, Membership.role)
    )
    return [
        DelegableRole(number, name, Role(role), _colleagues(session, number, user_id, as_of))
        for number, name, role in session.execute(query)
        if number is not None and (steward is None or steward.reaches(number))
    ]


def _colleagues(
    session: AnySession, organisation_id: int, user_id: int, as_of: date
) -> Sequence[tuple[int, str]]:
    query = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.is_active,
            User.id != user_id,
            Membership.organisation_id == organisation_id,
            *_runs(as_of),
        )
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(number, name) for number, name in session.execute(query)]


def _runs(as_of: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.start_on <= as_of,
        or_(Membership.end_on.is_(None), Membership.end_on > as_of),
    )


def delegate_role(session: AnySession, *, steward: Steward, wanted: WantedDelegation) -> int:
    """Let a colleague exercise a role for its holder. Flushes, never commits.

    Holders do so for themselves, administrators for others.
    Returns: id of the delegation.
    Raises: NotFound: a holder out of reach. Conflict: a role that is not held or cannot be lent,
    somebody who cannot exercise it, days that are over or in the wrong order, the same twice;
    or oneself (see ``requests``); ``field`` says which.
    """
    if wanted.from_user_id != steward.user_id:
        get_user_row(session, steward=steward, user_id=wanted.from_user_id)
        if not steward.reaches(wanted.organisation_id):
            raise NotFound(NO_SUCH_DELEGATION)
    check_delegation(session, steward=steward, wanted=wanted)
    if wanted.to_user_id == steward.user_id:
        raise NotOneself("substitute")
    return lend(session, steward=steward, wanted=wanted)


def lend(session: AnySession, *, steward: Steward, wanted: WantedDelegation) -> int:
    """Lend a role once it was seen who may: for a request that was confirmed. See
    ``delegate_role``.
    """
    check_delegation(session, steward=steward, wanted=wanted)
    row = Delegation(
        organisation_id=wanted.organisation_id, from_user_id=wanted.from_user_id,
        to_user_id=wanted.to_user_id, role=wanted.role.value, start_on=wanted.first_on,
        end_on=wanted.last_on + DAY, reason=steward.deed.reason,
    )  # fmt: skip
    session.add(row)
    session.flush()
    substitute = session.get_one(User, wanted.to_user_id)
    steward.tell(
        session, AuditObject.DELEGATION, _key(row), organisation_id=row.organisation_id,
        action=AuditAction.CREATED,
        after={"role": row.role, "substitute": f"{substitute.name} (compte {substitute.id})",
               "start_on": row.start_on, "end_on": row.end_on},
    )  # fmt: skip
    holder = session.get_one(User, wanted.from_user_id)
    tell_others(
        session, steward=steward, organisation_id=row.organisation_id,
        holders=[wanted.from_user_id, wanted.to_user_id],
        change=f"{substitute.name} exerce le rôle « {label(wanted.role)} » de {holder.name} du "
        f"{day_fr(wanted.first_on)} au {day_fr(wanted.last_on)}.",
    )  # fmt: skip
    return row.id


def check_delegation(session: AnySession, *, steward: Steward, wanted: WantedDelegation) -> None:
    """Refuse a delegation that cannot be, whoever would make it. Raises: see ``delegate_role``."""
    offered = delegable_roles(session, user_id=wanted.from_user_id, as_of=steward.today)
    found = [
        one
        for one in offered
        if (one.organisation_id, one.role) == (wanted.organisation_id, wanted.role)
    ]
    _require(
        bool(found),
        "role",
        "ce rôle n'est pas tenu en propre, ou ne se délègue pas : un responsable, un chargé de "
        "gestion ou un directeur délègue le sien",
    )
    colleagues = {number for number, _ in found[0].substitutes}
    _require(
        wanted.to_user_id in colleagues,
        "substitute",
        "le remplaçant doit avoir un compte actif et un rôle dans la même structure",
    )
    _require(wanted.first_on <= wanted.last_on, "last_on", "le dernier jour précède le premier")
    _require(
        wanted.last_on >= steward.today, "last_on", "ce jour est passé : donnez un jour à venir"
    )
    is_short = len(steward.deed.reason) <= REASON_LENGTH
    _require(is_short, "reason", f"{REASON_LENGTH} caractères au plus")
    _require_first(session, wanted)


def _require_first(session: AnySession, wanted: WantedDelegation) -> None:
    same = select(Delegation.id).where(
        Delegation.organisation_id == wanted.organisation_id,
        Delegation.role == wanted.role.value,
        Delegation.from_user_id == wanted.from_user_id,
        Delegation.to_user_id == wanted.to_user_id,
        Delegation.cancelled_at.is_(None),
        Delegation.start_on <= wanted.last_on,
        Delegation.end_on > wanted.first_on,
    )
    _require(
        session.scalar(same.limit(1)) is None,
        "first_on",
        "ce rôle est déjà délégué à cette personne pendant ces jours : annulez d'abord cette "
        "délégation",
    )


def cancel_delegation(session: AnySession, *, steward: Steward, delegation_id: int) -> None:
    """End a delegation at once, by its holder or whoever administers the organisation.

    Raises: NotFound: it is out of reach. Conflict: it is over already.
    """
    row = get_delegation_row(session, steward=steward, delegation_id=delegation_id)
    _require(
        row.cancelled_at is None and row.end_on > steward.today,
        "",
        "cette délégation est déjà terminée : rien n'a changé",
    )
    row.cancelled_at = steward.deed.at
    session.flush()
    steward.tell(
        session, AuditObject.DELEGATION, _key(row), organisation_id=row.organisation_id,
        before={"cancelled": False}, after={"cancelled": True},
    )  # fmt: skip


def get_delegation_row(session: AnySession, *, steward: Steward, delegation_id: int) -> Delegation:
    """Delegation of one's own, or of an organisation that one administers.

    Raises: NotFound: another one, or none.
    """
    row = session.get(Delegation, delegation_id)
    own = row is not None and row.from_user_id == steward.user_id
    if row is None or not (own or steward.reaches(row.organisation_id)):
        raise NotFound(NO_SUCH_DELEGATION)
    return row


def get_delegation(session: AnySession, *, steward: Steward, delegation_id: int) -> LentRole:
    """A delegation as pages show it.

    Raises: NotFound: see ``get_delegation_row``.
    """
    row = get_delegation_row(session, steward=steward, delegation_id=delegation_id)
    return _shown(session, Delegation.id == row.id)[0]


def list_delegations(
    session: AnySession, *, user_id: int, steward: Steward | None = None
) -> Sequence[LentRole]:
    """Roles that somebody lends or exercises for others, the newest first."""
    mine = or_(Delegation.from_user_id == user_id, Delegation.to_user_id == user_id)
    if steward is not None and steward.organisations is not None:
        reached = Delegation.organisation_id.in_(sorted(steward.organisations))
        mine = and_(mine, reached)
    return _shown(session, mine)


def _shown(session: AnySession, which: ColumnElement[bool]) -> Sequence[LentRole]:
    holder, substitute = aliased(User), aliased(User)
    query = (
        select(Delegation, Organisation.name, holder.name, substitute.name)
        .join(Organisation, Organisation.id == Delegation.organisation_id)
        .join(holder, holder.id == Delegation.from_user_id)
        .join(substitute, substitute.id == Delegation.to_user_id)
        .where(which)
        .order_by(Delegation.start_on.desc(), Delegation.id.desc())
    )
    return [
        LentRole(
            row.id, organisation, Role(row.role), row.from_user_id, from_name, to_name,
            row.start_on, row.end_on - DAY, row.reason, row.cancelled_at is not None,
        )
        for row, organisation, from_name, to_name in session.execute(query)
    ]  # fmt: skip


def _key(row: Delegation) -> str:
    return f"{row.from_user_id} › {label(Role(row.role))} › {row.id}"


def _require(holds: bool, field: str, message: str) -> None:
    if not holds:
        raise Conflict(message, field=field)
