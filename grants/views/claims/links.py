"""Addresses around one claim; they keep the period that was asked for, wherever they lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import quote

from grants.views.edge.addresses import address
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from forms.claims import ClaimForm, PeriodForm
    from grants.rules.basis.facts.conventions import Convention

PLACE = "place-of-the-path"


class ClaimLinks(TypedDict):
    """What templates call to link inside a claim."""

    sees_pay: bool
    claim_url: str
    figure_url: Callable[[str], str]
    file_url: Callable[[str], str]
    sheets_url: Callable[[str], str]
    findings_url: Callable[[], str]
    list_url: Callable[[str], str]
    person_url: Callable[[str], str]
    page_url: Callable[[int], str]


def claim_links(
    convention: Convention, form: PeriodForm, page: str = "claim", **parts: str
) -> ClaimLinks:
    """Links of a convention's claim; ``form`` is the validated one that it was computed for.

    ``page`` is the page that shows them, ``parts`` those of its address.
    """
    same = form.period_given()

    def link(endpoint: str, query: dict[str, object] | None = None, **parts: object) -> str:
        place = {"convention_id": convention.id, **parts}
        return address(f"claims.{endpoint}", place, {**same, **(query or {})})

    # A page shows hundreds of figures: their addresses differ in the path alone.
    figures, _, query = link("figure", path=PLACE).partition(PLACE)

    return {
        "sees_pay": access().sees_pay(convention.organisation.id),
        "claim_url": link("claim"),
        "figure_url": lambda path: f"{figures}{quote(path)}{query}",
        "file_url": lambda name: link("claim_file", name=name),
        "sheets_url": lambda endpoint: link(endpoint),
        "findings_url": lambda: link("findings"),
        "list_url": lambda name: link("claim_list", name=name),
        "person_url": lambda code: f"{link('claim', {'person': code})}#lignes",
        "page_url": lambda number: link(page, {"page": number}, **parts),
    }


def lines_url(convention: Convention, form: ClaimForm, **changes: object) -> str:
    """The claim's lines with something else asked for."""
    asked = {**form.given(), **changes}
    parts = {"convention_id": convention.id}
    return f"{address('claims.claim', parts, asked)}#lignes"
