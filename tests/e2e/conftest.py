"""A real server on the demonstration's data, and a real browser in front of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress.server import create_server

from grants.services.accounts import passwords
from tests.e2e.sheet_desk import Office, SheetSite, open_office
from tests.e2e.site import WITHOUT_SCRIPTS, Site
from tests.factories.deeds import program_deed
from tests.support.database import NOW, app_on, ready_database
from tests.support.visitors import open_account

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-sandbox",  # tests run as root in containers; the pages are our own
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Address of the site, with the demonstration loaded and one account."""
    folder = tmp_path_factory.mktemp("site")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with (
        pytest.MonkeyPatch.context() as patch,
        ready_database(folder, f"site_{worker_id}") as url,
        app_on(url, folder) as app,
    ):
        patch.setattr(passwords, "HASHER", cheap)
        app.config["WTF_CSRF_ENABLED"] = True
        with app.app_context():
            load_demonstration(folder)
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()
        thread.join(timeout=5)


def load_demonstration(folder: Path) -> None:
    """Import the demonstration's workbook and open an account."""
    from grants.extensions import db
    from grants.services.demo import WORKBOOK_NAME, write_demonstration
    from grants.services.imports import import_file
    from grants.services.platform.storage import piece_storage
    from grants.services.platform.tenancy import EVERY, set_scope

    set_scope(db.session, EVERY)
    workbook = folder.with_name(f"{folder.name}-demo") / WORKBOOK_NAME
    write_demonstration(workbook)
    storage = piece_storage(folder)
    import_file(session=db.session(), path=workbook, deed=program_deed(NOW), storage=storage)
    open_account(db.session())
    # Whoever switches a second factor on must not do so for the other tests.
    open_account(db.session(), email="second@exemple.test", name="Personne Seconde")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(params=["with_javascript", "without_javascript"])
def either_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A tab that runs scripts, then one that does not."""
    runs = request.param == "with_javascript"
    for tab in _tab(browser.new_context(java_script_enabled=runs, viewport=DESKTOP)):
        if not runs:
            WITHOUT_SCRIPTS.add(tab)
        yield tab


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a desktop browser."""
    yield from _tab(browser.new_context(viewport=DESKTOP))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A tab of a telephone."""
    yield from _tab(browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True))


@pytest.fixture
def site(page: Page, address: str) -> Site:
    """The site, after logging in."""
    return Site(page, address).log_in()


@pytest.fixture
def site_on_phone(phone: Page, address: str) -> Site:
    """The site on a telephone, after logging in."""
    return Site(phone, address).log_in()


@pytest.fixture(scope="session")
def sheet_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Office]:
    """A site of its own for time sheets, at the beginning of February."""
    with open_office(tmp_path_factory.mktemp("sheets"), f"sheets_{worker_id}") as office:
        yield office


@pytest.fixture
def office(sheet_server: Office) -> Office:
    """The same, with nothing written yet."""
    sheet_server.clear()
    return sheet_server


@pytest.fixture
def agent(page: Page, office: Office) -> SheetSite:
    """A facilitator in front of January."""
    return SheetSite(page, office).enter().open_month()


def _tab(context: BrowserContext) -> Iterator[Page]:
    context.set_default_timeout(PATIENCE_MS)
    tab = context.new_page()
    yield tab
    context.close()
