"""A month's page on every screen: barriers, telephone, paper."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.sheet_desk import Office, SheetSite, eventually
from tests.e2e.test_site import barriers

pytestmark = pytest.mark.browser
TUESDAY = date(2025, 1, 7)
ELSEWHERE = "0-other"


@pytest.mark.parametrize("month", ["2025-01", "2025-02", "2024-12"])
def test_no_sheet_has_a_serious_barrier(agent: SheetSite, month: str) -> None:
    agent.open_month(month)
    for summary in agent.page.locator("summary").all():
        summary.click()

    assert barriers(agent.page) == []


def test_a_refused_and_a_signed_sheet_have_no_serious_barrier(agent: SheetSite) -> None:
    agent.cell("mardi 7 janvier").fill("abc")
    agent.page.keyboard.press("Tab")
    agent.page.get_by_text("Refusé :").wait_for()
    refused = barriers(agent.page)
    agent.page.keyboard.press("Escape")
    agent.cell("mardi 7 janvier").fill("")
    agent.page.get_by_role("button", name="Confirmer et signer").click()
    agent.page.get_by_text("2025 est signée").wait_for()

    assert refused == []
    assert barriers(agent.page) == []
    agent.open(f"/feuilles/{agent.office.desk.person_id}/2025")
    assert barriers(agent.page) == []


def test_a_telephone_shows_a_week_at_a_time(phone: Page, office: Office) -> None:
    site = SheetSite(phone, office).enter().open_month()
    assert not site.is_wider_than_its_screen()

    phone.get_by_role("radio", name="6–12").check()

    expect(site.cell("mardi 7 janvier")).to_be_visible()
    expect(site.cell("mardi 14 janvier")).to_be_hidden()
    box = site.cell("mardi 7 janvier").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    site.cell("mardi 7 janvier").fill("4")
    phone.keyboard.press("Tab")
    site.saved()
    eventually(lambda: office.minutes(TUESDAY).get(ELSEWHERE), 240)
    assert not site.is_wider_than_its_screen()
    assert barriers(phone) == []
    phone.get_by_role("button", name="Confirmer et signer").click()
    phone.get_by_text("2025 est signée").wait_for()
    phone.wait_for_load_state()
    assert not site.is_wider_than_its_screen()
    assert site.complaints == []


def test_a_week_is_chosen_on_a_telephone_without_scripts(browser: Browser, office: Office) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, java_script_enabled=False
    )
    site = SheetSite(context.new_page(), office).enter().open_month()

    site.page.get_by_role("radio", name="13–19").check()
    site.cell("mardi 14 janvier").fill("2,75")
    site.page.get_by_role("button", name="Enregistrer", exact=True).click()

    expect(site.cell("mardi 14 janvier")).to_have_value("2,75")
    expect(site.cell("mardi 14 janvier")).to_be_visible()
    context.close()


def test_the_month_is_printed_on_one_line_a_row(agent: SheetSite) -> None:
    agent.page.emulate_media(media="print")

    assert not agent.page.get_by_role("navigation", name="Mois").is_visible()
    assert agent.cell("mardi 7 janvier").is_visible()
    assert not agent.page.get_by_role("button", name="Enregistrer", exact=True).is_visible()
