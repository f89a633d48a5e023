"""Who administers users, how far they reach, and what they may do to whom.

An administrator reaches whoever has or had a role in their organisation. What touches an account as
a whole (closing it, its second factor, its sessions) is theirs only while the account serves nobody
else: it holds no role in another organisation, and is no operator's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from grants.enums import AuditAction, AuditObject, Role
from grants.errors import Conflict, Forbidden, NotFound
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.roles import Membership
from grants.rules.audit.chain import Value
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record

NO_SUCH_USER = "Ce compte n'existe pas, ou n'est pas de votre structure : revenez à la liste."
SERVES_OTHERS = (
    "Ce compte sert aussi hors de votre structure : l'exploitant seul peut y toucher ; vous pouvez "
    "mettre fin à ses rôles dans la vôtre."
)
YOURSELF = "C'est votre propre compte : demandez-le à un autre administrateur."
NOT_ONESELF = (
    "personne ne se donne un droit à soi-même : demandez-le, un autre administrateur ou le "
    "titulaire du rôle confirmera"
)
LAST_ADMINISTRATOR = (
    "c'est le dernier administrateur de la structure : donnez d'abord ce rôle à quelqu'un d'autre"
)


class NotOneself(Conflict):
    """Somebody would give a right to themselves: it is to be asked for (``requests``)."""

    def __init__(self, field: str) -> None:
        super().__init__(NOT_ONESELF, field=field)


@dataclass(frozen=True, slots=True)
class Steward:
    """Somebody who administers: the organisations where they may, None for all of them, and what
    they are about to do.
    """

    organisations: frozenset[int] | None
    deed: Deed

    @property
    def user_id(self) -> int | None:
        """Their account; None at a terminal."""
        return self.deed.actor.id

    @property
    def today(self) -> date:
        """The day that decides which roles hold."""
        return self.deed.as_of

    @property
    def is_operator(self) -> bool:
        """Whether they administer the whole installation."""
        return self.organisations is None

    def reaches(self, organisation_id: int | None) -> bool:
        """Whether they administer an organisation; None is the platform."""
        return self.organisations is None or organisation_id in self.organisations

    def tell(
        self,
        session: AnySession,
        kind: AuditObject,
        key: str,
        *,
        organisation_id: int | None,
        action: AuditAction = AuditAction.CHANGED,
        before: Mapping[str, Value] | None = None,
        after: Mapping[str, Value] | None = None,
    ) -> None:
        """Tell the trail what they did. Flushes."""
        record(
            session, deed=self.deed, organisation_id=organisation_id, action=action,
            object_kind=kind, object_key=key, before=before, after=after,
        )  # fmt: skip


def stewarded_organisations(session: AnySession, *, steward: Steward) -> Sequence[tuple[int, str]]:
    """Organisations that a steward administers, by name: ids and names."""
    query = select(Organisation.id, Organisation.name).order_by(Organisation.name)
    if steward.organisations is not None:
        query = query.where(Organisation.id.in_(sorted(steward.organisations)))
    return [(number, name) for number, name in session.execute(query)]


def get_organisation_row(
    session: AnySession, *, steward: Steward, organisation_id: int
) -> Organisation:
    """Organisation that a steward administers.

    Raises: NotFound: another one, or none.
    """
    row = session.get(Organisation, organisation_id)
    if row is None or not steward.reaches(organisation_id):
        raise NotFound("Cette structure n'existe pas, ou vous ne l'administrez pas.")
    return row


def get_user_row(session: AnySession, *, steward: Steward, user_id: int) -> User:
    """Account that a steward may know of.

    Raises: NotFound: another one, or none.
    """
    row = session.get(User, user_id)
    if row is None or not (steward.is_operator or _is_known_to(session, steward, user_id)):
        raise NotFound(NO_SUCH_USER)
    return row


def serves_others(session: AnySession, *, steward: Steward, user_id: int) -> bool:
    """Whether an account holds a role, today or later, out of a steward's reach."""
    if steward.organisations is None:
        return False
    query = select(Membership.organisation_id).where(
        Membership.user_id == user_id,
        or_(Membership.end_on.is_(None), Membership.end_on > steward.today),
    )
    return any(number not in steward.organisations for number in session.scalars(query))


def get_whole_user(session: AnySession, *, steward: Steward, user_id: int) -> User:
    """Account that a steward may change as a whole, their own excepted.

    Raises: NotFound: see ``get_user_row``. Forbidden: it serves others too, or is their own.
    """
    row = get_user_row(session, steward=steward, user_id=user_id)
    if serves_others(session, steward=steward, user_id=user_id):
        raise Forbidden(SERVES_OTHERS)
    if user_id == steward.user_id:
        raise Forbidden(YOURSELF)
    return row


def home_chain(session: AnySession, *, steward: Steward, user_id: int) -> int | None:
    """Organisation whose trail tells what a steward does to an account as a whole: theirs, or for
    an operator the platform's, which is None.
    """
    if steward.organisations is None:
        return None
    query = (
        select(Membership.organisation_id)
        .where(
            Membership.user_id == user_id,
            Membership.organisation_id.in_(sorted(steward.organisations)),
        )
        .order_by(Membership.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def require_other_administrator(
    session: AnySession, *, steward: Steward, user_id: int, organisation_id: int, end_on: date
) -> None:
    """Keep an administrator in each organisation: whoever is left must stay at least as long as
    the one who goes on ``end_on``. The operator may leave none, and be the one to give the next.

    Raises: Conflict: there is no other.
    """
    if steward.is_operator:
        return
    # Two administrators who end each other's role at the same moment wait here for one another.
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )
    others = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            User.is_active,
            Membership.user_id != user_id,
            Membership.organisation_id == organisation_id,
            Membership.role == Role.ADMINISTRATOR.value,
            Membership.start_on <= steward.today,
            or_(Membership.end_on.is_(None), Membership.end_on > max(end_on, steward.today)),
        )
    )
    if session.scalar(others.limit(1)) is None:
        raise Conflict(LAST_ADMINISTRATOR)


def administers(session: AnySession, user_id: int, organisation_id: int | None, day: date) -> bool:
    """Whether an account administers an organisation on a day, or the whole platform."""
    here = Membership.organisation_id == organisation_id
    query = select(Membership.id).where(
        Membership.user_id == user_id,
        or_(
            Membership.role == Role.OPERATOR.value,
            and_(Membership.role == Role.ADMINISTRATOR.value, here),
        ),
        Membership.start_on <= day,
        or_(Membership.end_on.is_(None), Membership.end_on > day),
    )
    return session.scalar(query.limit(1)) is not None


def _is_known_to(session: AnySession, steward: Steward, user_id: int) -> bool:
    query = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.organisation_id.in_(sorted(steward.organisations or ())),
    )
    return session.scalar(query.limit(1)) is not None
