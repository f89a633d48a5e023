"""Where a visitor may go: the entries of the page's head, and the page that opens after log-in.

A new area adds one line here; who sees it follows from ``permissions.ENDPOINTS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grants.views.edge.permissions import may

if TYPE_CHECKING:
    from flask import Flask
from grants.views.edge.permissions import first_home


@dataclass(frozen=True, slots=True)
class Entry:
    """Link in the head of every page; ``section`` is what a template sets to mark it as current."""

    endpoint: str
    wording: str
    section: str


# In the order of the head, left to right.
ENTRIES = (
    Entry("timesheets.mine", "Mes heures", "sheets"),
    Entry("conventions.listing", "Conventions", "conventions"),
    Entry("coverage.coverage", "Couverture", "coverage"),
    Entry("timesheets.team", "Équipe", "team"),
    Entry("people.absences", "Absences", "absences"),
    Entry("people.letters", "Lettres", "letters"),
    Entry("imports.workbooks", "Importer", "imports"),
    Entry("audit.trail", "Piste d'audit", "audit"),
    Entry("organisations.organisations", "Structure", "organisation"),
    Entry("roles.users", "Utilisateurs", "users"),
)


LAST_HOME = "accounts.home"


def register(app: Flask) -> None:
    """Let templates loop over ``navigation()`` and ask for ``home_page()``."""
    app.context_processor(lambda: {"navigation": entries, "home_page": home_page})


def entries() -> tuple[Entry, ...]:
    """Entries that the visitor's roles open."""
    return tuple(entry for entry in ENTRIES if may(entry.endpoint))


def home_page() -> str:
    """Address of the first page that the visitor's roles open; it may be the account alone."""
    from flask import url_for

    return url_for(first_home() or LAST_HOME)
