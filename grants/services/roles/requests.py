"""What somebody asks for themselves: nobody gives themselves a right.

A role, a later end of one, or a substitution for somebody waits until another administrator, the
platform's operator or the holder of the role says yes; it then holds as if that one had given it.
Where nobody else could say yes, the terminal can: whoever has it is told by the trail.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import aliased

from grants.enums import AuditAction, AuditObject, RequestKind, Role
from grants.errors import Conflict, Forbidden, NotFound
from grants.french import day_fr
from grants.labels import label
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.roles import RoleRequest
from grants.services.roles.delegations import WantedDelegation, check_delegation, lend
from grants.services.roles.giving import (
    WantedRole,
    end_role,
    get_membership,
    put_role,
    require_may_give,
)
from grants.services.roles.notices import confirmers, tell_others
from grants.services.roles.stewardship import Steward, administers

LASTS = timedelta(days=14)
MOST_WAITING = 20
NO_SUCH_REQUEST = (
    "Cette demande n'existe pas, n'attend plus de réponse, ou n'est pas de votre ressort."
)
YOUR_OWN = "C'est votre propre demande : un autre administrateur, ou le titulaire, y répond."
NOBODY_ELSE = (
    "personne d'autre que vous n'administre cette structure : invitez d'abord un second "
    "administrateur, ou demandez à l'exploitant, qui le fait au terminal (« grants user "
    "give-role ») ; la piste d'audit en garde la trace"
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that waits, as those who answer it see it."""

    id: int
    kind: RequestKind
    role: Role
    organisation: str
    asked_by_id: int
    asked_by: str
    holder: str
    first: date
    last: date | None
    reason: str
    created_at: datetime
    expires_at: datetime

    @property
    def wording(self) -> str:
        """What is asked for, in one sentence."""
        end = "sans fin" if self.last is None else f"jusqu'au {day_fr(self.last)}"
        what = f"« {label(self.role)} » ({self.organisation})"
        match self.kind:
            case RequestKind.ROLE:
                start = f"dès le {day_fr(self.first)}"
                return f"{self.asked_by} demande pour soi le rôle {what}, {start}, {end}."
            case RequestKind.LATER_END:
                return f"{self.asked_by} demande que son propre rôle {what} dure {end}."
            case RequestKind.DELEGATION:
                return (
                    f"{self.asked_by} demande à exercer le rôle {what} de {self.holder} du "
                    f"{day_fr(self.first)} au {day_fr(self.last or self.first)}."
                )


def request_role(
    session: AnySession, *, steward: Steward, wanted: WantedRole, start_on: date
) -> int:
    """Ask for a role for oneself. Flushes, never commits.

    Returns: id of the request. Raises: see ``require_may_give``. Conflict: nobody else could
    confirm, or the same is asked for already.
    """
    require_may_give(session, steward=steward, wanted=wanted)
    kept = {**asdict(wanted), "start_on": start_on}
    return _put_request(
        session, steward, RequestKind.ROLE, wanted.role, wanted.organisation_id, kept, None
    )


def request_later_end(
    session: AnySession, *, steward: Steward, membership_id: int, last_on: date | None
) -> int:
    """Ask that a role of one's own ends later. See ``request_role``."""
    row = get_membership(session, steward=steward, membership_id=membership_id)
    kept = {"membership_id": row.id, "start_on": steward.today, "last_on": last_on}
    return _put_request(
        session, steward, RequestKind.LATER_END, Role(row.role), row.organisation_id, kept, None
    )


def request_delegation(session: AnySession, *, steward: Steward, wanted: WantedDelegation) -> int:
    """Ask to exercise somebody's role oneself; its holder may confirm too. See ``request_role``."""
    check_delegation(session, steward=steward, wanted=wanted)
    kept = {**asdict(wanted), "start_on": wanted.first_on}
    return _put_request(
        session, steward, RequestKind.DELEGATION, wanted.role, wanted.organisation_id, kept,
        wanted.from_user_id,
    )  # fmt: skip


def list_requests(session: AnySession, *, steward: Steward) -> Sequence[Request]:
    """Requests that wait where a steward administers, their own too, the oldest first."""
    return _shown(session, *_waiting(steward.deed.at), *_of_steward(steward))


def list_requests_of_holder(session: AnySession, *, steward: Steward) -> Sequence[Request]:
    """Requests that wait for whoever holds the role that is asked for."""
    mine = RoleRequest.holder_id == steward.user_id
    return _shown(session, *_waiting(steward.deed.at), mine)


def get_request(session: AnySession, *, steward: Steward, request_id: int) -> Request:
    """One that a steward, or the holder, may answer.

    Raises: NotFound: it is out of reach, or waits no more.
    """
    row = _get_row(session, steward, request_id, own=True)
    return _shown(session, RoleRequest.id == row.id)[0]


def confirm_request(session: AnySession, *, steward: Steward, request_id: int) -> None:
    """Say yes: what was asked for holds. Flushes, never commits.

    Raises: NotFound: see ``get_request``. Forbidden: it is one's own. Conflict: it cannot be given
    any more.
    """
    row = _get_row(session, steward, request_id)
    asker = session.get_one(User, row.asked_by_id)
    if not (asker.is_active and administers(session, asker.id, row.organisation_id, steward.today)):
        raise Conflict("qui l'a demandé n'administre plus cette structure : la demande tombe")
    _take_request(session, steward, row, accepts=True)
    _APPLY[RequestKind(row.kind)](session, steward, row, json.loads(row.wanted))
    _tell(session, steward, row, "est confirmée")


def refuse_request(session: AnySession, *, steward: Steward, request_id: int) -> None:
    """Say no. Raises: see ``confirm_request``; one may take one's own back."""
    row = _get_row(session, steward, request_id, own=True)
    _take_request(session, steward, row, accepts=False)
    _tell(session, steward, row, "est refusée")


def _put_request(
    session: AnySession,
    steward: Steward,
    kind: RequestKind,
    role: Role,
    organisation_id: int | None,
    kept: Mapping[str, object],
    holder_id: int | None,
) -> int:
    if steward.user_id is None:
        raise Forbidden("un terminal ne demande rien pour soi : il donne")
    if not (confirmers(session, steward, organisation_id) or holder_id):
        raise Conflict(NOBODY_ELSE, field="role")
    _require_room(session, steward)
    row = RoleRequest(
        organisation_id=organisation_id, asked_by_id=steward.user_id, holder_id=holder_id,
        kind=kind.value, role=role.value, wanted=json.dumps(kept, default=str, sort_keys=True),
        reason=steward.deed.reason, created_at=steward.deed.at,
        expires_at=steward.deed.at + LASTS,
    )  # fmt: skip
    session.add(row)
    session.flush()
    steward.tell(
        session, AuditObject.ROLE_REQUEST, _key(row), organisation_id=organisation_id,
        action=AuditAction.CREATED, after={"role": row.role, "kind": row.kind},
    )  # fmt: skip
    _tell(session, steward, row, "attend une réponse")
    return row.id


def _require_room(session: AnySession, steward: Steward) -> None:
    mine = RoleRequest.asked_by_id == steward.user_id
    query = select(func.count(RoleRequest.id)).where(mine, *_waiting(steward.deed.at))
    if (session.scalar(query) or 0) >= MOST_WAITING:
        raise Conflict(f"{MOST_WAITING} de vos demandes attendent déjà une réponse", field="role")


def _take_request(
    session: AnySession, steward: Steward, row: RoleRequest, *, accepts: bool
) -> None:
    # In one statement: of two answers at the same moment, one finds it gone.
    answered = (
        update(RoleRequest)
        .where(RoleRequest.id == row.id, RoleRequest.decided_at.is_(None))
        .values(decided_at=steward.deed.at, decided_by_id=steward.user_id, is_accepted=accepts)
        .returning(RoleRequest.id)
    )
    if not session.scalars(answered).all():
        raise NotFound(NO_SUCH_REQUEST)
    steward.tell(
        session, AuditObject.ROLE_REQUEST, _key(row), organisation_id=row.organisation_id,
        after={"accepted": accepts, "role": row.role},
    )  # fmt: skip


def _give_role(
    session: AnySession, steward: Steward, row: RoleRequest, kept: Mapping[str, object]
) -> None:
    last_on, person_id, team = kept["last_on"], kept["person_id"], kept["team"]
    wanted = WantedRole(
        Role(row.role), row.organisation_id, _day(last_on),
        None if person_id is None else int(str(person_id)), _numbers(kept["conventions"]),
        None if team is None else _numbers(team),
    )  # fmt: skip
    start_on = max(_day(kept["start_on"]) or steward.today, steward.today)
    put_role(session, steward=steward, user_id=row.asked_by_id, wanted=wanted, start_on=start_on)


def _move_end(
    session: AnySession, steward: Steward, row: RoleRequest, kept: Mapping[str, object]
) -> None:
    end_role(
        session, steward=steward, membership_id=int(str(kept["membership_id"])),
        last_on=_day(kept["last_on"]),
    )  # fmt: skip


def _put_delegation(
    session: AnySession, steward: Steward, row: RoleRequest, kept: Mapping[str, object]
) -> None:
    first, last = _day(kept["first_on"]), _day(kept["last_on"])
    if row.organisation_id is None or row.holder_id is None or first is None or last is None:
        raise NotFound(NO_SUCH_REQUEST)
    wanted = WantedDelegation(
        row.organisation_id, Role(row.role), row.holder_id, row.asked_by_id, first, last
    )
    lend(session, steward=steward, wanted=wanted)


_APPLY: Mapping[
    RequestKind, Callable[[AnySession, Steward, RoleRequest, Mapping[str, object]], None]
] = {
    RequestKind.ROLE: _give_role,
    RequestKind.LATER_END: _move_end,
    RequestKind.DELEGATION: _put_delegation,
}


def _get_row(
    session: AnySession, steward: Steward, request_id: int, *, own: bool = False
) -> RoleRequest:
    query = select(RoleRequest).where(
        RoleRequest.id == request_id, *_waiting(steward.deed.at), _answered_by(steward)
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_REQUEST)
    if row.asked_by_id == steward.user_id and not own:
        raise Forbidden(YOUR_OWN)
    return row


def _answered_by(steward: Steward) -> ColumnElement[bool]:
    holder = RoleRequest.holder_id == steward.user_id
    here = _of_steward(steward)
    return or_(holder, *here) if here else RoleRequest.id.is_not(None)


def _of_steward(steward: Steward) -> tuple[ColumnElement[bool], ...]:
    if steward.organisations is None:
        return ()
    return (RoleRequest.organisation_id.in_(sorted(steward.organisations)),)


def _waiting(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (RoleRequest.decided_at.is_(None), RoleRequest.expires_at > at)


def _shown(session: AnySession, *which: ColumnElement[bool]) -> Sequence[Request]:
    asker, holder = aliased(User), aliased(User)
    query = (
        select(RoleRequest, Organisation.name, asker.name, holder.name)
        .outerjoin(Organisation, Organisation.id == RoleRequest.organisation_id)
        .join(asker, asker.id == RoleRequest.asked_by_id)
        .outerjoin(holder, holder.id == RoleRequest.holder_id)
        .where(*which)
        .order_by(RoleRequest.id)
    )
    return [
        _request(row, organisation or "la plateforme", asked_by, held_by or "")
        for row, organisation, asked_by, held_by in session.execute(query)
    ]


def _request(row: RoleRequest, organisation: str, asked_by: str, holder: str) -> Request:
    kept = json.loads(row.wanted)
    return Request(
        row.id, RequestKind(row.kind), Role(row.role), organisation, row.asked_by_id,
        asked_by, holder, date.fromisoformat(kept["start_on"]), _day(kept["last_on"]), row.reason,
        row.created_at, row.expires_at,
    )  # fmt: skip


def _tell(session: AnySession, steward: Steward, row: RoleRequest, what: str) -> None:
    request = _shown(session, RoleRequest.id == row.id)[0]
    holders = [number for number in (row.asked_by_id, row.holder_id) if number is not None]
    tell_others(
        session, steward=steward, organisation_id=row.organisation_id,
        change=f"Une demande {what} : {request.wording}", holders=holders,
    )  # fmt: skip


def _key(row: RoleRequest) -> str:
    return f"{row.asked_by_id} › {row.id}"


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _numbers(value: object) -> tuple[int, ...]:
    return tuple(int(str(number)) for number in value) if isinstance(value, list) else ()
