"""Giving and ending roles: by whom, with what scope, told in the trail of the organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from grants.enums import AuditAction, AuditObject, Role
from grants.errors import Conflict, Forbidden, NotFound
from grants.french import day_fr
from grants.labels import label
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.models.roles import AuditedConvention, ManagedPerson, Membership
from grants.periods import DAY, FOREVER
from grants.rules.audit.chain import Value
from grants.services.roles.memberships import check_role, give_role
from grants.services.roles.notices import tell_others
from grants.services.roles.stewardship import (
    NotOneself,
    Steward,
    get_organisation_row,
    get_user_row,
    require_other_administrator,
)

NO_SUCH_ROLE = "Ce rôle n'existe pas, ou n'est pas de votre structure : revenez à la fiche."
OPERATORS_ONLY = "Seul l'exploitant fait un exploitant."


@dataclass(frozen=True, slots=True)
class WantedRole:
    """A role and its limits: the agent that a facilitator is, a manager's team (None stands for
    everybody), an auditor's conventions; ``last_on`` is the last day, None for no end.
    """

    role: Role
    organisation_id: int | None
    last_on: date | None = None
    person_id: int | None = None
    conventions: tuple[int, ...] = ()
    team: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role of an account as its page shows it; ``last`` is None without end."""

    id: int
    user_id: int
    role: Role
    organisation_id: int | None
    organisation: str
    start: date
    last: date | None
    limits: tuple[str, ...]

    def holds_on(self, day: date) -> bool:
        """Whether it is exercised on a day."""
        return self.start <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        """Whether its last day has passed."""
        return self.last is not None and self.last < day


@dataclass(frozen=True, slots=True)
class ScopeChoices:
    """What a role may be limited to in an organisation: ids with their wordings, in order."""

    persons: Sequence[tuple[int, str]]
    conventions: Sequence[tuple[int, str]]


def scope_choices(
    session: AnySession, *, steward: Steward, organisation_id: int | None
) -> ScopeChoices:
    """Agents and conventions of an organisation, by name and number; none of the platform.

    Raises: NotFound: an organisation that the steward does not administer.
    """
    if organisation_id is None:
        return ScopeChoices((), ())
    get_organisation_row(session, steward=steward, organisation_id=organisation_id)
    persons = session.scalars(
        select(Person)
        .where(Person.organisation_id == organisation_id)
        .order_by(Person.last_name, Person.first_name, Person.code)
    )
    conventions = session.scalars(
        select(Convention)
        .where(Convention.organisation_id == organisation_id)
        .order_by(Convention.number)
    )
    return ScopeChoices(
        [(row.id, f"{row.last_name} {row.first_name} ({row.code})") for row in persons],
        [(row.id, f"{row.number} – {row.title}") for row in conventions],
    )


def require_may_give(session: AnySession, *, steward: Steward, wanted: WantedRole) -> None:
    """Make sure that a role may be given as it is asked for, to somebody yet unknown.

    Raises: Forbidden: an operator's role by somebody who is none. NotFound: an organisation out of
    reach. Conflict: see ``give_role``; or the agent has an account already.
    """
    if wanted.role is Role.OPERATOR and not steward.is_operator:
        raise Forbidden(OPERATORS_ONLY)
    if wanted.organisation_id is not None:
        get_organisation_row(session, steward=steward, organisation_id=wanted.organisation_id)
    check_role(
        session, role=wanted.role, organisation_id=wanted.organisation_id, start_on=steward.today,
        last_on=wanted.last_on, person_id=wanted.person_id, conventions=wanted.conventions,
        team=wanted.team,
    )  # fmt: skip
    if wanted.role is Role.FACILITATOR and wanted.person_id is None:
        raise Conflict(
            "un facilitateur saisit ses propres feuilles : dites quel agent c'est", field="person"
        )


def grant_role(
    session: AnySession, *, steward: Steward, user_id: int, wanted: WantedRole, start_on: date
) -> int:
    """Give an account that the steward reaches a role from a day on. Flushes, never commits.

    Returns: id of the membership.
    Raises: see ``require_may_give`` and ``get_user_row``. Conflict: it is held already, or it would
    be one's own (see ``requests``).
    """
    require_may_give(session, steward=steward, wanted=wanted)
    if user_id == steward.user_id:
        raise NotOneself("role")
    row = get_user_row(session, steward=steward, user_id=user_id)
    given = put_role(session, steward=steward, user_id=user_id, wanted=wanted, start_on=start_on)
    tell_others(
        session, steward=steward, organisation_id=wanted.organisation_id, holders=[user_id],
        change=f"{row.name} a le rôle « {label(wanted.role)} » dès le {day_fr(start_on)}.",
    )  # fmt: skip
    return given


def put_role(
    session: AnySession, *, steward: Steward, user_id: int, wanted: WantedRole, start_on: date
) -> int:
    """Give a role whose giver was checked before, and tell it: for an accepted invitation.

    Raises: Conflict: the role is held already, or the agent is somebody else's account.
    """
    _require_new(session, user_id, wanted, start_on)
    membership_id = give_role(
        session, user_id=user_id, role=wanted.role, organisation_id=wanted.organisation_id,
        start_on=start_on, last_on=wanted.last_on, person_id=wanted.person_id,
        conventions=wanted.conventions, team=wanted.team,
    )  # fmt: skip
    row = session.get_one(Membership, membership_id)
    after = {"role": wanted.role.value, "start_on": start_on, **_told_limits(session, row)}
    _tell(session, steward, row, AuditAction.CREATED, after=after)
    return membership_id


def end_role(
    session: AnySession, *, steward: Steward, membership_id: int, last_on: date | None
) -> None:
    """Move the last day of a role, which yesterday's ends at once; None takes its end away.

    A role that never began by its new end disappears; the trail keeps it.
    Raises: NotFound: a role out of reach. Conflict: the last administrator's, an auditor's without
    end, a day that is over already, a later end of one's own (see ``requests``); ``field`` says
    which.
    """
    row = get_membership(session, steward=steward, membership_id=membership_id)
    end_on = None if last_on is None else last_on + DAY
    is_later = row.end_on is not None and (end_on is None or end_on > row.end_on)
    if row.user_id == steward.user_id and is_later:
        raise NotOneself("last_on")
    _require(
        end_on is None or end_on >= steward.today,
        "last_on",
        "ce jour est passé : hier au plus tôt, qui met fin au rôle tout de suite",
    )
    _require(
        row.role != Role.AUDITOR.value or end_on is not None,
        "last_on",
        "un contrôleur lit jusqu'à une date : donnez le dernier jour",
    )
    if row.role == Role.ADMINISTRATOR.value and row.organisation_id and end_on is not None:
        require_other_administrator(
            session, steward=steward, user_id=row.user_id, organisation_id=row.organisation_id,
            end_on=end_on,
        )  # fmt: skip
    _move_end(session, steward, row, end_on)


def _move_end(session: AnySession, steward: Steward, row: Membership, end_on: date | None) -> None:
    before: dict[str, Value] = {"role": row.role, "end_on": row.end_on}
    if end_on is not None and end_on <= row.start_on:
        _tell(session, steward, row, AuditAction.DELETED, before=before)
        for table in (AuditedConvention, ManagedPerson):
            for part in session.scalars(select(table).where(table.membership_id == row.id)):
                session.delete(part)
        session.flush()
        session.delete(row)
        session.flush()
        return
    row.end_on = end_on
    session.flush()
    after: dict[str, Value] = {"role": row.role, "end_on": end_on}
    _tell(session, steward, row, AuditAction.CHANGED, before=before, after=after)
    end = "n'a plus de fin" if end_on is None else f"va jusqu'au {day_fr(end_on - DAY)}"
    tell_others(
        session, steward=steward, organisation_id=row.organisation_id, holders=[row.user_id],
        change=f"Le rôle « {label(Role(row.role))} » de {_name_of(session, row)} {end}.",
    )  # fmt: skip


def _name_of(session: AnySession, row: Membership) -> str:
    return session.get_one(User, row.user_id).name


def get_membership(session: AnySession, *, steward: Steward, membership_id: int) -> Membership:
    """Role of an organisation that the steward administers.

    Raises: NotFound: another one, or none.
    """
    row = session.get(Membership, membership_id)
    if row is None or not steward.reaches(row.organisation_id):
        raise NotFound(NO_SUCH_ROLE)
    return row


def held_roles_of(
    session: AnySession, *, steward: Steward, user_ids: Sequence[int] | None = None
) -> Sequence[HeldRole]:
    """Roles of accounts that a steward may see, past and future ones too, the newest first.

    Without ``user_ids`` everybody's within reach.
    """
    query = (
        select(Membership, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .order_by(Membership.start_on.desc(), Membership.id.desc())
    )
    if user_ids is not None:
        query = query.where(Membership.user_id.in_(user_ids))
    if steward.organisations is not None:
        query = query.where(Membership.organisation_id.in_(sorted(steward.organisations)))
    rows = session.execute(query).all()
    limits = _limits(session, [row for row, _ in rows])
    return [
        HeldRole(
            row.id, row.user_id, Role(row.role), row.organisation_id, name or "Plateforme",
            row.start_on, None if row.end_on is None else row.end_on - DAY,
            tuple(limits.get(row.id, ())),
        )
        for row, name in rows
    ]  # fmt: skip


def _limits(session: AnySession, rows: Sequence[Membership]) -> Mapping[int, list[str]]:
    """What limits roles, in words, by their ids."""
    ids = [row.id for row in rows if row.role == Role.AUDITOR.value]
    found: dict[int, list[str]] = {}
    audited = (
        select(AuditedConvention.membership_id, Convention.number)
        .join(Convention, Convention.id == AuditedConvention.convention_id)
        .where(AuditedConvention.membership_id.in_(ids))
        .order_by(Convention.number)
    )
    managed = (
        select(ManagedPerson.membership_id, Person.last_name, Person.first_name)
        .join(Person, Person.id == ManagedPerson.person_id)
        .where(ManagedPerson.membership_id.in_([r.id for r in rows if not r.has_whole_team]))
        .order_by(Person.last_name, Person.first_name)
    )
    for membership_id, number in session.execute(audited):
        found.setdefault(membership_id, []).append(number)
    for membership_id, last_name, first_name in session.execute(managed):
        found.setdefault(membership_id, []).append(f"{last_name} {first_name}")
    return found | _agents(session, rows)


def _agents(session: AnySession, rows: Sequence[Membership]) -> dict[int, list[str]]:
    ids = {row.person_id for row in rows if row.role == Role.FACILITATOR.value and row.person_id}
    query = select(Person).where(Person.id.in_(ids))
    names = {row.id: f"{row.last_name} {row.first_name}" for row in session.scalars(query)}
    facilitators = [row for row in rows if row.role == Role.FACILITATOR.value]
    return {r.id: [names[r.person_id]] for r in facilitators if r.person_id in names}


def _require_new(session: AnySession, user_id: int, wanted: WantedRole, start_on: date) -> None:
    """Refuse the same role twice over the same days, and an agent who is somebody else."""
    end_on = FOREVER if wanted.last_on is None else wanted.last_on + DAY
    overlapping = (
        Membership.start_on < end_on,
        or_(Membership.end_on.is_(None), Membership.end_on > start_on),
    )
    same = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.role == wanted.role.value,
        Membership.organisation_id == wanted.organisation_id,
        *overlapping,
    )
    _require(
        session.scalar(same.limit(1)) is None,
        "role",
        f"ce compte est déjà « {label(wanted.role)} » à ces dates : changez plutôt la fin du rôle",
    )
    taken = select(Membership.id).where(
        Membership.person_id == wanted.person_id, Membership.user_id != user_id, *overlapping
    )
    _require(
        wanted.person_id is None or session.scalar(taken.limit(1)) is None,
        "person",
        "cet agent a déjà un autre compte : mettez d'abord fin au rôle qui l'y rattache",
    )


def _told_limits(session: AnySession, row: Membership) -> dict[str, Value]:
    """What limits a role, by codes and numbers: the trail holds no agent's name."""
    told: dict[str, Value] = {"end_on": row.end_on}
    audited = (
        select(Convention.number)
        .join(AuditedConvention, AuditedConvention.convention_id == Convention.id)
        .where(AuditedConvention.membership_id == row.id)
        .order_by(Convention.number)
    )
    managed = (
        select(Person.code)
        .join(ManagedPerson, ManagedPerson.person_id == Person.id)
        .where(ManagedPerson.membership_id == row.id)
        .order_by(Person.code)
    )
    if row.role == Role.AUDITOR.value:
        told["conventions"] = ", ".join(session.scalars(audited))
    if not row.has_whole_team:
        told["team"] = ", ".join(session.scalars(managed))
    if row.person_id is not None:
        told["person_id"] = session.scalar(select(Person.code).where(Person.id == row.person_id))
    return told


def _tell(
    session: AnySession,
    steward: Steward,
    row: Membership,
    action: AuditAction,
    *,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
) -> None:
    steward.tell(
        session, AuditObject.ROLE, f"{row.user_id} › {label(Role(row.role))}",
        organisation_id=row.organisation_id, action=action, before=before, after=after,
    )  # fmt: skip


def _require(holds: bool, field: str, message: str) -> None:
    if not holds:
        raise Conflict(message, field=field)
