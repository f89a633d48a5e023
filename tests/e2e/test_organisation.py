"""The organisation, histories and personal data in a real browser, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.site import FSE_CONVENTION, STATE_CONVENTION, Site
from tests.e2e.test_site import barriers

pytestmark = pytest.mark.browser


def open_organisation(site: Site) -> Site:
    """From the head to the settings of the first organisation."""
    head = site.page.get_by_role("navigation", name="Principal")
    head.get_by_role("link", name="Structure", exact=True).click()
    site.page.wait_for_url("**/structures**")
    if site.page.get_by_role("heading", level=1, name="Structures").count():
        site.page.get_by_role("rowheader").first.get_by_role("link").click()
    site.page.get_by_role("heading", name="Identité et réglages").wait_for()
    return site


def test_a_change_says_what_it_alters_and_is_kept(either_page: Page, address: str) -> None:
    site = open_organisation(Site(either_page, address).log_in())
    page = site.page
    assert barriers(page) == []
    calendar = page.get_by_label("Jours fériés")
    before = calendar.input_value()
    after = "metropole" if before == "alsace_moselle" else "alsace_moselle"

    for wanted in (after, before):
        page.get_by_label("Jours fériés").select_option(wanted)
        page.get_by_role("button", name="Enregistrer").click()
        page.get_by_role("button", name="Enregistrer quand même").wait_for()
        assert barriers(page) == []
        page.get_by_role("button", name="Enregistrer quand même").click()
        page.get_by_text("Les réglages de la structure sont enregistrés").wait_for()
        assert page.get_by_label("Jours fériés").input_value() == wanted

    page.get_by_role("link", name="Historique").click()
    page.get_by_text("Calendrier :").first.wait_for()
    assert barriers(page) == []
    assert not site.is_wider_than_its_screen()


def test_a_wrong_siret_leads_to_its_field(either_page: Page, address: str) -> None:
    page = open_organisation(Site(either_page, address).log_in()).page

    page.get_by_label("SIRET").fill("123")
    page.get_by_role("button", name="Enregistrer").click()

    page.get_by_role("alert").get_by_role("link", name="SIRET").wait_for()
    assert page.get_by_label("SIRET").input_value() == "123"
    assert barriers(page) == []


def test_personal_data_are_registered_handed_out_and_previewed(
    either_page: Page, address: str
) -> None:
    site = open_organisation(Site(either_page, address).log_in())
    page = site.page
    page.get_by_role("link", name="Données personnelles").click()
    page.get_by_role("heading", level=1, name="Données personnelles").wait_for()
    assert barriers(page) == []
    with page.expect_download() as coming:
        page.get_by_role("button", name="Exporter les données de").first.click()
    assert coming.value.suggested_filename.endswith(".zip")

    page.get_by_role("link", name="Registre des traitements").click()
    page.get_by_role("heading", level=1, name="Registre").wait_for()
    assert barriers(page) == []
    assert site.download("PDF").read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Données personnelles", exact=True).click()
    page.get_by_role("link", name="Préparer une purge").click()
    page.get_by_role("heading", level=1, name="Purge").wait_for()
    assert barriers(page) == []
    assert not site.is_wider_than_its_screen()


def test_ones_own_data_is_one_button_away(either_page: Page, address: str) -> None:
    page = Site(either_page, address).log_in().open("/compte").page

    with page.expect_download() as coming:
        page.get_by_role("button", name="Télécharger mes données").click()

    assert coming.value.suggested_filename.endswith(".zip")


def test_the_history_of_a_conventions_people_opens_from_its_page(
    site: Site,
) -> None:
    for number in (STATE_CONVENTION, FSE_CONVENTION):
        site.open_convention(number)
        site.page.get_by_role("link", name="Tout l'historique").click()
        site.heading("Historique").wait_for()
        assert barriers(site.page) == []
        assert site.page.get_by_role("link", name="Agent").count()


def test_the_pages_fit_a_telephone(site_on_phone: Site) -> None:
    site = open_organisation(site_on_phone)
    here = site.page.url
    for path in ("", "/donnees-personnelles", "/registre", "/purge"):
        site.page.goto(here + path)
        assert not site.is_wider_than_its_screen(), path
        assert barriers(site.page) == []
