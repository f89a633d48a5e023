"""One's own account in a real browser: the first run, the second factor, the next log-in."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import Page

from tests.e2e.site import Site
from tests.e2e.test_site import barriers
from tests.support.database import NOW
from tests.support.visitors import PASSWORD

pytestmark = pytest.mark.browser
SECOND = "second@exemple.test"


def enter(page: Page, address: str) -> Site:
    site = Site(page, address).open("/connexion")
    page.get_by_label("Adresse e-mail").fill(SECOND)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    return site


def test_a_second_factor_is_put_in_use_and_asked_for(page: Page, address: str) -> None:
    site = enter(page, address)
    page.get_by_role("link", name="Personne Seconde").click()
    assert barriers(page) == []
    page.get_by_role("link", name="Double authentification").click()
    page.get_by_label("Votre mot de passe").fill(PASSWORD)
    assert barriers(page) == []
    page.get_by_role("button", name="Commencer").click()

    page.get_by_role("img", name="Code QR").wait_for()
    assert page.get_by_role("img", name="Code QR").evaluate("image => image.naturalWidth") > 100
    assert barriers(page) == []
    shown = re.search(r"Clé : ([A-Z2-7 ]+)", page.get_by_role("main").inner_text())
    assert shown
    generator = pyotp.TOTP(shown[1].replace(" ", ""))
    page.get_by_label("Code affiché").fill(generator.at(int(NOW.timestamp()) - 30))
    page.get_by_role("button", name="Activer").click()
    site.heading("Codes de secours").wait_for()
    assert page.get_by_role("listitem").count() == 10
    assert barriers(page) == []
    page.get_by_role("link", name="Je les ai notés").click()
    page.get_by_role("link", name="Double authentification").click()
    assert barriers(page) == []
    page.get_by_role("button", name="Se déconnecter").click()

    enter(page, address)
    site.heading("Code de connexion").wait_for()
    assert barriers(page) == []
    page.get_by_label("Code", exact=True).fill(generator.at(int(NOW.timestamp())))
    page.get_by_role("button", name="Continuer").click()
    site.heading("Conventions").wait_for()
    assert site.complaints == []


def test_the_password_page_has_no_serious_barrier(site: Site) -> None:
    site.open("/compte/mot-de-passe")

    assert barriers(site.page) == []


@pytest.mark.parametrize("path", ["/compte", "/compte/second-facteur"])
def test_no_account_page_is_wider_than_a_telephone(site_on_phone: Site, path: str) -> None:
    site_on_phone.open(path)

    assert not site_on_phone.is_wider_than_its_screen()
    assert barriers(site_on_phone.page) == []
