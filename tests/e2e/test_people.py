"""Leave, mission letters and secondments in a real browser, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from grants.enums import Role
from grants.extensions import db
from tests.e2e.sheet_desk import Office, open_office
from tests.e2e.site import Site
from tests.e2e.test_site import barriers
from tests.support.visitors import EMAIL, PASSWORD, open_account

pytestmark = pytest.mark.browser
PAGES = (
    "/absences",
    "/absences/nouvelle",
    "/absences/1",
    "/absences/1/supprimer",
    "/absences/import",
    "/lettres",
    "/lettres/nouvelle",
    "/lettres/1",
    "/affectations",
    "/calendrier",
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Office]:
    """The facilitators' structure, with a finance officer."""
    with open_office(tmp_path_factory.mktemp("people"), f"people_{worker_id}") as found:
        owner = found.desk.organisation_id
        open_account(db.session(), EMAIL, "Anne Chargée", Role.FINANCE, organisation_id=owner)
        yield found


def enter(page: Page, office: Office) -> Site:
    """Log in as the finance officer."""
    site = Site(page, office.address).open("/connexion")
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    site.heading("Conventions").wait_for()
    return site


def test_no_page_has_a_serious_barrier_or_a_complaint(page: Page, office: Office) -> None:
    site = enter(page, office)

    for path in PAGES:
        site.open(path)
        assert barriers(page) == [], path
        assert page.get_by_role("heading", level=1).count() == 1, path
    assert site.complaints == []


def test_no_page_is_wider_than_a_telephone(phone: Page, office: Office) -> None:
    site = enter(phone, office)

    for path in PAGES:
        site.open(path)
        assert not site.is_wider_than_its_screen(), path
        assert barriers(phone) == [], path


def test_leave_is_written_corrected_and_taken_away(either_page: Page, office: Office) -> None:
    page, site = either_page, enter(either_page, office)
    site.open("/absences")
    page.get_by_role("link", name="Nouvelle absence").click()
    page.get_by_label("Agent").select_option(label="BOSC Inès (B2)")
    page.get_by_label("Motif").select_option(label="RTT")
    page.get_by_label("Premier jour").fill("2025-03-03")
    page.get_by_label("Quelques heures").check()
    page.get_by_label("Heures d'absence").fill("25")
    page.get_by_role("button", name="Enregistrer").click()
    assert "24 h" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Heures d'absence").input_value() == "25"
    page.get_by_label("Heures d'absence").fill("3h30")
    page.get_by_role("button", name="Enregistrer").click()

    page.get_by_role("status").filter(has_text="enregistrée").wait_for()
    page.get_by_role("link", name="Changer l'absence de BOSC Inès du 03/03/2025").click()
    page.get_by_role("link", name="Supprimer cette absence").click()
    page.get_by_label("Motif").fill("Saisie en double")
    page.get_by_role("button", name="Supprimer l'absence").click()
    page.get_by_role("status").filter(has_text="supprimée").wait_for()
    assert "03/03/2025" not in page.get_by_role("main").inner_text()


def test_a_file_is_looked_at_then_taken(either_page: Page, office: Office, tmp_path: Path) -> None:
    page, site = either_page, enter(either_page, office)
    file = tmp_path / "conges.csv"
    file.write_text("agent;type;debut\nB2;Pont;02/06/2025\nX;RTT;02/06/2025\n", encoding="utf-8")
    site.open("/absences/import")
    page.get_by_label("Fichier .csv ou .ics").set_input_files(file)
    page.get_by_role("button", name="Lire le fichier").click()
    page.get_by_label("« Pont » est…").select_option(label="RTT")
    page.get_by_role("button", name="Relire").click()

    region = page.get_by_role("region", name="Lignes du fichier")
    assert "Refusée : aucun agent « X »" in region.inner_text()
    assert barriers(page) == []
    page.get_by_role("button", name="Enregistrer 1 absence").click()
    page.get_by_role("status").filter(has_text="1 absence enregistrée").wait_for()
    site.open("/absences?from=2025-06-01")
    page.get_by_role("link", name="Changer l'absence de BOSC Inès du 02/06/2025").click()
    page.get_by_role("link", name="Supprimer cette absence").click()
    page.get_by_label("Motif").fill("Fin de l'essai")
    page.get_by_role("button", name="Supprimer l'absence").click()


def test_the_address_of_the_calendar_is_shown_once(page: Page, office: Office) -> None:
    site = enter(page, office)
    site.open("/compte")
    page.get_by_role("link", name="Calendrier des échéances").click()
    page.get_by_role("button", name="Créer l'adresse").click()

    assert page.get_by_label("Adresse à donner").input_value().endswith(".ics")
    assert barriers(page) == []
    site.open("/calendrier")
    assert page.get_by_label("Adresse à donner").count() == 0
