"""The site as a person finds their way in it: by roles and names, never by markup."""

from __future__ import annotations

from pathlib import Path
from weakref import WeakSet

from playwright.sync_api import Locator, Page

from tests.support.visitors import EMAIL, PASSWORD

# Tabs that run no scripts: axe, itself a script, would wait there for ever.
WITHOUT_SCRIPTS: WeakSet[Page] = WeakSet()
STATE_CONVENTION = "DREETS-42-2023-017"
FSE_CONVENTION = "FSE-79-2018"


class Site:
    """One tab on the site; methods return the site, so that a journey reads in order."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Site:
        """Go to a page by its address."""
        self.page.goto(self.address + path)
        return self

    def log_in(self) -> Site:
        """Log in through the form."""
        self.open("/connexion")
        self.page.get_by_label("Adresse e-mail").fill(EMAIL)
        self.page.get_by_label("Mot de passe").fill(PASSWORD)
        self.page.get_by_role("button", name="Se connecter").click()
        self.page.get_by_role("heading", level=1, name="Conventions").wait_for()
        return self

    def open_convention(self, number: str) -> Site:
        """Follow the list's link to a convention."""
        self.open("/")
        self.page.get_by_role("link", name=number, exact=True).click()
        self.heading(number).wait_for()
        return self

    def open_claim(self, number: str) -> Site:
        """From a convention to its claim."""
        self.open_convention(number)
        self.page.get_by_role("link", name="Ouvrir le bilan").click()
        self.heading("Bilan").wait_for()
        return self

    def open_first_figure(self, table: str) -> Site:
        """Open the first underlined figure of a region."""
        region = self.page.get_by_role("region", name=table)
        region.locator("a.figure").first.click()
        self.page.get_by_role("heading", name="Formule").wait_for()
        return self

    def download(self, name: str) -> Path:
        """Path of the file behind a button."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=name, exact=True).click()
        return Path(coming.value.path())

    def heading(self, text: str) -> Locator:
        """Main heading that holds a text."""
        return self.page.get_by_role("heading", level=1).filter(has_text=text)

    def is_wider_than_its_screen(self) -> bool:
        """Whether the page itself scrolls sideways; tables scroll inside their own frame."""
        # A telephone zooms out on a page that is too wide: its window then grows with the page.
        screen = "Math.min(window.innerWidth, window.screen.width)"
        script = f"document.documentElement.scrollWidth > {screen}"
        return bool(self.page.evaluate(script))

    def _note(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind in {"error", "warning"}:
            self.complaints.append(f"{kind}: {text}")
