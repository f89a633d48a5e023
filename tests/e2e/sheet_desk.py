"""A structure with a facilitator and a manager, on a server of its own: its clock stands at the
beginning of February, when January is to be signed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic, sleep

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Locator, Page
from sqlalchemy import select
from sqlalchemy.orm import Session
from waitress.server import create_server

from grants.clock import FixedClock
from grants.enums import Activity, Role
from grants.extensions import db
from grants.models.timesheets import SheetDay, SheetStep, TimeEntry, TimeSheet
from grants.periods import Period
from grants.services.accounts import passwords
from grants.services.platform.tenancy import EVERY, set_scope
from tests.e2e.site import Site
from tests.factories.timesheets.sheets import AT, DAY_MINUTES, JANUARY, Desk, add_absence, add_desk
from tests.support.database import app_on, ready_database
from tests.support.visitors import PASSWORD, open_account

AGENT, COLLEAGUE, MANAGER = "agent@exemple.test", "collegue@exemple.test", "chef@exemple.test"
DECEMBER = Period.month(date(2024, 12, 1))
FIXED_HOLIDAY = date(2024, 12, 25)
PATIENCE_S = 15


@dataclass(frozen=True, slots=True)
class Office:
    """Where the site is, and whose desks stand there."""

    address: str
    desk: Desk
    other: Desk

    def path(self, month: str = "2025-01") -> str:
        """Address of the facilitator's month."""
        return f"/feuilles/{self.desk.person_id}/{month}"

    def clear(self) -> None:
        """Take back whatever a test wrote on the desks."""
        session = db.session()
        session.rollback()
        for table in (SheetDay, SheetStep, TimeSheet):
            session.query(table).delete()
        session.query(TimeEntry).filter(TimeEntry.work_on >= JANUARY).delete()
        session.commit()

    def minutes(self, day: date) -> dict[str, int]:
        """Stored minutes of a day by line."""
        session = db.session()
        query = select(TimeEntry).where(
            TimeEntry.person_id == self.desk.person_id, TimeEntry.work_on == day
        )
        found = session.scalars(query).all()
        spent = {f"{row.convention_id or 0}-{row.activity}": row.minutes for row in found}
        session.rollback()
        return spent


@contextmanager
def open_office(folder: Path, name: str) -> Iterator[Office]:
    """Serve the site; December was spent half on the operation, so that January is proposed."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with (
        pytest.MonkeyPatch.context() as patch,
        ready_database(folder, name) as url,
        app_on(url, folder) as app,
    ):
        patch.setattr(passwords, "HASHER", cheap)
        app.config["WTF_CSRF_ENABLED"] = True
        app.config["CLOCK"] = FixedClock(AT)
        with app.app_context():
            set_scope(db.session, EVERY)
            desk, other = furnish(db.session())
            server = create_server(app, host="127.0.0.1", port=0, threads=4)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            yield Office(f"http://127.0.0.1:{server.effective_port}", desk, other)
            server.close()
            thread.join(timeout=5)
            db.session.remove()


def furnish(session: Session) -> tuple[Desk, Desk]:
    """Two facilitators with December's hours, the first with leave, and their manager."""
    desk, other = add_desk(session), add_desk(session, code="B2", name="BOSC")
    for one in (desk, other):
        for day in DECEMBER.iter_days():
            if day.weekday() < 5 and day != FIXED_HOLIDAY:
                session.add_all(_spent(one, day))
    add_absence(session, desk, Period(date(2025, 1, 20), date(2025, 1, 22)))
    owned = {"organisation_id": desk.organisation_id}
    facilitator = {"role": Role.FACILITATOR, **owned}
    open_account(session, AGENT, "Inès Aubrac", person_id=desk.person_id, **facilitator)
    open_account(session, COLLEAGUE, "Inès Bosc", person_id=other.person_id, **facilitator)
    open_account(session, MANAGER, "Thomas Bellegarde", Role.MANAGER, **owned)
    return desk, other


def _spent(desk: Desk, day: date) -> Iterator[TimeEntry]:
    for convention_id, activity, minutes in (
        (desk.operation_id, Activity.SUPPORT_BUYERS, 240),
        (None, Activity.OTHER, DAY_MINUTES - 240),
    ):
        yield TimeEntry(
            organisation_id=desk.organisation_id,
            person_id=desk.person_id,
            work_on=day,
            convention_id=convention_id,
            activity=activity.value,
            minutes=minutes,
        )


def eventually(read: Callable[[], object], expected: object) -> None:
    """Wait for what a saving writes in its own time."""
    until = monotonic() + PATIENCE_S
    while read() != expected and monotonic() < until:
        sleep(0.1)
    assert read() == expected


class SheetSite(Site):
    """The site as a facilitator finds their way in it; it counts what they do."""

    def __init__(self, page: Page, office: Office) -> None:
        super().__init__(page, office.address)
        self.office = office
        self.actions = 0

    def enter(self, email: str = AGENT) -> SheetSite:
        """Log in and wait for the first page."""
        self.open("/connexion")
        self.fill(self.page.get_by_label("Adresse e-mail"), email)
        self.fill(self.page.get_by_label("Mot de passe"), PASSWORD)
        self.click(self.page.get_by_role("button", name="Se connecter"))
        self.page.get_by_role("button", name="Se déconnecter").wait_for()
        return self

    def open_month(self, month: str = "2025-01") -> SheetSite:
        """Go to a month by its address."""
        self.open(self.office.path(month))
        self.heading("Feuille de temps").wait_for()
        return self

    def click(self, target: Locator) -> None:
        """Press something: one action."""
        self.actions += 1
        target.click()

    def fill(self, target: Locator, text: str) -> None:
        """Type something: one action."""
        self.actions += 1
        target.fill(text)

    def cell(self, day: str, line: str = "Hors opération, Autre") -> Locator:
        """Field of a line and a day, as a reader of screens names it."""
        return self.page.get_by_role("textbox", name=f"{line}, {day}", exact=True)

    def total(self, line: str = "Total du jour") -> str:
        """Total of a line of the table."""
        row = self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=line))
        return row.locator(".sum").first.inner_text()

    def saved(self) -> None:
        """Wait until the page says that it saved."""
        self.page.get_by_text("Enregistré à").wait_for()
