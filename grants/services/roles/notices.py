"""Who is written to when somebody's rights change: whose they are, and the other administrators.

Rights that are given in silence are given by whoever took an administrator's account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from textwrap import fill

from sqlalchemy import or_, select

from grants.enums import Role
from grants.errors import Conflict
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.roles import Membership
from grants.services.platform.mail import queue_mail
from grants.services.roles.stewardship import Steward

SUBJECT = "Des droits ont changé"
KEY_LENGTH = 16
LINE = 76


def tell_others(
    session: AnySession,
    *,
    steward: Steward,
    organisation_id: int | None,
    change: str,
    holders: Iterable[int] = (),
) -> None:
    """Write to the accounts concerned and to the other administrators what was changed.

    ``change`` is a sentence; ``holders`` are the accounts whose rights they are. Whoever does it is
    told only by the page. An address that no mail reaches keeps nobody from anything.
    """
    concerned = {*holders, *administrators(session, steward, organisation_id)}
    where = _name(session, organisation_id)
    for row in session.scalars(select(User).where(User.id.in_(concerned)).order_by(User.id)):
        if row.id != steward.user_id and row.is_active:
            _write(session, steward, row, change, where)


def administrators(
    session: AnySession, steward: Steward, organisation_id: int | None
) -> Sequence[int]:
    """Accounts, but for the steward's own, that administer an organisation today; where it has no
    other, and for the platform, its operators.
    """
    here = _holding(session, steward, Role.ADMINISTRATOR, organisation_id)
    return here or _holding(session, steward, Role.OPERATOR, None)


def confirmers(session: AnySession, steward: Steward, organisation_id: int | None) -> Sequence[int]:
    """Accounts that may say yes to what a steward asks for themselves."""
    here = _holding(session, steward, Role.ADMINISTRATOR, organisation_id)
    return [*here, *_holding(session, steward, Role.OPERATOR, None)]


def _holding(
    session: AnySession, steward: Steward, role: Role, organisation_id: int | None
) -> list[int]:
    if role is Role.ADMINISTRATOR and organisation_id is None:
        return []
    query = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.is_active,
            Membership.role == role.value,
            Membership.organisation_id == organisation_id
            if organisation_id is not None
            else Membership.organisation_id.is_(None),
            Membership.start_on <= steward.today,
            or_(Membership.end_on.is_(None), Membership.end_on > steward.today),
        )
        .distinct()
        .order_by(User.id)
    )
    return [number for number in session.scalars(query) if number != steward.user_id]


def _write(session: AnySession, steward: Steward, row: User, change: str, where: str) -> None:
    at = steward.deed.at
    digest = sha256(f"{change} {where}".encode()).hexdigest()[:KEY_LENGTH]
    context = {
        "name": row.name, "change": fill(change, LINE), "where": where,
        "who": steward.deed.actor.label, "reason": steward.deed.reason, "at": at,
    }  # fmt: skip
    with suppress(Conflict):
        queue_mail(
            session, to=row.email, subject=SUBJECT, template="rights_changed", context=context,
            key=f"rights:{row.id}:{digest}:{at.isoformat()}", at=at,
        )  # fmt: skip


def _name(session: AnySession, organisation_id: int | None) -> str:
    found = None if organisation_id is None else session.get(Organisation, organisation_id)
    return "la plateforme" if found is None else found.name
