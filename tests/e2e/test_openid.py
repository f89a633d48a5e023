"""Logging in and out through an identity provider, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from waitress.server import create_server

from grants.config_openid import openid_settings
from grants.extensions import db
from tests.e2e.site import Site
from tests.e2e.test_site import barriers
from tests.support.database import NOW, app_on, ready_database
from tests.support.identity_provider import IdentityProvider, identity_provider
from tests.support.visitors import open_account

pytestmark = pytest.mark.browser
BUTTON = "Se connecter avec Portail d'essai"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with identity_provider(NOW) as found:
        yield found


@pytest.fixture(scope="module")
def address(
    provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[str]:
    """A site of its own, with one account and the provider."""
    folder = tmp_path_factory.mktemp("openid")
    with ready_database(folder, f"openid_{worker_id}") as url, app_on(url, folder) as app:
        app.config["WTF_CSRF_ENABLED"] = True
        app.config["OPENID"] = openid_settings(provider.environment)
        with app.app_context():
            open_account(db.session())
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        app.config["SITE_URL"] = f"http://127.0.0.1:{server.effective_port}"
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield app.config["SITE_URL"]
        server.close()
        thread.join(timeout=5)


def look(page: Page, name: str) -> None:
    """No serious barrier."""
    assert barriers(page) == [], name


def test_a_person_goes_to_the_provider_and_comes_back_logged_in_and_out_again(
    either_page: Page, address: str
) -> None:
    page, site = either_page, Site(either_page, address)
    site.open("/connexion?next=/compte")
    page.get_by_role("link", name=BUTTON).click()
    page.get_by_role("heading", name="Portail d'essai").wait_for()

    page.get_by_role("link", name="Accepter").click()

    site.heading("Mon compte").wait_for()
    page.get_by_role("button", name="Retirer le lien").wait_for()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("heading", name="Au revoir").wait_for()
    page.get_by_role("link", name="Retour").click()
    site.heading("Connexion").wait_for()
    site.open("/compte")
    site.heading("Connexion").wait_for()
    assert site.complaints == []


def test_its_pages_have_no_serious_barrier(page: Page, address: str) -> None:
    Site(page, address).open("/connexion?next=/compte")
    look(page, "login")
    page.get_by_role("link", name=BUTTON).click()
    page.get_by_role("link", name="Accepter").click()
    page.get_by_role("button", name="Retirer le lien").wait_for()
    look(page, "account")


def test_a_provider_that_refuses_leads_back_to_the_password(
    page: Page, address: str, provider: IdentityProvider
) -> None:
    site = Site(page, address).open("/connexion")
    provider.subject, provider.email = "stranger", "inconnu@exemple.test"
    page.get_by_role("link", name=BUTTON).click()
    page.get_by_role("link", name="Accepter").click()

    page.get_by_text("aucun compte ouvert ici ne vous correspond").wait_for()

    look(page, "refused")
    page.get_by_label("Mot de passe").wait_for()
    site.heading("Connexion").wait_for()


def test_the_way_in_fits_a_telephone(phone: Page, address: str) -> None:
    site = Site(phone, address).open("/connexion")

    look(phone, "phone")
    assert not site.is_wider_than_its_screen()
