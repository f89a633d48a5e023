"""Users as those see them who administer: a list, one account, and what may be done to it.

Each act is told in the trail with its reason, and the account's person is told by mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.enums import AccountState, AuditObject, Role
from grants.errors import Conflict, Forbidden
from grants.labels import label
from grants.models.accounts import SecondFactor, User
from grants.models.audit import PLATFORM
from grants.rules.audit.chain import Value
from grants.services.accounts.second_factor import (
    FactorState,
    remove_second_factor,
    second_factor_state,
)
from grants.services.accounts.sessions import (
    RunningSession,
    end_session,
    end_sessions,
    list_sessions,
)
from grants.services.accounts.users import Account, account_of
from grants.services.audit.reading import TrailEvent, histories
from grants.services.platform.mail import queue_mail
from grants.services.roles.giving import HeldRole, held_roles_of
from grants.services.roles.notices import tell_others
from grants.services.roles.stewardship import (
    SERVES_OTHERS,
    Steward,
    get_user_row,
    get_whole_user,
    home_chain,
    require_other_administrator,
    serves_others,
)

CHANGED = "Votre compte a changé"
MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account in the list, with the roles of it that the reader may see."""

    account: Account
    roles: Sequence[HeldRole]
    has_second_factor: bool
    state: AccountState
    created_at: datetime

    @property
    def organisations(self) -> str:
        """Names of the organisations where it holds a role, each once."""
        return ", ".join(sorted({role.organisation for role in self.roles}))

    @property
    def wordings(self) -> str:
        """Its roles in words, each once."""
        return ", ".join(sorted({label(role.role) for role in self.roles}))


@dataclass(frozen=True, slots=True)
class UserSheet:
    """One account as a steward sees it. ``is_whole`` when they may change it as a whole;
    ``sessions`` and ``factor`` are told then only.
    """

    row: UserRow
    past_roles: Sequence[HeldRole]
    is_whole: bool
    is_self: bool
    factor: FactorState | None
    sessions: Sequence[RunningSession]
    history: Sequence[TrailEvent]


def list_user_rows(session: Session, *, steward: Steward) -> Sequence[UserRow]:
    """Accounts that have or had a role within reach; for an operator all of them."""
    held: dict[int, list[HeldRole]] = {}
    for role in held_roles_of(session, steward=steward):
        held.setdefault(role.user_id, []).append(role)
    query = select(User).order_by(User.name, User.id)
    rows = [row for row in session.scalars(query) if steward.is_operator or row.id in held]
    protected = set(
        session.scalars(select(SecondFactor.user_id).where(SecondFactor.confirmed_at.is_not(None)))
    )
    return [_row(steward, row, held.get(row.id, []), row.id in protected) for row in rows]


def _row(steward: Steward, row: User, held: Sequence[HeldRole], protected: bool) -> UserRow:
    lasting = [role for role in held if not role.is_over(steward.today)]
    state = AccountState.ACTIVE if lasting else AccountState.WITHOUT_ROLE
    return UserRow(
        account_of(row), lasting, protected,
        state if row.is_active else AccountState.DISABLED, row.created_at,
    )  # fmt: skip


def user_sheet(session: Session, *, steward: Steward, user_id: int) -> UserSheet:
    """One account.

    Raises: NotFound: it is out of reach.
    """
    row = get_user_row(session, steward=steward, user_id=user_id)
    held = held_roles_of(session, steward=steward, user_ids=[user_id])
    is_whole = not serves_others(session, steward=steward, user_id=user_id)
    factor = second_factor_state(session, user_id=user_id)
    return UserSheet(
        _row(steward, row, held, factor.is_on),
        [role for role in held if role.is_over(steward.today)],
        is_whole,
        user_id == steward.user_id,
        factor if is_whole else None,
        list_sessions(session, user_id=user_id, at=steward.deed.at) if is_whole else (),
        _history(session, steward, user_id, is_whole),
    )


def _history(
    session: Session, steward: Steward, user_id: int, is_whole: bool
) -> Sequence[TrailEvent]:
    """What was done to an account and by its person to it: of the reader's organisations, and of
    the platform when the account serves nobody else.
    """
    chains = None
    if steward.organisations is not None:
        chains = steward.organisations | ({PLATFORM} if is_whole else set())
    return histories(
        session, chains=chains, kind=AuditObject.USER, key=str(user_id), limit=MOST_EVENTS
    )


def deactivate(session: Session, *, steward: Steward, user_id: int) -> None:
    """Close an account and end its sessions. Flushes, never commits.

    Raises: NotFound, Forbidden: see ``get_whole_user``. Conflict: an organisation would lose its
    last administrator.
    """
    row = get_whole_user(session, steward=steward, user_id=user_id)
    held = held_roles_of(session, steward=steward, user_ids=[user_id])
    administered = {
        role.organisation_id
        for role in held
        if role.role is Role.ADMINISTRATOR and role.holds_on(steward.today)
    }
    for organisation_id in sorted(number for number in administered if number is not None):
        require_other_administrator(
            session, steward=steward, user_id=user_id, organisation_id=organisation_id,
            end_on=steward.today,
        )  # fmt: skip
    row.is_active = False
    end_sessions(session, user_id=user_id)
    session.flush()
    _tell(session, steward, row, {"is_active": True}, {"is_active": False})
    _notify(session, steward, row, "il est désactivé")


def reactivate(session: Session, *, steward: Steward, user_id: int) -> None:
    """Open a closed account again; its person logs in anew.

    Raises: NotFound, Forbidden: see ``get_whole_user``.
    """
    row = get_whole_user(session, steward=steward, user_id=user_id)
    row.is_active = True
    session.flush()
    _tell(session, steward, row, {"is_active": False}, {"is_active": True})
    _notify(session, steward, row, "il est de nouveau actif")


def take_second_factor(session: Session, *, steward: Steward, user_id: int) -> bool:
    """Take an account's second factor away when telephone and codes are lost; its sessions end.

    Returns: whether there was one. Raises: NotFound, Forbidden: see ``get_whole_user``.
    """
    row = get_whole_user(session, steward=steward, user_id=user_id)
    end_sessions(session, user_id=user_id)
    if not remove_second_factor(session, user_id=user_id):
        return False
    before: dict[str, Value] = {"second_factor": "active"}
    _tell(session, steward, row, before, {"second_factor": "inactive"})
    _notify(session, steward, row, "sa double authentification a été retirée")
    tell_others(
        session, steward=steward,
        organisation_id=home_chain(session, steward=steward, user_id=user_id),
        change=f"La double authentification de {row.name} a été retirée.",
    )  # fmt: skip
    return True


def end_user_sessions(
    session: Session, *, steward: Steward, user_id: int, session_id: int | None = None
) -> int:
    """End one session of an account, or all of them; how many there were.

    Raises: NotFound, Forbidden: see ``get_whole_user``; NotFound too for a session that is not
    its own.
    """
    row = get_whole_user(session, steward=steward, user_id=user_id)
    if session_id is None:
        ended = end_sessions(session, user_id=user_id)
    else:
        end_session(session, user_id=user_id, session_id=session_id)
        ended = 1
    _tell(session, steward, row, None, {"sessions_ended": ended})
    return ended


def require_whole(sheet: UserSheet) -> None:
    """Refuse before anything is asked what would be refused afterwards.

    Raises: Forbidden: the account serves others too.
    """
    if not sheet.is_whole:
        raise Forbidden(SERVES_OTHERS)


def _tell(
    session: Session,
    steward: Steward,
    row: User,
    before: Mapping[str, Value] | None,
    after: Mapping[str, Value] | None,
) -> None:
    chain = home_chain(session, steward=steward, user_id=row.id)
    steward.tell(
        session, AuditObject.USER, str(row.id), organisation_id=chain, before=before, after=after,
    )  # fmt: skip


def _notify(session: Session, steward: Steward, row: User, change: str) -> None:
    """Tell the account's person, who may not have asked for it; an address that no mail reaches
    must not keep an account open.
    """
    at = steward.deed.at
    with suppress(Conflict):
        queue_mail(
            session, to=row.email, subject=CHANGED, template="account_changed",
            context={"name": row.name, "change": change, "at": at},
            key=f"account_changed:{row.id}:{change}:{at.isoformat()}", at=at,
        )  # fmt: skip
