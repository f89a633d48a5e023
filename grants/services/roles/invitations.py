"""Invitations: a role offered by mail, which exists once somebody accepts it.

The link in the mail opens one page and once. Whoever has an account accepts by logging in, nobody's
password is touched; whoever has none chooses one. Until then those who invite see the address and
the name that they typed themselves, and nothing of what other organisations know.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.enums import AuditAction, AuditObject, Role
from grants.errors import Conflict, Forbidden, NotFound
from grants.french import folded
from grants.labels import label
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.roles import Invitation, InvitedConvention, InvitedPerson, Membership
from grants.services.accounts.telling import actor_of, record_account
from grants.services.accounts.throttling import normalised
from grants.services.accounts.users import Account, account_of, add_user, find_row
from grants.services.audit.deed import Deed
from grants.services.platform.mail import queue_mail
from grants.services.platform.tenancy import Scope, set_scope
from grants.services.roles.giving import WantedRole, put_role, require_may_give
from grants.services.roles.notices import tell_others
from grants.services.roles.stewardship import NotOneself, Steward

LASTS = timedelta(days=7)
TOKEN_BYTES = 32
# Nobody may use the outbox to write to the whole world.
MOST_WAITING = 500
NAME_LENGTH = 200
# Of the page that a link opens; the site routes it (``views/roles/accepting.py``).
PATH = "/invitation/"
SUBJECT = "Invitation au suivi des subventions"
PLATFORM = "la plateforme"
OVER = (
    "Cette invitation n'est plus valable : elle a déjà servi, a été retirée, a été remplacée par "
    "une plus récente, ou a dépassé sa date. Demandez-en une autre à qui vous l'a envoyée."
)
NO_SUCH_INVITATION = "Cette invitation n'existe pas, ou n'est pas de votre structure."

Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited, as whoever invites knows them."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Pending:
    """An invitation that waits, as those who invite see it."""

    id: int
    email: str
    name: str
    role: Role
    organisation: str
    last_on: date | None
    invited_by: str
    created_at: datetime
    expires_at: datetime

    def is_expired(self, at: datetime) -> bool:
        """Whether its link is too old; sending it again gives it a new one."""
        return self.expires_at <= at


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link offers to whoever opens it; ``account`` is the one that has the address."""

    email: str
    name: str
    role: Role
    organisation: str
    invited_by: str
    account: Account | None


def invite(
    session: Session, *, steward: Steward, guest: Guest, wanted: WantedRole, link: Link
) -> str:
    """Offer a role to an address. Flushes, never commits.

    Returns: the link's token, which only a terminal may show: who sees it can be the guest.
    Raises: see ``require_may_give``. Conflict: an address that is none, has a role in the
    organisation, was invited already or is one's own; ``field`` says which.
    """
    require_may_give(session, steward=steward, wanted=wanted)
    address, name = normalised(guest.email), guest.name.strip()
    _require(0 < len(name) <= NAME_LENGTH, "name", "donnez le nom de la personne")
    _require_somebody_else(session, steward, address, name)
    _require_stranger(session, address, wanted.organisation_id)
    _require_room(session, steward)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = Invitation(
        organisation_id=wanted.organisation_id, email=address, name=name, role=wanted.role.value,
        last_on=wanted.last_on, person_id=wanted.person_id, has_whole_team=wanted.team is None,
        invited_by=steward.deed.actor.label[:NAME_LENGTH], token_hash=_hash(token),
        created_at=steward.deed.at, expires_at=steward.deed.at + LASTS,
    )  # fmt: skip
    _put(session, row, wanted)
    _tell(session, steward, row, AuditAction.CREATED, after={"role": row.role})
    _send(session, row, token, link)
    tell_others(
        session, steward=steward, organisation_id=row.organisation_id,
        change=f"{name} est invité au rôle « {label(wanted.role)} ».",
    )  # fmt: skip
    return token


def _require_somebody_else(session: Session, steward: Steward, address: str, name: str) -> None:
    """A second account of one's own would be a right given to oneself; a mailbox behind another
    name cannot be told, hence the mail to the other administrators.
    """
    own = None if steward.user_id is None else session.get(User, steward.user_id)
    if own is not None and (
        _mailbox(own.email) == _mailbox(address) or folded(own.name) == folded(name)
    ):
        raise NotOneself("email" if _mailbox(own.email) == _mailbox(address) else "name")


def _mailbox(address: str) -> str:
    """Where an address leads, without what stands behind a « + »."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _put(session: Session, row: Invitation, wanted: WantedRole) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Conflict(
            f"« {row.email} » est déjà invité à ce rôle : renvoyez l'invitation plutôt",
            field="email",
        ) from error
    for number in sorted(set(wanted.conventions)):
        session.add(InvitedConvention(invitation_id=row.id, convention_id=number))
    for number in sorted(set(wanted.team or ())):
        session.add(InvitedPerson(invitation_id=row.id, person_id=number))
    session.flush()


def _require_stranger(session: Session, address: str, organisation_id: int | None) -> None:
    """Only whoever administers an organisation learns that somebody is of it already."""
    query = (
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(User.email == address, Membership.organisation_id == organisation_id)
    )
    known = session.scalar(query.limit(1))
    _require(
        known is None,
        "email",
        f"« {address} » a déjà un compte ici, au nom de {known} : donnez-lui le rôle sur sa fiche",
    )


def _require_room(session: Session, steward: Steward) -> None:
    waiting = session.scalar(select(func.count(Invitation.id)).where(*_waiting(steward))) or 0
    _require(
        waiting < MOST_WAITING,
        "email",
        f"{waiting} invitations attendent déjà une réponse : retirez celles qui ne servent plus",
    )


def resend(session: Session, *, steward: Steward, invitation_id: int, link: Link) -> str:
    """Send a new link; the former one is dead. Flushes, never commits.

    Returns: the token, see ``invite``. Raises: NotFound: it is out of reach, or waits no more.
    """
    row = _get_row(session, steward, invitation_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.token_hash, row.expires_at = _hash(token), steward.deed.at + LASTS
    session.flush()
    _tell(session, steward, row, AuditAction.CHANGED, after={"sent_again": True})
    _send(session, row, token, link)
    return token


def revoke(session: Session, *, steward: Steward, invitation_id: int) -> None:
    """Take an invitation back: its link opens nothing any more.

    Raises: NotFound: it is out of reach, or waits no more.
    """
    row = _get_row(session, steward, invitation_id)
    row.revoked_at = steward.deed.at
    session.flush()
    _tell(
        session, steward, row, AuditAction.CHANGED, before={"revoked": False},
        after={"revoked": True},
    )  # fmt: skip


def list_pending(session: Session, *, steward: Steward) -> Sequence[Pending]:
    """Invitations that wait, expired ones too, the newest first."""
    return _pending(session, *_waiting(steward))


def get_pending(session: Session, *, steward: Steward, invitation_id: int) -> Pending:
    """One of them. Raises: NotFound: it is out of reach, or waits no more."""
    _get_row(session, steward, invitation_id)
    return _pending(session, Invitation.id == invitation_id)[0]


def get_offer(session: Session, *, token: str, at: datetime) -> Offer:
    """What a link offers.

    Raises: NotFound: it was used, taken back, replaced, is too old, or never was: one answer.
    """
    row = _get_open_row(session, token, at)
    found = find_row(session, row.email)
    account = None if found is None else account_of(found)
    return Offer(
        row.email, row.name, Role(row.role), _organisation_name(session, row), row.invited_by,
        account,
    )  # fmt: skip


def accept_with_password(session: Session, *, token: str, password: str, deed: Deed) -> Account:
    """Open the account that the link was for, with a password, and give it the role.

    Raises: NotFound: see ``get_offer``. Conflict: a poor password (field ``password``), the
    address has an account meanwhile, or the role can no longer be given.
    """
    row = _get_open_row(session, token, deed.at)
    account = add_user(session, email=row.email, name=row.name, password=password, at=deed.at)
    deed = replace(deed, actor=actor_of(account))
    record_account(
        session, account, action=AuditAction.CREATED,
        after={"name": account.name, "is_active": True}, deed=deed,
    )  # fmt: skip
    _accept(session, row, account, deed)
    return account


def accept_with_account(session: Session, *, token: str, account: Account, deed: Deed) -> None:
    """Give the role to the account that is logged in and has the link's address.

    Raises: NotFound: see ``get_offer``. Forbidden: it is somebody else's. Conflict: the role can
    no longer be given.
    """
    row = _get_open_row(session, token, deed.at)
    if account.email != row.email:
        raise Forbidden(
            "Cette invitation est pour une autre adresse que celle de votre compte : "
            "déconnectez-vous, puis ouvrez le lien de nouveau."
        )
    _accept(session, row, account, replace(deed, actor=actor_of(account)))


def _accept(session: Session, row: Invitation, account: Account, deed: Deed) -> None:
    if row.organisation_id is not None:
        # Nobody's pages set a scope here: the link reaches the organisation that sent it, only.
        set_scope(session, Scope(frozenset({row.organisation_id})))
    # In one statement: of two requests with the same link, one finds it gone.
    used = (
        update(Invitation)
        .where(Invitation.id == row.id, *_is_open())
        .values(accepted_at=deed.at)
        .returning(Invitation.id)
    )
    if not session.scalars(used).all():
        raise NotFound(OVER)
    steward = Steward(None, deed)
    wanted = _wanted(session, row)
    put_role(session, steward=steward, user_id=account.id, wanted=wanted, start_on=deed.as_of)
    _tell(session, steward, row, AuditAction.CHANGED, after={"accepted": True})


def _wanted(session: Session, row: Invitation) -> WantedRole:
    conventions = session.scalars(
        select(InvitedConvention.convention_id).where(InvitedConvention.invitation_id == row.id)
    )
    persons = session.scalars(
        select(InvitedPerson.person_id).where(InvitedPerson.invitation_id == row.id)
    )
    team = None if row.has_whole_team else tuple(persons)
    return WantedRole(
        Role(row.role), row.organisation_id, row.last_on, row.person_id, tuple(conventions), team
    )


def _get_open_row(session: Session, token: str, at: datetime) -> Invitation:
    query = select(Invitation).where(
        Invitation.token_hash == _hash(token), Invitation.expires_at > at, *_is_open()
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(OVER)
    return row


def _get_row(session: Session, steward: Steward, invitation_id: int) -> Invitation:
    query = select(Invitation).where(Invitation.id == invitation_id, *_waiting(steward))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_INVITATION)
    return row


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))


def _waiting(steward: Steward) -> tuple[ColumnElement[bool], ...]:
    if steward.organisations is None:
        return _is_open()
    return (*_is_open(), Invitation.organisation_id.in_(sorted(steward.organisations)))


def _pending(session: Session, *which: ColumnElement[bool]) -> Sequence[Pending]:
    query = (
        select(Invitation, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .where(*which)
        .order_by(Invitation.id.desc())
    )
    return [
        Pending(
            row.id, row.email, row.name, Role(row.role), name or PLATFORM, row.last_on,
            row.invited_by, row.created_at, row.expires_at,
        )
        for row, name in session.execute(query)
    ]  # fmt: skip


def _send(session: Session, row: Invitation, token: str, link: Link) -> None:
    context = {
        "name": row.name,
        "inviter": row.invited_by,
        "organisation": _organisation_name(session, row),
        "expires": row.expires_at,
        "link": link(token),
    }
    queue_mail(
        session, to=row.email, subject=SUBJECT, template="invitation", context=context,
        key=f"invitation:{row.token_hash}", at=row.expires_at - LASTS,
    )  # fmt: skip


def _organisation_name(session: AnySession, row: Invitation) -> str:
    found = None if row.organisation_id is None else session.get(Organisation, row.organisation_id)
    return PLATFORM if found is None else found.name


def _tell(
    session: Session,
    steward: Steward,
    row: Invitation,
    action: AuditAction,
    *,
    before: dict[str, bool | str] | None = None,
    after: dict[str, bool | str] | None = None,
) -> None:
    # Never the address: the trail cannot be purged.
    steward.tell(
        session, AuditObject.INVITATION, str(row.id), organisation_id=row.organisation_id,
        action=action, before=before, after=after,
    )  # fmt: skip


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _require(holds: bool, field: str, message: str) -> None:
    if not holds:
        raise Conflict(message, field=field)
