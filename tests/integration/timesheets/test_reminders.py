"""Reminders of time sheets: to whom, when, and never to who is done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import LetterNature, Role
from grants.models.accounts import User
from grants.models.people import MissionLetter
from grants.models.platform import OutgoingMail
from grants.models.roles import Delegation
from grants.periods import Period
from grants.services.platform.tenancy import EVERY, set_scope
from grants.services.timesheets.reminders import links_from, list_reminders, remind
from grants.services.timesheets.steps import return_sheet, sign_sheet
from tests.factories.timesheets.sheets import (
    AS_OF,
    JANUARY,
    MANAGER,
    Desk,
    add_absence,
    add_desk,
    deed,
    fill_month,
)
from tests.support.visitors import open_account

SITE = "https://grants.exemple.test"
DUE = date(2025, 2, 5)


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    """Somebody who has an account, employed from the year on, with a manager."""
    set_scope(session(), EVERY)
    made = add_desk(session(), start_on=date(2025, 1, 1))
    fill_month(session(), made)
    accounts(session(), made)
    return made


def accounts(session: Session, desk: Desk) -> None:
    """The facilitator's account, and the manager's."""
    owner = {"organisation_id": desk.organisation_id}
    open_account(
        session, "ines@exemple.test", "Inès AUBRAC", Role.FACILITATOR,
        person_id=desk.person_id, **owner,
    )  # fmt: skip
    open_account(session, "thomas@exemple.test", "Thomas BELLEGARDE", Role.MANAGER, **owner)
    open_account(session, "finance@exemple.test", "Anne", Role.FINANCE, **owner)


def mails(session: Session, day: date) -> list[tuple[str, str]]:
    """Who would get what on a day."""
    found = list_reminders(session, as_of=day, links=links_from(SITE))
    return [(one.email, one.template) for one in found]


def sent(session: Session, day: date) -> list[str]:
    """Subjects that the daily task adds to the outbox on a day."""
    before = set(session.scalars(select(OutgoingMail.id)))
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    remind(session, day=day, at=at, site_url=SITE)
    session.commit()
    rows = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [row.subject for row in rows if row.id not in before]


def sign(session: Session, desk: Desk) -> None:
    """The person signs January."""
    sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed())
    session.commit()


def test_a_month_that_ended_is_asked_for_and_only_once(
    session: scoped_session[Session], desk: Desk
) -> None:
    assert mails(session(), date(2025, 1, 31)) == []
    assert sent(session(), date(2025, 2, 1)) == [
        "Votre feuille de temps de janvier 2025 est à signer"
    ]
    assert sent(session(), date(2025, 2, 2)) == []


def test_a_late_month_is_told_once_a_week(session: scoped_session[Session], desk: Desk) -> None:
    assert ("ines@exemple.test", "sheets_late") not in mails(session(), DUE)
    late = DUE + timedelta(days=1)
    assert late.isoweekday() == 4
    assert sent(session(), late) == ["Feuille de temps en retard"]
    assert sent(session(), late + timedelta(days=3)) == []
    assert sent(session(), late + timedelta(days=4)) == ["Feuille de temps en retard"]


def test_whoever_signed_is_left_in_peace_and_the_manager_is_told(
    session: scoped_session[Session], desk: Desk
) -> None:
    sign(session(), desk)

    assert mails(session(), AS_OF) == [("thomas@exemple.test", "sheets_to_approve")]


def test_a_returned_month_is_told_with_its_reason(
    session: scoped_session[Session], desk: Desk
) -> None:
    sign(session(), desk)
    return_sheet(
        session(),
        person_id=desk.person_id,
        month=JANUARY,
        deed=deed(actor=MANAGER, reason="Le 7 manque une réunion"),
    )
    session.commit()

    assert mails(session(), AS_OF) == [("ines@exemple.test", "sheet_returned")]
    sent(session(), AS_OF)
    body = session.scalars(select(OutgoingMail.body)).one()
    assert "Le 7 manque une réunion" in body
    assert f"{SITE}/feuilles/{desk.person_id}/2025-01" in body


def test_a_person_away_all_month_is_not_reminded(session: scoped_session[Session]) -> None:
    set_scope(session(), EVERY)
    desk = add_desk(session(), start_on=date(2025, 1, 1))
    add_absence(session(), desk, Period(date(2025, 1, 1), date(2025, 2, 1)))
    accounts(session(), desk)

    assert mails(session(), DUE) == []


def test_a_letter_that_needs_no_sheet_ends_the_reminders(session: scoped_session[Session]) -> None:
    set_scope(session(), EVERY)
    desk = add_desk(session(), start_on=date(2025, 1, 1), nature=LetterNature.FULL_TIME)
    for row in session.scalars(select(MissionLetter)):
        row.signed_by_person_on = row.signed_by_manager_on = row.dated_on = date(2024, 12, 20)
    accounts(session(), desk)

    assert mails(session(), DUE) == []


def test_a_closed_account_gets_no_mail(session: scoped_session[Session], desk: Desk) -> None:
    for user in session.scalars(select(User)):
        user.is_active = False
    session.flush()

    assert mails(session(), DUE) == []


def test_a_substitute_is_told_what_waits_for_the_manager(
    session: scoped_session[Session], desk: Desk
) -> None:
    sign(session(), desk)
    users = {user.email: user.id for user in session.scalars(select(User))}
    session.add(
        Delegation(
            organisation_id=desk.organisation_id,
            from_user_id=users["thomas@exemple.test"],
            to_user_id=users["finance@exemple.test"],
            role=Role.MANAGER.value,
            start_on=AS_OF,
            end_on=AS_OF + timedelta(days=5),
        )
    )
    session.flush()

    assert ("finance@exemple.test", "sheets_to_approve") in mails(session(), AS_OF)
    later = AS_OF + timedelta(days=5)
    assert ("finance@exemple.test", "sheets_to_approve") not in mails(session(), later)
