"""Two people at once on one month: each sheet is signed once, and the second is told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from grants.clock import FixedClock
from grants.enums import SheetStepKind
from grants.extensions import db
from grants.models.timesheets import SheetStep
from grants.services.platform.tenancy import EVERY, set_scope
from tests.factories.timesheets.sheets import AT
from tests.factories.timesheets.teams import TEAM_PAGE, add_team, open_manager, sign_month
from tests.integration.timesheets.test_team_signing import SHEET
from tests.support.visitors import log_in

pytestmark = pytest.mark.both_databases

EMAILS = ("premier@exemple.test", "seconde@exemple.test")


def at_once(*acts: Callable[[], object]) -> None:
    """Run all of them at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        act()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def manager(app: Flask, email: str) -> FlaskClient:
    """A browser in which a manager is logged in."""
    client = app.test_client()
    log_in(client, email)
    return client


def test_two_managers_who_sign_at_once_sign_each_sheet_once(fresh_database: Flask) -> None:
    app = fresh_database
    app.config["CLOCK"] = FixedClock(AT)
    with app.app_context():
        set_scope(db.session, EVERY)
        desks = add_team(db.session(), 4)
        for desk in desks:
            sign_month(db.session(), desk)
        for email in EMAILS:
            open_manager(db.session(), desks, email=email, name=email.partition("@")[0])
    first, second = (manager(app, email) for email in EMAILS)
    sheets = SHEET.findall(first.get(f"{TEAM_PAGE}/valider").text)
    answers: list[int] = []

    def sign(client: FlaskClient) -> None:
        answer = client.post(f"{TEAM_PAGE}/valider", data={"sheet": sheets})
        answers.append(answer.status_code)

    at_once(lambda: sign(first), lambda: sign(second))

    pages = [client.get(TEAM_PAGE).text for client in (first, second)]
    with app.app_context():
        set_scope(db.session, EVERY)
        approved = select(SheetStep).where(SheetStep.step == SheetStepKind.APPROVED.value)
        steps = db.session.scalars(approved).all()
    assert answers == [303, 303]
    assert len(sheets) == 4
    assert sorted(step.person_id for step in steps) == sorted(desk.person_id for desk in desks)
    assert sum(page.count("Non signée :") for page in pages) == 4
