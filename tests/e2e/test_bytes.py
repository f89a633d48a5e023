"""What a browser fetches: little on the first visit, then nothing but the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.sheet_desk import SheetSite
from tests.e2e.site import Site

pytestmark = pytest.mark.browser

FIRST_VISIT = 150_000
# Bytes of each fetched thing over the wire, headers included; 0 from the browser's cache.
FETCHED = """() => [...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource")].map((one) => [one.name, one.transferSize])"""


def _fetched(page: Page) -> dict[str, int]:
    page.wait_for_load_state("networkidle")
    return dict(page.evaluate(FETCHED))


def _sent(fetched: dict[str, int]) -> list[str]:
    # Of the tab's own picture Chromium tells 300 bytes whether it asked the server or not.
    return [name for name, size in fetched.items() if size and not name.endswith("/icon.svg")]


def test_a_first_visit_stays_under_150_kilobytes(page: Page, address: str) -> None:
    page.goto(f"{address}/connexion")

    fetched = _fetched(page)

    assert any("bootstrap.css" in name for name in fetched)
    assert sum(fetched.values()) < FIRST_VISIT, fetched


def test_styles_and_icons_are_fetched_once(page: Page, address: str) -> None:
    site = Site(page, address).log_in()
    site.open("/conventions/1")
    assert any("icons.svg" in name for name in _fetched(page))

    site.open("/conventions/1/bilan")

    again = _fetched(page)
    assert _sent(again) == [page.url]


def test_a_month_with_its_scripts_stays_under_150_kilobytes(agent: SheetSite) -> None:
    fetched = _fetched(agent.page)
    agent.page.reload()
    again = _fetched(agent.page)

    assert any("sheets-keys.js" in name for name in fetched)
    assert sum(fetched.values()) < FIRST_VISIT, fetched
    assert _sent(again) == [agent.page.url]


def test_pages_travel_packed(page: Page, address: str) -> None:
    site = Site(page, address).log_in()

    with page.expect_response("**/bilan") as coming:
        site.open("/conventions/1/bilan")

    answer = coming.value
    packed = int(answer.headers["content-length"])
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-store"
    assert packed < len(answer.body()) // 4
