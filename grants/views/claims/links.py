"""Addresses around one claim; they keep the period that was asked for, wherever they lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import quote

from flask import url_for

from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from grants.rules.basis.facts.conventions import Convention

PERIOD_ARGUMENTS = ("from", "to", "kind")
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


def claim_links(convention: Convention, arguments: Mapping[str, str] | None = None) -> ClaimLinks:
    """Links of a convention's claim; ``arguments`` are those of the present address."""
    asked = arguments or {}
    same: dict[str, Any] = {key: asked[key] for key in PERIOD_ARGUMENTS if asked.get(key)}

    def link(endpoint: str, **more: Any) -> str:
        return url_for(f"claims.{endpoint}", convention_id=convention.id, **more, **same)

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
        "person_url": lambda code: f"{link('claim', person=code)}#lignes",
    }
