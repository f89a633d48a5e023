"""The calendar of due days that an account subscribes to: its secret address, what stands in it.

Whoever has the address reads it without logging in: it holds what one needs to come and look, no
name of anybody else. It is empty once the account is closed or holds no role.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select

from exports.deadlines.calendar import DueItem
from grants.enums import ConventionState, Role
from grants.errors import NotFound
from grants.french import count, day_fr, of_month
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.deadlines import CalendarFeed
from grants.models.organisations import Organisation
from grants.models.people import MissionLetter
from grants.periods import DAY
from grants.services.conventions.listing import ConventionRow, list_conventions
from grants.services.platform.tenancy import Scope, set_scope
from grants.services.roles.memberships import Access, Grant, access_of, roles_on
from grants.services.timesheets.duties import SheetDuties, months_of, sheet_duties

TOKEN_BYTES = 32
UNKNOWN = "Ce calendrier n'existe pas, ou plus : prenez sa nouvelle adresse sur « Mon compte »."
# Reports and ends further away would drown what is to be done.
HORIZON = timedelta(days=366)
FIGURES = frozenset({Role.FINANCE, Role.DIRECTOR})


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """Addresses that events lead to."""

    sheet: Callable[[int, date], str]
    team: Callable[[date], str]
    convention: Callable[[int], str]


def feed_since(session: AnySession, *, user_id: int) -> datetime | None:
    """When the account's address was made; None while it has none."""
    query = select(CalendarFeed.created_at).where(CalendarFeed.user_id == user_id)
    return session.scalars(query).one_or_none()


def renew_feed(session: AnySession, *, user_id: int, at: datetime) -> str:
    """Make the account's address, in place of the one it had. Flushes.

    Returns: the token of the address; it cannot be read again later.
    """
    end_feed(session, user_id=user_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(CalendarFeed(user_id=user_id, token_hash=_hash(token), created_at=at))
    session.flush()
    return token


def end_feed(session: AnySession, *, user_id: int) -> None:
    """Let the account's address lead nowhere. Flushes."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))


def get_feed_items(
    session: AnySession, *, token: str, as_of: date, links: FeedLinks
) -> Sequence[DueItem]:
    """What is due for whom an address belongs to. Narrows the session to what they reach.

    Raises: NotFound: no such address, or its account is closed.
    """
    query = (
        select(User.id)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(CalendarFeed.token_hash == _hash(token), User.is_active)
    )
    user_id = session.scalars(query).one_or_none()
    if user_id is None:
        raise NotFound(UNKNOWN)
    grants = roles_on(session, user_id=user_id, as_of=as_of)
    set_scope(session, Scope(access_of(grants).organisations))
    return list(_items(session, grants, as_of, links))


def _items(
    session: AnySession, grants: Sequence[Grant], as_of: date, links: FeedLinks
) -> Iterator[DueItem]:
    duties = sheet_duties(session, grants, as_of=as_of)
    yield from _sheets_to_sign(duties, links)
    yield from _sheets_to_approve(session, duties, links)
    reached = access_of(grant for grant in grants if grant.role in FIGURES)
    if reached.roles:
        yield from _conventions(session, reached, as_of, links)
        yield from _letters(session, reached, as_of, links)


def _sheets_to_sign(duties: SheetDuties, links: FeedLinks) -> Iterator[DueItem]:
    for one in duties.to_sign:
        month = one.month.start
        late = " (en retard)" if one.is_late else ""
        yield DueItem(
            f"sheet-{one.person.id}-{month:%Y-%m}@grants",
            one.due_on,
            f"Feuille de temps {of_month(month)} à signer{late}",
            link=links.sheet(one.person.id, month),
        )


def _sheets_to_approve(
    session: AnySession, duties: SheetDuties, links: FeedLinks
) -> Iterator[DueItem]:
    for month in months_of(duties.to_approve):
        waiting = [one for one in duties.to_approve if one.month.start == month]
        days = timedelta(days=_approval_days(session, waiting[0].organisation_id))
        yield DueItem(
            f"approve-{month:%Y-%m}@grants",
            max(one.due_on for one in waiting) + days,
            f"{count(len(waiting), 'feuille')} {of_month(month)} à valider",
            link=links.team(month),
        )


def _approval_days(session: AnySession, organisation_id: int) -> int:
    """A manager has as many days after the people as they had after the month."""
    query = select(Organisation.sheet_due_days).where(Organisation.id == organisation_id)
    return session.scalars(query).one()


def _conventions(
    session: AnySession, access: Access, as_of: date, links: FeedLinks
) -> Iterator[DueItem]:
    for row in list_conventions(session, as_of=as_of):  # type: ignore[arg-type] # a scoped session serves
        convention = row.convention
        if not access.reaches(convention.organisation.id, convention.id):
            continue
        link = links.convention(convention.id)
        if _is_report_near(row, as_of) and row.report_due_on is not None:
            note = f"Période du {day_fr(convention.period.start)} au "
            note += day_fr(convention.period.last)
            yield DueItem(
                f"report-{convention.id}@grants",
                row.report_due_on,
                f"Bilan de {convention.number} attendu par {convention.funder_name}",
                note,
                link,
            )
        if as_of <= convention.period.last <= as_of + HORIZON:
            yield DueItem(
                f"end-{convention.id}@grants",
                convention.period.last,
                f"Fin de la convention {convention.number}",
                link=link,
            )


def _is_report_near(row: ConventionRow, as_of: date) -> bool:
    is_open = row.state not in {ConventionState.SETTLED, ConventionState.UPCOMING}
    return is_open and row.report_due_on is not None and row.report_due_on <= as_of + HORIZON


def _letters(
    session: AnySession, access: Access, as_of: date, links: FeedLinks
) -> Iterator[DueItem]:
    letter = MissionLetter
    query = (
        select(letter.id, letter.convention_id, letter.organisation_id, letter.end_on)
        .where(letter.end_on > as_of, letter.end_on <= as_of + HORIZON)
        .order_by(letter.end_on, letter.id)
    )
    for number, convention_id, owner, end_on in session.execute(query):
        if end_on is not None and access.reaches(owner, convention_id):
            yield DueItem(
                f"letter-{number}@grants",
                end_on - DAY,
                "Une lettre de mission prend fin",
                link=links.convention(convention_id),
            )


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
