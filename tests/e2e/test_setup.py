"""The first run in a real browser: from the address that the terminal shows to the first users."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from waitress.server import create_server

from grants.services.roles.first_run import setup_token
from tests.e2e.site import Site
from tests.e2e.test_site import barriers
from tests.support.database import SECRET, app_on, ready_database
from tests.support.visitors import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """A site where nobody has an account."""
    folder = tmp_path_factory.mktemp("setup")
    with ready_database(folder, f"setup_{worker_id}") as url, app_on(url, folder) as app:
        app.config["WTF_CSRF_ENABLED"] = True
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()
        thread.join(timeout=5)


def test_the_first_run_ends_at_the_account_and_leads_to_the_users(
    either_page: Page, address: str
) -> None:
    page, site = either_page, Site(either_page, address)
    site.open(f"/premiere-ouverture?token={setup_token(SECRET)}")
    page.get_by_role("button", name="Commencer").click()
    page.get_by_label("Nom de la structure").fill("Métropole fictive")
    page.get_by_label("SIRET").fill("732 829 320 00074")
    page.get_by_label("Votre nom").fill("Alex Admin")
    page.get_by_label("Votre adresse e-mail").fill("admin@exemple.test")
    page.get_by_label("Nouveau mot de passe").fill(PASSWORD)
    page.get_by_label("Le même, encore une fois").fill(PASSWORD)
    page.get_by_role("button", name="Commencer").click()
    site.heading("Mon compte").wait_for()

    page.get_by_role("link", name="Utilisateurs").click()

    site.heading("Utilisateurs").wait_for()
    refused = [text for text in site.complaints if "422" not in text]
    assert refused == []


def test_the_page_of_the_first_run_has_no_serious_barrier(page: Page, address: str) -> None:
    Site(page, address).open(f"/premiere-ouverture?token={setup_token(SECRET)}")
    assert barriers(page) == []

    page.get_by_role("button", name="Commencer").click()

    page.get_by_role("alert").wait_for()
    assert barriers(page) == []
