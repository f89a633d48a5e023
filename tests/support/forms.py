"""Forms of a page as a browser would send them, and what an attacker adds to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import html5lib

# What a person types into an empty field, by its type.
TYPED = {
    "date": "2025-01-20",
    "email": "nouvelle@exemple.test",
    "month": "2025-01",
    "number": "1",
    "password": "correct-horse-battery",
    "search": "",
    "text": "Essai",
    "time": "08:00",
}
UNSENT = {"submit", "button", "reset", "image", "file"}


@dataclass(frozen=True, slots=True)
class Form:
    """One form: where it goes and what it would send, filled in wherever it was empty."""

    action: str
    values: dict[str, str]


def post_forms(page: str, url: str) -> Iterator[Form]:
    """Forms of a page that write."""
    root = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    for form in root.iter("form"):
        if (form.get("method") or "get").lower() == "post":
            yield Form(form.get("action") or url, dict(_values(form)))


def _values(form: Element) -> Iterator[tuple[str, str]]:
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name or kind in UNSENT:
            continue
        if field.tag == "select":
            yield name, _chosen(field)
        elif field.tag == "textarea":
            yield name, (field.text or "").strip() or TYPED["text"]
        elif field.tag == "input" and kind in ("checkbox", "radio"):
            if field.get("checked") is not None:
                yield name, field.get("value", "y")
        elif field.tag == "input":
            yield name, field.get("value") or TYPED.get(kind, "")


def _chosen(select: Element) -> str:
    options = list(select.iter("option"))
    marked = [option for option in options if option.get("selected") is not None]
    filled = [option for option in options if option.get("value")]
    return next((option.get("value") or "" for option in [*marked, *filled]), "")
