"""Reminders of time sheets by mail: to sign, late, sent back, to approve; never to who is done.

A mail leaves once for what it tells: the outbox knows its key. What was told is not told again the
next day, what is late is told once a week.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from grants.french import FIXED, month_fr, of_month
from grants.models.accounts import User
from grants.models.base import AnySession
from grants.models.roles import Delegation, Membership
from grants.rules.timesheets.summary import SheetSummary
from grants.services.platform.mail import queue_mail
from grants.services.roles.memberships import roles_on
from grants.services.timesheets.duties import SheetDuties, months_of, sheet_duties


@dataclass(frozen=True, slots=True)
class Reminder:
    """One mail: to whom, what it is about, its key in the outbox, what its template shows."""

    user_id: int
    email: str
    template: str
    subject: str
    key: str
    context: dict[str, object]


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that mails lead to: one's own month, the team's month."""

    sheet: Callable[[int, date], str]
    team: Callable[[date], str]


def queue_reminders(
    session: AnySession, *, as_of: date, at: datetime, links: Links
) -> Sequence[Reminder]:
    """Put today's reminders into the outbox. Flushes; what was pending before is rolled back.

    Returns: those that were added; one that is there already is not added again.
    """
    found = list_reminders(session, as_of=as_of, links=links)
    # The reading was long: SQLite would refuse to write after it.
    session.rollback()
    return [reminder for reminder in found if _queue(session, reminder, at)]


def list_reminders(session: AnySession, *, as_of: date, links: Links) -> Sequence[Reminder]:
    """Reminders that the day calls for, sent already or not, by address."""
    return [
        reminder
        for user in _users(session, as_of)
        for reminder in _of_user(session, user, as_of, links)
    ]


def _users(session: AnySession, as_of: date) -> Sequence[User]:
    """Accounts that are open and hold a role today, their own or somebody's whom they replace."""
    holding = select(Membership.user_id).where(
        Membership.organisation_id.is_not(None),
        Membership.start_on <= as_of,
        or_(Membership.end_on.is_(None), Membership.end_on > as_of),
    )
    replacing = select(Delegation.to_user_id).where(
        Delegation.start_on <= as_of, Delegation.end_on > as_of
    )
    query = select(User).where(User.is_active, or_(User.id.in_(holding), User.id.in_(replacing)))
    return session.scalars(query.order_by(User.email)).all()


def _of_user(session: AnySession, user: User, as_of: date, links: Links) -> Iterator[Reminder]:
    duties = sheet_duties(session, roles_on(session, user_id=user.id, as_of=as_of), as_of=as_of)
    yield from _to_sign(user, duties, links)
    yield from _returned(user, duties, links)
    yield from _late(user, duties, as_of, links)
    yield from _to_approve(user, duties, as_of, links)


def _to_sign(user: User, duties: SheetDuties, links: Links) -> Iterator[Reminder]:
    for one in duties.to_sign:
        if not one.is_late and not one.returned_because:
            name = _of_month(one.month.start)
            yield Reminder(
                user.id,
                user.email,
                "sheet_to_sign",
                f"Votre feuille de temps {name} est à signer",
                f"sheet_to_sign:{user.id}:{one.month.start:%Y-%m}",
                {
                    "name": user.name,
                    "month": name,
                    "due": one.due_on,
                    "days": one.proposed_days,
                    "link": links.sheet(one.person.id, one.month.start),
                },
            )


def _returned(user: User, duties: SheetDuties, links: Links) -> Iterator[Reminder]:
    for one in duties.returned:
        name = _of_month(one.month.start)
        yield Reminder(
            user.id,
            user.email,
            "sheet_returned",
            f"Votre feuille de temps {name} vous est renvoyée",
            f"sheet_returned:{user.id}:{one.month.start:%Y-%m}:{one.version}",
            {
                "name": user.name,
                "month": name,
                "reason": one.returned_because,
                "link": links.sheet(one.person.id, one.month.start),
            },
        )


def _late(user: User, duties: SheetDuties, as_of: date, links: Links) -> Iterator[Reminder]:
    if duties.late:
        yield Reminder(
            user.id,
            user.email,
            "sheets_late",
            "Feuille de temps en retard",
            f"sheets_late:{user.id}:{as_of:%G-%V}",
            {
                "name": user.name,
                "sheets": [_line(one, links) for one in duties.late],
            },
        )


def _line(one: SheetSummary, links: Links) -> dict[str, object]:
    link = links.sheet(one.person.id, one.month.start)
    return {"month": _month(one.month.start), "due": one.due_on, "link": link}


def _month(first: date) -> str:
    # A header takes plain spaces only.
    return month_fr(first).replace(FIXED, " ")


def _of_month(first: date) -> str:
    return of_month(first).replace(FIXED, " ")


def _to_approve(user: User, duties: SheetDuties, as_of: date, links: Links) -> Iterator[Reminder]:
    if not duties.to_approve:
        return
    waiting = [
        {
            "month": _month(first),
            "count": sum(one.month.start == first for one in duties.to_approve),
            "link": links.team(first),
        }
        for first in months_of(duties.to_approve)
    ]
    yield Reminder(
        user.id,
        user.email,
        "sheets_to_approve",
        "Feuilles de temps à valider",
        f"sheets_to_approve:{user.id}:{as_of:%G-%V}",
        {"name": user.name, "months": waiting},
    )


def remind(session: AnySession, *, day: date, at: datetime, site_url: str) -> int:
    """The daily task: put the day's reminders into the outbox.

    Returns: 0: nothing here is for somebody to look at.
    """
    queue_reminders(session, as_of=day, at=at, links=links_from(site_url))
    return 0


def links_from(site_url: str) -> Links:
    """Addresses of the site's pages, for whoever has no request at hand.

    Example:
    >>> links_from("https://x.fr").sheet(3, date(2025, 1, 1))
    'https://x.fr/feuilles/3/2025-01'
    """
    return Links(
        lambda person_id, month: f"{site_url}/feuilles/{person_id}/{month:%Y-%m}",
        lambda month: f"{site_url}/equipe/{month:%Y-%m}",
    )


def _queue(session: AnySession, reminder: Reminder, at: datetime) -> bool:
    return queue_mail(
        session,
        to=reminder.email,
        subject=reminder.subject,
        template=reminder.template,
        context=reminder.context,
        key=reminder.key,
        at=at,
    )
