"""The demonstration runs: a month to fill, one to sign, one to approve, and claims as they were."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role, SheetState
from grants.models.conventions import Convention
from grants.models.timesheets import TimeEntry
from grants.services.accounts.users import find_user
from grants.services.claims.computing import compute_claim
from grants.services.demo import add_running_months
from grants.services.roles.memberships import roles_on
from grants.services.timesheets.loading import load_sheet, load_team
from tests.support.database import NOW
from tests.support.terminal import Terminal

TODAY = NOW.date()
NOVEMBER, DECEMBER, JANUARY = date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1)


def person_of(session: scoped_session[Session], email: str) -> int:
    account = find_user(session(), email)
    assert account is not None
    (grant,) = roles_on(session, user_id=account.id, as_of=TODAY)
    assert grant.role is Role.FACILITATOR
    assert grant.person_id is not None
    return grant.person_id


def test_a_visitor_finds_a_month_to_fill_one_to_sign_and_one_to_approve(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    cli("demo", tmp_path / "demo.xlsx", "--import")
    mine = person_of(session, "facilitateur@demonstration.example")
    colleague = person_of(session, "collegue@demonstration.example")

    states = {
        (one.person.id, one.month.start): one.state
        for month in (NOVEMBER, DECEMBER, JANUARY)
        for one in load_team(session, person_ids=[mine, colleague], month=month, as_of=TODAY)
    }

    assert states[mine, NOVEMBER] is states[colleague, NOVEMBER] is SheetState.APPROVED
    assert (states[mine, DECEMBER], states[colleague, DECEMBER]) == (
        SheetState.DRAFT,
        SheetState.FINISHED,
    )
    running = load_sheet(session, person_id=mine, month=JANUARY, as_of=TODAY)
    assert running.total_minutes == 0
    assert len(running.proposed_days) == 22
    assert running.progress[0].missing_minutes > 0


def test_the_manager_has_the_two_facilitators_as_a_team(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    cli("demo", tmp_path / "demo.xlsx", "--import")
    account = find_user(session(), "responsable@demonstration.example")
    assert account is not None

    (grant,) = roles_on(session, user_id=account.id, as_of=TODAY)

    team = {
        person_of(session, f"{name}@demonstration.example") for name in ("facilitateur", "collegue")
    }
    assert grant.role is Role.MANAGER
    assert grant.team == team


def test_running_months_are_added_once_and_to_the_demonstration_only(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    nowhere = add_running_months(session(), as_of=TODAY)
    cli("demo", tmp_path / "demo.xlsx", "--import")
    before = session.scalar(select(func.count()).select_from(TimeEntry))

    again = add_running_months(session(), as_of=TODAY)

    assert (nowhere, again) == (False, False)
    assert session.scalar(select(func.count()).select_from(TimeEntry)) == before


def test_a_sheet_tells_the_share_that_the_claim_tests(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    cli("demo", tmp_path / "demo.xlsx", "--import")
    convention = session.scalars(select(Convention).where(Convention.number == "FSE-79-2018")).one()
    as_of = date(2019, 1, 7)

    claim = compute_claim(session(), number=convention.number, as_of=as_of)

    told = {}
    for total in claim.persons:
        sheet = load_sheet(session, person_id=total.person_id, month=date(2018, 12, 1), as_of=as_of)
        found = [one for one in sheet.progress if one.convention_id == convention.id]
        if found and total.share is not None:
            told[total.person_code] = (found[0].share.value, total.share.value)
            assert found[0].missing_minutes == -int(-total.missing_hours * 60 // 1)
    assert "79-A4" in told
    assert all(shown == tested for shown, tested in told.values()), told
