"""``grants sheets``: a month on a terminal."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from grants.enums import SheetState
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import approve_sheet
from tests.factories.timesheets.sheets import AS_OF, JANUARY, MANAGER, Desk, deed
from tests.factories.timesheets.teams import add_team, sign_month, stand_in_february
from tests.support.terminal import Terminal

REASON = "une heure du 7 à corriger"


@pytest.fixture(autouse=True)
def _in_february(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_february(app, monkeypatch)


@pytest.fixture
def team(session: scoped_session[Session]) -> list[Desk]:
    """Two facilitators: the first's January is signed by both, the second's by nobody."""
    desks = add_team(session(), 2)
    sign_month(session(), desks[0])
    approve_sheet(session, person_id=desks[0].person_id, month=JANUARY, deed=deed(actor=MANAGER))
    session.commit()
    return desks


def state_of(session: scoped_session[Session], desk: Desk) -> SheetState:
    """Where January stands."""
    session.expire_all()
    return load_sheet(session, person_id=desk.person_id, month=JANUARY, as_of=AS_OF).state


def test_the_last_month_that_is_over_is_shown_and_nothing_odd_ends_with_zero(
    cli: Terminal, team: list[Desk]
) -> None:
    told = cli("sheets", "status").stdout

    assert "janvier\u00a02025 : 2 agents" in told
    assert "Validée      AUBRAC Inès (A001)" in told
    assert "En cours     BRANTÔME Inès (A002)" in told


def test_a_late_sheet_ends_with_one(cli: Terminal, team: list[Desk]) -> None:
    told = cli("sheets", "status", "--month", "01/2025", "--as-of", "06/02/2025", exit_code=1)

    assert "En retard    BRANTÔME" in told.stdout
    assert "Jours sans heures" in told.stdout


def test_only_one_organisation_is_shown_where_one_is_named(
    cli: Terminal, session: scoped_session[Session], team: list[Desk]
) -> None:
    add_team(session(), 3, organisation="Une autre structure")

    told = cli("sheets", "status", "--organisation", "Une autre structure").stdout

    assert "3 agents" in told
    assert "5 agents" in cli("sheets", "status").stdout
    cli("sheets", "status", "--organisation", "inconnue", exit_code=2)


@pytest.mark.parametrize("month", ["2025-13", "janvier", "13/2025", "2025"])
def test_what_is_no_month_is_refused_with_what_is_expected(
    cli: Terminal, team: list[Desk], month: str
) -> None:
    told = cli("sheets", "status", "--month", month, exit_code=2)

    assert f"« {month} » n'est pas un mois : attendu un mois comme 12/2023" in told.stderr


def test_signed_sheets_are_locked_and_the_others_named(
    cli: Terminal, session: scoped_session[Session], team: list[Desk]
) -> None:
    told = cli(
        "sheets", "lock", "--month", "2025-01", "--for", "contrôle de la Région", exit_code=1
    )

    assert "1 feuille verrouillée." in told.stdout
    assert "BRANTÔME" in told.stderr
    assert state_of(session, team[0]) is SheetState.LOCKED
    assert state_of(session, team[1]) is SheetState.DRAFT


def test_a_locked_sheet_opens_again_with_a_reason(
    cli: Terminal, session: scoped_session[Session], team: list[Desk]
) -> None:
    month = ("--month", "2025-01", "--person", "A001")
    cli("sheets", "lock", *month, "--for", "contrôle de la Région")

    cli("sheets", "unlock", *month, "--reason", "court", exit_code=2)
    told = cli("sheets", "unlock", *month, "--reason", REASON)

    assert "1 feuille déverrouillée." in told.stdout
    assert state_of(session, team[0]) is SheetState.APPROVED


def test_a_code_of_nobody_is_refused(cli: Terminal, team: list[Desk]) -> None:
    told = cli(
        "sheets", "lock", "--month", "2025-01", "--for", "contrôle de la Région",
        "--person", "X999", exit_code=2,
    )  # fmt: skip

    assert "« X999 »" in told.stderr
