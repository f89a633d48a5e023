"""A manager and a team's month in a real browser: ten sheets signed in one go, one opened again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from playwright.sync_api import Page
from waitress.server import create_server

from grants.clock import FixedClock
from grants.enums import Role
from grants.services.accounts import passwords
from tests.e2e.site import Site
from tests.e2e.test_site import barriers
from tests.factories.timesheets.sheets import AT, Desk
from tests.factories.timesheets.teams import (
    FINANCE_EMAIL,
    MANAGER_EMAIL,
    TEAM_PAGE,
    add_pay,
    add_team,
    open_manager,
    sign_month,
)
from tests.support.database import app_on, ready_database
from tests.support.visitors import PASSWORD, open_account

pytestmark = pytest.mark.browser

REASON = "les heures du 7 sont à corriger"
TEN = 10


@pytest.fixture
def team_address(tmp_path: Path, worker_id: str) -> Iterator[str]:
    """Address of a site where ten facilitators have signed January and an eleventh has not; the
    day is a Monday of February.
    """
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with (
        pytest.MonkeyPatch.context() as patch,
        ready_database(tmp_path, f"team_{worker_id}") as url,
        app_on(url, tmp_path) as app,
    ):
        patch.setattr(passwords, "HASHER", cheap)
        app.config.update(WTF_CSRF_ENABLED=True, CLOCK=FixedClock(AT))
        fill(app)
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()
        thread.join(timeout=5)


def fill(app: Flask) -> None:
    """The team, its signed months, its manager and a finance officer."""
    from grants.extensions import db
    from grants.services.platform.tenancy import EVERY, set_scope

    with app.app_context():
        set_scope(db.session, EVERY)
        session = db.session()
        desks: list[Desk] = add_team(session, TEN + 1)
        for number, desk in enumerate(desks[:TEN]):
            sign_month(session, desk, **({"on_7": 660} if number == 1 else {}))
            add_pay(session, desk)
        open_manager(session, desks)
        open_account(
            session, email=FINANCE_EMAIL, name="Camille Exemple", role=Role.FINANCE,
            organisation_id=desks[0].organisation_id,
        )  # fmt: skip
        db.session.commit()


def enter(page: Page, address: str, email: str = MANAGER_EMAIL) -> Site:
    """Log in and open the team's month by the menu."""
    site = Site(page, address).open("/connexion")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("link", name="Équipe", exact=True).click()
    site.heading("Feuilles de temps de l'équipe, janvier").wait_for()
    return site


def figure(page: Page, name: str) -> str:
    """Figure at the head of the page."""
    return page.locator(".stats div").filter(has_text=name).locator("dd").inner_text().strip()


def test_ten_sheets_are_signed_in_one_go(either_page: Page, team_address: str) -> None:
    site = enter(either_page, team_address)
    assert figure(either_page, "À valider") == "10"

    either_page.get_by_role("link", name="Valider les 10 feuilles prêtes").click()
    assert either_page.get_by_text("J'atteste avoir contrôlé").count() == 1
    either_page.get_by_role("button", name="Signer les 10 feuilles").click()

    either_page.get_by_text("10 feuilles de temps signées.").wait_for()
    assert figure(either_page, "À valider") == "0"
    assert figure(either_page, "Validées ou verrouillées") == "10"
    assert site.complaints == []


def test_two_ticked_sheets_are_signed_and_the_others_wait(
    either_page: Page, team_address: str
) -> None:
    enter(either_page, team_address)

    for name in ("AUBRAC", "CHAMONIX"):
        either_page.get_by_label(f"Valider la feuille de {name}").check()
    either_page.get_by_role("button", name="Valider les feuilles cochées").first.click()
    either_page.get_by_role("button", name="Signer les 2 feuilles").click()

    either_page.get_by_text("2 feuilles de temps signées.").wait_for()
    assert figure(either_page, "À valider") == "8"


def test_a_month_is_sent_back_and_another_day_opened_with_reasons(
    either_page: Page, team_address: str
) -> None:
    enter(either_page, team_address)

    either_page.get_by_role("link", name="Renvoyer la feuille de AUBRAC").click()
    either_page.get_by_label("Motif").fill("court")
    either_page.get_by_role("button", name="Renvoyer la feuille").click()
    assert either_page.locator(".field-errors").inner_text().startswith("Entre 10 et 500")
    assert either_page.get_by_label("Motif").input_value() == "court"
    either_page.get_by_label("Motif").fill(REASON)
    either_page.get_by_role("button", name="Renvoyer la feuille").click()
    either_page.get_by_text("la feuille est renvoyée").wait_for()

    either_page.get_by_role("link", name="Rouvrir la feuille de CHAMONIX").click()
    either_page.get_by_label("Un seul jour").fill("2025-01-07")
    either_page.get_by_label("Motif").fill(REASON)
    either_page.get_by_role("button", name="Rouvrir").click()

    either_page.get_by_text("la feuille est rouverte").wait_for()
    assert either_page.get_by_text(REASON).count() == 2
    assert figure(either_page, "À valider") == "8"


def test_finance_says_in_words_when_months_close(either_page: Page, team_address: str) -> None:
    enter(either_page, team_address, FINANCE_EMAIL)
    either_page.get_by_role("link", name="Verrouillage").click()

    either_page.get_by_label("Verrouiller", exact=True).fill("bientôt")
    either_page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert either_page.get_by_role("alert").get_by_text("n'est pas une règle").count() == 1
    either_page.get_by_label("Verrouiller", exact=True).fill("le mois précédent, dix jours après")
    either_page.get_by_role("button", name="Voir l'effet").click()
    either_page.get_by_text("janvier 2025 le sera le 11/02/2025").wait_for()
    either_page.get_by_role("button", name="Enregistrer", exact=True).click()

    either_page.get_by_text("sont enregistrés").wait_for()


def test_the_sheets_of_a_claim_are_locked_and_opened_with_a_reason(
    either_page: Page, team_address: str
) -> None:
    site = enter(either_page, team_address)
    either_page.get_by_role("link", name="Valider les 10 feuilles prêtes").click()
    either_page.get_by_role("button", name="Signer les 10 feuilles").click()
    either_page.get_by_role("button", name="Se déconnecter").click()
    enter(either_page, team_address, FINANCE_EMAIL)
    site.open(CLAIM)

    either_page.get_by_role("link", name="Voir et verrouiller les feuilles").click()
    either_page.get_by_text("10 feuilles signées seront verrouillées").wait_for()
    either_page.get_by_role("button", name="Verrouiller les feuilles de temps").click()
    either_page.get_by_text("10 feuilles verrouillées.").wait_for()
    either_page.get_by_label("Motif").fill(REASON)
    either_page.get_by_role("button", name="Déverrouiller ces feuilles").click()

    either_page.get_by_text("10 feuilles déverrouillées.").wait_for()
    assert figure(either_page, "Verrouillées") == "0"


JANUARY = "from=2025-01-01&to=2025-01-31"
CLAIM = f"/conventions/1/bilan?{JANUARY}"
CLAIM_SHEETS = f"/conventions/1/bilan/feuilles?{JANUARY}"
PATHS = (
    TEAM_PAGE,
    f"{TEAM_PAGE}?situation=zzz",
    f"{TEAM_PAGE}?q=zzz",
    f"{TEAM_PAGE}/valider",
    f"{TEAM_PAGE}/1/renvoyer",
    f"{TEAM_PAGE}/1/rouvrir",
    "/equipe/2025",
)


def test_no_page_of_the_team_has_a_barrier(page: Page, team_address: str) -> None:
    site = enter(page, team_address)

    found = {path: barriers(site.open(path).page) for path in PATHS}

    assert {path: faults for path, faults in found.items() if faults} == {}
    assert [text for text in site.complaints if "422" not in text] == []


def test_no_page_of_finance_has_a_barrier(page: Page, team_address: str) -> None:
    site = enter(page, team_address, FINANCE_EMAIL)
    paths = (TEAM_PAGE, "/equipe/verrouillage/1", f"{TEAM_PAGE}/1/verrouiller", CLAIM_SHEETS)

    assert [fault for path in paths for fault in barriers(site.open(path).page)] == []


def test_pages_of_the_team_fit_a_telephone(phone: Page, team_address: str) -> None:
    site = enter(phone, team_address, FINANCE_EMAIL)
    paths = (TEAM_PAGE, "/equipe/2025", "/equipe/verrouillage/1", CLAIM_SHEETS)

    wide = [path for path in paths if site.open(path).is_wider_than_its_screen()]

    assert wide == []
