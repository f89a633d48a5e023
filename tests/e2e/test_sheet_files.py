"""A month filled in a spreadsheet, and one signed on paper, in a real browser without and with
scripts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page
from pypdf import PdfReader, PdfWriter

from grants.enums import Role
from grants.extensions import db
from tests.e2e.sheet_desk import AGENT, Office, SheetSite, open_office
from tests.e2e.test_site import barriers
from tests.support.visitors import EMAIL, open_account

pytestmark = pytest.mark.browser
SEVENTH = date(2025, 1, 7)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Office]:
    """The facilitators' structure, with a finance officer."""
    with open_office(tmp_path_factory.mktemp("files"), f"files_{worker_id}") as found:
        owner = found.desk.organisation_id
        open_account(db.session(), EMAIL, "Anne Chargée", Role.FINANCE, organisation_id=owner)
        yield found


@pytest.fixture(autouse=True)
def _fresh_desks(office: Office) -> None:
    office.clear()


def filled(path: Path, cells: dict[str, object]) -> Path:
    """The workbook as a spreadsheet saves it after somebody typed in it."""
    book = openpyxl.load_workbook(path)
    for line in book["Janvier"].iter_rows():
        for cell in line:
            if cell.data_type == "f":
                cell.value = None
    for name, value in cells.items():
        book["Janvier"][name].value = value
    book.save(path)
    return path


def test_a_month_filled_in_a_spreadsheet_is_looked_at_then_written(
    either_page: Page, office: Office, tmp_path: Path
) -> None:
    site = SheetSite(either_page, office).enter(AGENT).open_month()
    either_page.get_by_role("link", name="Excel").click()
    with either_page.expect_download() as taken:
        either_page.get_by_role("link", name="Janvier 2025", exact=True).click()
    path = tmp_path / "janvier.xlsx"
    taken.value.save_as(path)
    filled(path, {"I7": "6h30", "J7": "abc"})

    either_page.get_by_label("Classeur rempli").set_input_files(path)
    either_page.get_by_role("button", name="Lire le classeur").click()
    site.heading("Ce que le classeur change").wait_for()
    shown = either_page.get_by_role("main").inner_text()
    assert barriers(either_page) == []
    either_page.get_by_role("button", name="Enregistrer").click()
    site.heading("Feuille de temps").wait_for()

    assert "Janvier!I7" in shown
    assert "Janvier!J7 : « abc »" in shown
    assert 390 in office.minutes(SEVENTH).values()
    assert office.minutes(date(2025, 1, 8)) == {}


def test_a_sheet_signed_on_paper_is_deposited(
    either_page: Page, office: Office, tmp_path: Path
) -> None:
    site = SheetSite(either_page, office).enter(AGENT).open_month()
    either_page.get_by_role("button", name="jours proposés").click()
    either_page.get_by_text("jours proposés").wait_for(state="hidden")
    either_page.get_by_role("button", name="Se déconnecter").click()
    site.enter(EMAIL).open_month()
    either_page.get_by_role("link", name="Exemplaire signé").click()
    either_page.get_by_label("Feuille signée numérisée").set_input_files(a_scan(tmp_path))
    either_page.get_by_label("Signée par l'agent le").fill("2025-01-31")
    either_page.get_by_label("Signée par le responsable le").fill("2025-02-03")
    either_page.get_by_label("Nom du responsable").fill("Thomas Bellegarde")
    assert barriers(either_page) == []
    either_page.get_by_role("button", name="Déposer et valider").click()
    site.heading("Feuille de temps").wait_for()

    with either_page.expect_download() as printed:
        either_page.get_by_role("link", name="PDF").first.click()

    text = PdfReader(io.BytesIO(Path(printed.value.path()).read_bytes())).pages[0].extract_text()
    assert "Signé sur papier le 03/02/2025" in text


def a_scan(folder: Path) -> Path:
    """A page that somebody scanned."""
    writer, path = PdfWriter(), folder / "scan.pdf"
    writer.add_blank_page(595, 842)
    writer.write(path)
    return path


def test_no_page_has_a_serious_barrier_or_a_complaint(page: Page, office: Office) -> None:
    site = SheetSite(page, office).enter(EMAIL)

    for path in ("/classeur", "/exemplaire"):
        site.open(office.path() + path)
        assert barriers(page) == [], path
        assert page.get_by_role("heading", level=1).count() == 1, path
    assert site.complaints == []


def test_the_pages_fit_a_telephone(phone: Page, office: Office) -> None:
    site = SheetSite(phone, office).enter(EMAIL)

    for path in ("/classeur", "/exemplaire"):
        site.open(office.path() + path)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path
