"""A team of facilitators with January filled and signed, and the accounts that read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from grants.clock import FixedClock
from grants.enums import PayItemKind, Role
from grants.models.pay import PayItem
from grants.models.roles import Delegation
from grants.periods import DAY, month_index
from grants.services.accounts.users import Account
from grants.services.audit.deed import Actor
from grants.services.timesheets.steps import sign_sheet
from tests.factories.timesheets.sheets import AS_OF, AT, JANUARY, Desk, add_desk, deed, fill_month
from tests.support.visitors import log_in, open_account

NAMES = (
    "AUBRAC", "BRANTÔME", "CHAMONIX", "DOUARNENEZ", "ÉPINAL", "FOUGÈRES", "GUÉRET", "HENDAYE",
    "ISSOIRE", "JOIGNY", "KEMBS", "LODÈVE",
)  # fmt: skip
MANAGER_EMAIL, FINANCE_EMAIL = "responsable@exemple.test", "gestion@exemple.test"
TEAM_PAGE = "/equipe/2025-01"


def stand_in_february(app: Flask, patch: pytest.MonkeyPatch) -> None:
    """Set the app's clock to a Monday after January is over."""
    patch.setitem(app.config, "CLOCK", FixedClock(AT))


def add_team(
    session: Session, count: int, *, organisation: str = "Métropole fictive"
) -> list[Desk]:
    """So many facilitators of one organisation, by name."""
    return [
        add_desk(session, code=f"A{number:03}", name=name, organisation=organisation)
        for number, name in enumerate(NAMES[:count], 1)
    ]


def sign_month(session: Session, desk: Desk, **minutes: int) -> None:
    """January filled, all of its days confirmed by their hours, and signed by the person; a
    keyword such as ``on_7=60`` changes the minutes of a day.
    """
    changed = {int(name.removeprefix("on_")): value for name, value in minutes.items()}
    fill_month(session, desk, minutes=changed)
    person = Actor(None, f"Agent {desk.person_id}", Role.FACILITATOR.value)
    sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed(actor=person))
    session.commit()


def add_pay(session: Session, desk: Desk) -> None:
    """January's gross pay; committed."""
    session.add(
        PayItem(
            organisation_id=desk.organisation_id,
            person_id=desk.person_id,
            month=month_index(JANUARY),
            kind=PayItemKind.GROSS.value,
            amount=Decimal("2500.00"),
            paid_on=date(2025, 1, 28),
        )
    )
    session.commit()


def open_manager(
    session: Session, desks: Sequence[Desk], *, whole: bool = True, **account: Any
) -> Account:
    """Manager of the whole organisation, or of these people alone."""
    return open_account(
        session,
        **{"email": MANAGER_EMAIL, "name": "Thomas Bellegarde", **account},
        role=Role.MANAGER,
        organisation_id=desks[0].organisation_id,
        team=None if whole else [desk.person_id for desk in desks],
    )


def log_in_manager(client: FlaskClient, session: Session, desks: Sequence[Desk]) -> Account:
    """A manager of the whole organisation, logged in."""
    account = open_manager(session, desks)
    log_in(client, MANAGER_EMAIL)
    return account


def delegate(session: Session, absent: Account, substitute: Account, organisation_id: int) -> None:
    """Let somebody exercise a manager's role on the day of the clock; committed."""
    session.add(
        Delegation(
            organisation_id=organisation_id,
            from_user_id=absent.id,
            to_user_id=substitute.id,
            role=Role.MANAGER.value,
            start_on=AS_OF,
            end_on=AS_OF + DAY,
            reason="congés",
        )
    )
    session.commit()
