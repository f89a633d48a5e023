"""Who administers, who is invited, whose time is over and who must not see, in a real browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from waitress.server import create_server

from grants.clock import FixedClock
from grants.config import SmtpSettings
from grants.enums import Role
from grants.extensions import db
from grants.models.conventions import Convention
from grants.models.people import Person
from grants.models.platform import OutgoingMail
from grants.services.accounts import passwords
from grants.services.platform.mail import send_due_mail
from grants.services.platform.smtp import SmtpTransport
from grants.services.platform.tenancy import EVERY, set_scope
from tests.e2e.conftest import DESKTOP, PHONE, load_demonstration
from tests.e2e.site import FSE_CONVENTION, Site
from tests.e2e.test_site import barriers
from tests.support.database import NOW, app_on, ready_database
from tests.support.mail_server import mail_server
from tests.support.visitors import PASSWORD, open_account

pytestmark = pytest.mark.browser
Look = Callable[[Page], None]
ADMIN, DIRECTOR, AUDITOR = (f"{who}@exemple.test" for who in ("admin", "directeur", "controle"))
ABSENT, GUEST = "absente@exemple.test", "zoe@exemple.test"
CHOSEN = "girafe tabouret nuage violon"
SENDER = "Subventions <subventions@exemple.test>"
LAST = date(2025, 1, 20)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Flask]:
    """A site of its own with the demonstration, one person of each role, and a second factor for
    whoever sees pay.
    """
    folder = tmp_path_factory.mktemp("admin")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with (
        pytest.MonkeyPatch.context() as patch,
        ready_database(folder, f"admin_{worker_id}") as url,
        app_on(url, folder) as app,
    ):
        patch.setattr(passwords, "HASHER", cheap)
        app.config["WTF_CSRF_ENABLED"] = True
        app.config["SECOND_FACTOR_ROLES"] = frozenset({Role.FINANCE})
        with app.app_context():
            people(folder)
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        app.config["SITE_URL"] = f"http://127.0.0.1:{server.effective_port}"
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield app
        server.close()
        thread.join(timeout=5)


def people(folder: Path) -> None:
    load_demonstration(folder)
    session = db.session()
    set_scope(session, EVERY)
    convention = session.scalars(select(Convention).filter_by(number=FSE_CONVENTION)).one()
    own = {"organisation_id": convention.organisation_id}
    open_account(session, ADMIN, "Alex Admin", Role.ADMINISTRATOR, **own)
    open_account(session, DIRECTOR, "Dominique Direction", Role.DIRECTOR, **own)
    open_account(session, ABSENT, "Ada Absente", Role.MANAGER, **own)
    open_account(
        session, AUDITOR, "Camille Contrôle", Role.AUDITOR, **own, last_on=LAST,
        conventions=[convention.id],
    )  # fmt: skip


@pytest.fixture
def address(app: Flask) -> str:
    return str(app.config["SITE_URL"])


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Lets a test move the site's clock; it stands at its place again afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def enter(page: Page, address: str, email: str, password: str = PASSWORD) -> Site:
    site = Site(page, address).open("/connexion")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Se connecter").click()
    return site


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Look:
    """Asserts that a page has no serious barrier; axe is a script, and waits for ever without."""
    runs_scripts = "without_javascript" not in request.node.name

    def check(page: Page) -> None:
        assert not runs_scripts or barriers(page) == [], page.url

    return check


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).click()


def delivered_link(app: Flask) -> str:
    """Link of the last invitation, as a mail server was given it."""
    with mail_server() as mailbox, app.app_context():
        there = SmtpSettings("127.0.0.1", mailbox.port, "", "", False, SENDER)
        transport = SmtpTransport(there, timeout=5)
        send_due_mail(db.engine, transport=transport, sender=SENDER, now=lambda: NOW)
    texts = [message.get_content() for message in mailbox.messages]
    found = [link for text in texts for link in re.findall(r"http\S+/invitation/[\w-]+", text)]
    return str(found[-1])


def invite(page: Page, role: str, email: str, name: str) -> None:
    """From the list of users to the invitation that left."""
    follow(page, "Inviter")
    page.get_by_role("radio", name=role).check()
    press(page, "Continuer")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Prénom et nom").fill(name)
    press(page, "Envoyer l'invitation")


def test_an_invitation_leads_to_the_first_log_in_with_a_second_factor(
    app: Flask, page: Page, address: str, look: Look
) -> None:
    site = enter(page, address, ADMIN)
    site.heading("Utilisateurs").wait_for()
    invite(page, "Chargé de gestion", GUEST, "Zoé Exemple")
    site.heading("Invitations en attente").wait_for()
    look(page)
    press(page, "Se déconnecter")

    page.goto(delivered_link(app))
    look(page)
    page.get_by_label("Nouveau mot de passe").fill(CHOSEN)
    page.get_by_label("Le même, encore une fois").fill(CHOSEN)
    press(page, "Ouvrir mon compte")
    site.heading("Double authentification").wait_for()
    page.get_by_label("Votre mot de passe").fill(CHOSEN)
    press(page, "Commencer")
    shown = re.search(r"Clé : ([A-Z2-7 ]+)", page.get_by_role("main").inner_text())
    assert shown
    generator = pyotp.TOTP(shown[1].replace(" ", ""))
    page.get_by_label("Code affiché").fill(generator.at(int(NOW.timestamp()) - 30))
    press(page, "Activer")
    site.heading("Codes de secours").wait_for()
    site.open("/")
    site.heading("Conventions").wait_for()
    press(page, "Se déconnecter")

    enter(page, address, GUEST, CHOSEN)
    site.heading("Code de connexion").wait_for()
    page.get_by_label("Code", exact=True).fill(generator.at(int(NOW.timestamp())))
    press(page, "Continuer")
    site.heading("Conventions").wait_for()
    assert site.complaints == []


def test_an_auditor_whose_period_ended_is_out(
    app: Flask, page: Page, address: str, clock: pytest.MonkeyPatch
) -> None:
    site = enter(page, address, AUDITOR)
    site.heading("Conventions").wait_for()
    follow(page, FSE_CONVENTION)
    reading = page.url
    clock.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(days=6)))

    site = enter(page, address, AUDITOR)
    page.goto(reading)

    site.heading("Page introuvable").wait_for()
    site.open("/")
    site.heading("Accès refusé").wait_for()
    assert FSE_CONVENTION not in page.content()


def test_a_director_sees_no_pay(app: Flask, page: Page, address: str) -> None:
    with app.app_context():
        set_scope(db.session(), EVERY)
        agents = db.session().scalars(select(Person.last_name)).all()
    site = enter(page, address, DIRECTOR)
    site.open_claim(FSE_CONVENTION)
    text = page.get_by_role("main").inner_text()
    claim = page.url
    pages = ("/agents", "/pieces", "/calcul/grant/due")
    files = ("/fichiers/claim.json", "/fichiers/bilan-execution.xlsx")

    closed = {path: page.request.get(claim + path).status for path in (*pages, *files)}

    assert "Subvention due" in text
    assert [name for name in agents if name.casefold() in text.casefold()] == []
    assert page.locator("a.figure").count() == 0
    assert page.get_by_role("region", name="Tableau des lignes de dépense").count() == 0
    assert set(closed.values()) == {403}, closed


def test_an_administrator_gives_a_role_and_ends_it(
    either_page: Page, address: str, look: Look
) -> None:
    page, site = either_page, enter(either_page, address, ADMIN)
    site.heading("Utilisateurs").wait_for()
    page.get_by_label("Nom ou adresse").fill("absente")
    press(page, "Filtrer")
    look(page)
    follow(page, "Ada Absente")
    look(page)

    follow(page, "Donner un rôle")
    look(page)
    page.get_by_role("radio", name="Direction").check()
    press(page, "Continuer")
    look(page)
    press(page, "Donner le rôle")
    page.get_by_role("status").filter(has_text="Direction").wait_for()

    follow(page, "Changer la fin du rôle Direction")
    look(page)
    press(page, "Enregistrer la fin")
    page.get_by_role("link", name="Motif").wait_for()
    look(page)
    page.get_by_label("Dernier jour").fill("2025-01-14")
    page.get_by_label("Motif").fill("essai")
    press(page, "Enregistrer la fin")
    page.get_by_role("status").wait_for()
    # A form sent empty on purpose is answered by 422, which the browser reports.
    assert [text for text in site.complaints if "422" not in text] == []


def test_an_administrator_covers_an_absence_and_closes_an_account(
    either_page: Page, address: str, look: Look
) -> None:
    page, site = either_page, enter(either_page, address, ADMIN)
    follow(page, "Ada Absente")
    follow(page, "Déléguer un rôle")
    look(page)
    page.get_by_label("Remplaçant").select_option(label="Dominique Direction")
    page.get_by_label("Premier jour").fill("2025-01-15")
    page.get_by_label("Dernier jour").fill("2025-01-31")
    press(page, "Déléguer")
    follow(page, "Annuler la délégation")
    press(page, "Annuler la délégation")
    page.get_by_role("status").wait_for()

    follow(page, "Désactiver le compte")
    look(page)
    page.get_by_label("Motif").fill("essai")
    press(page, "Désactiver le compte")
    follow(page, "Réactiver le compte")
    page.get_by_label("Motif").fill("essai fini")
    press(page, "Réactiver le compte")
    page.get_by_role("region", name="Tableau des rôles").wait_for()
    assert "essai fini" in page.get_by_role("main").inner_text()
    assert site.complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    "path",
    [
        "/utilisateurs", "/utilisateurs?q=zzz", "/invitations", "/invitations/nouvelle",
        "/invitations/nouvelle?role=nonsense", "/invitations/nouvelle?role=auditor",
        "/invitations/nouvelle?role=manager", "/utilisateurs/1", "/compte/delegations",
    ],
)  # fmt: skip
def test_no_page_about_users_has_a_barrier_or_is_too_wide(
    browser: Browser, address: str, path: str, size: dict[str, int], look: Look
) -> None:
    context = browser.new_context(viewport=size)  # type: ignore[arg-type] # a viewport by its keys
    page = context.new_page()
    site = enter(page, address, "finance@exemple.test")
    site.heading("Conventions").wait_for()
    organisation = "&organisation=1" if "role=" in path else ""

    site.open(path + organisation)

    look(page)
    assert not site.is_wider_than_its_screen()
    context.close()


def test_a_manager_lends_a_role_and_the_pages_of_the_door_have_no_barrier(
    app: Flask, either_page: Page, address: str, look: Look
) -> None:
    page, site = either_page, enter(either_page, address, ABSENT)
    page.get_by_role("link", name="Ada Absente").click()
    follow(page, "Délégations pendant une absence")
    look(page)
    page.get_by_label("Remplaçant").select_option(label="Dominique Direction")
    page.get_by_label("Premier jour").fill("2025-02-01")
    page.get_by_label("Dernier jour").fill("2025-02-10")
    press(page, "Déléguer")
    page.get_by_role("status").wait_for()
    follow(page, "Annuler la délégation")
    look(page)
    press(page, "Annuler la délégation")
    page.get_by_role("status").wait_for()
    press(page, "Se déconnecter")

    look(page)
    follow(page, "Mot de passe oublié")
    look(page)
    page.get_by_label("Adresse e-mail").fill(ABSENT)
    press(page, "Envoyer le lien")
    with app.app_context():
        query = select(OutgoingMail.body).order_by(OutgoingMail.id.desc())
        found = re.search(r"/nouveau-mot-de-passe/[\w-]+", db.session.scalars(query).first() or "")
    assert found
    site.open(found[0])
    look(page)
    assert site.complaints == []
