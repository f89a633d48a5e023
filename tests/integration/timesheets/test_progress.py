"""The running share is the one that the claim will test: over the letter's days, absences as the
convention counts them, the minimum in force.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.models.conventions import Convention
from grants.models.people import MissionLetter
from grants.periods import Period
from grants.rules.timesheets.sheet import ShareProgress
from grants.services.timesheets.loading import load_sheet
from tests.factories.platform.rows import add_amendment
from tests.factories.timesheets.sheets import (
    AS_OF,
    JANUARY,
    YEAR,
    Desk,
    add_absence,
    add_desk,
    add_hours,
)


@pytest.fixture
def desk(session: scoped_session[Session]) -> Desk:
    """Ten hours on the operation and twenty elsewhere, half of them before 13 January."""
    made = add_desk(session())
    for day in (6, 13):
        add_hours(session(), made, date(2025, 1, day), 300)
        for later in (1, 2):
            other = date(2025, 1, day + later)
            add_hours(session(), made, other, 300, convention_id=None, activity="other")
    return made


def progress(session: scoped_session[Session], desk: Desk) -> ShareProgress:
    (found,) = load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF).progress
    return found


def test_hours_before_the_letter_do_not_count(session: scoped_session[Session], desk: Desk) -> None:
    whole = progress(session, desk)
    letter = session.scalars(select(MissionLetter)).one()
    letter.start_on = date(2025, 1, 13)
    add_hours(session(), desk, date(2025, 1, 16), 300)

    late = progress(session, desk)

    # 10 h of 30; then 5 + 5 of 20.
    assert whole.share.value == Decimal(10) / 30
    assert late.share.value == Decimal(10) / 20
    assert (whole.missing_minutes, late.missing_minutes) == (120, 0)


def test_paid_absences_count_where_the_convention_says_so(
    session: scoped_session[Session], desk: Desk
) -> None:
    add_absence(session(), desk, Period(date(2025, 1, 20), date(2025, 1, 22)))
    worked = progress(session, desk)
    row = session.get_one(Convention, desk.operation_id)
    row.settings = dict(row.settings) | {"absence_policy": "paid_hours"}
    session.commit()

    paid = progress(session, desk)

    # Two days of leave of 7 h, and New Year's Day.
    assert worked.share.value == Decimal(10) / 30
    assert paid.share.value == Decimal(10) / (30 + 3 * 7)


def test_an_amended_minimum_is_the_one_in_force(
    session: scoped_session[Session], desk: Desk
) -> None:
    row = session.get_one(Convention, desk.operation_id)
    add_amendment(session(), row, "min_time_share", "30 %", date(2025, 2, 1))
    session.commit()

    before = load_sheet(
        session, person_id=desk.person_id, month=JANUARY, as_of=date(2025, 1, 31)
    ).progress[0]
    after = progress(session, desk)

    assert (before.minimum, before.missing_minutes) == (Decimal("0.4"), 120)
    assert (after.minimum, after.missing_minutes) == (Decimal("0.3"), 0)
    assert after.until == YEAR.last
