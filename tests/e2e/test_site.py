"""The finance officer's way through the site, in a real browser."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.site import FSE_CONVENTION, STATE_CONVENTION, WITHOUT_SCRIPTS, Site

pytestmark = pytest.mark.browser

PATHS = (
    "/",
    "/?q=zzz",
    "/?year=abc",
    "/conventions/1",
    "/conventions/1/bilan",
    "/conventions/1/bilan?from=2024-05-01&to=2024-01-01",
    "/conventions/1/bilan/calcul/grant/due",
    "/conventions/1/bilan/calcul/lines/1/amount",
    "/conventions/1/bilan/pieces",
    "/couverture",
    "/conventions/999",
)


def test_a_claim_is_found_explained_and_downloaded(either_page: Page, address: str) -> None:
    site = Site(either_page, address).log_in()

    site.open_claim(STATE_CONVENTION)
    site.open_first_figure("Tableau des lignes de dépense")
    either_page.get_by_role("region", name="Termes de la formule").wait_for()
    either_page.get_by_role("link", name="Bilan").click()
    workbook = site.download("Compte rendu financier")

    assert openpyxl.load_workbook(io.BytesIO(workbook.read_bytes())).sheetnames
    assert site.complaints == []


def test_a_figure_opens_down_to_the_rows_of_the_workbook(site: Site) -> None:
    site.open_claim(FSE_CONVENTION)
    site.open_first_figure("Tableau des lignes de dépense")
    for _ in range(6):
        terms = site.page.locator("table.breakdown a.figure")
        if terms.count() == 0:
            break
        terms.first.click()

    assert "feuille «\u00a0" in site.page.get_by_role("main").inner_text()


def test_the_list_narrows_to_a_funders_late_reports(site: Site) -> None:
    site.page.get_by_label("Recherche").fill("stéphanoise")
    site.page.get_by_label("État").select_option(label="Bilan en retard")
    site.page.get_by_role("button", name="Filtrer").click()

    assert "q=" in site.page.url
    assert "state=late" in site.page.url


def test_leaving_closes_the_site(site: Site) -> None:
    site.page.get_by_role("button", name="Se déconnecter").click()
    site.open("/")

    site.heading("Connexion").wait_for()


def test_the_first_tab_stop_leads_past_the_menu(site: Site) -> None:
    site.open("/")
    site.page.keyboard.press("Tab")
    focused = site.page.evaluate("document.activeElement.textContent")
    site.page.keyboard.press("Enter")

    assert focused == "Aller au contenu"
    assert site.page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("path", PATHS)
def test_no_page_has_a_serious_barrier(site: Site, path: str) -> None:
    site.open(path)

    assert barriers(site.page) == []


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_a_telephone(site_on_phone: Site, path: str) -> None:
    site_on_phone.open(path)

    assert not site_on_phone.is_wider_than_its_screen()
    assert barriers(site_on_phone.page) == []


def test_the_login_page_has_no_serious_barrier(page: Page, address: str) -> None:
    Site(page, address).open("/connexion")

    assert barriers(page) == []


def test_no_page_asks_for_what_the_security_policy_refuses(site: Site) -> None:
    for path in PATHS:
        site.open(path)

    refused = [text for text in site.complaints if "Failed to load resource" not in text]
    assert refused == []


def test_a_printed_claim_leaves_the_menu_out_and_keeps_every_line(
    site: Site, tmp_path: Path
) -> None:
    site.open_claim(STATE_CONVENTION)
    site.page.emulate_media(media="print")

    assert not site.page.get_by_role("navigation", name="Principal").is_visible()
    lines = site.page.get_by_role("region", name="Tableau des lignes de dépense")
    cut = "element => element.scrollHeight > element.clientHeight + 1"
    assert not lines.evaluate(cut)
    assert len(site.page.pdf(path=tmp_path / "claim.pdf")) > 10_000


def barriers(page: Page) -> list[str]:
    """What axe finds serious or critical, each with the first place.

    A tab without scripts is left to the same journey with them: axe cannot run there.
    """
    if page in WITHOUT_SCRIPTS:
        return []
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:200]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]
