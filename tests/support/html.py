"""What every page must hold, whatever it shows: checked on each HTML answer of the test client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

UNLABELLED = {"hidden", "submit", "button", "reset", "image"}


def html_problems(page: str) -> list[str]:
    """Faults of a page, empty when it is sound."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(page)
    faults = [f"line {place[0]}: {code} {data}" for place, code, data in parser.errors]
    for check in (_head, _ids, _labels, _tables, _images, _inline):
        faults.extend(check(root))
    return faults


def _head(root: Element) -> Iterator[str]:
    if not root.get("lang"):
        yield "<html> has no lang"
    if not "".join(element.text or "" for element in root.iter("title")).strip():
        yield "no <title>"
    headings = len(list(root.iter("h1")))
    if headings != 1:
        yield f"{headings} <h1>, expected 1"


def _ids(root: Element) -> Iterator[str]:
    counts = Counter(element.get("id") for element in root.iter() if element.get("id"))
    for name, count in counts.items():
        if count > 1:
            yield f"id « {name} » stands {count} times"
    for element in root.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby", "headers"):
            for target in (element.get(attribute) or "").split():
                if target not in counts:
                    yield f"{attribute}=« {target} » points nowhere"


def _labels(root: Element) -> Iterator[str]:
    labelled = {element.get("for") for element in root.iter("label")}
    wrapped = {field for label in root.iter("label") for field in label.iter()}
    for tag in ("input", "select", "textarea"):
        for field in root.iter(tag):
            named = field.get("aria-label") or field.get("aria-labelledby") or field in wrapped
            if (
                not named
                and field.get("type") not in UNLABELLED
                and field.get("id") not in labelled
            ):
                yield f"<{tag} name=« {field.get('name')} »> has no label"


def _tables(root: Element) -> Iterator[str]:
    for cell in root.iter("th"):
        if not cell.get("scope"):
            yield f"<th> « {''.join(cell.itertext()).strip()} » has no scope"


def _images(root: Element) -> Iterator[str]:
    for image in root.iter("img"):
        if image.get("alt") is None:
            yield f"<img src=« {image.get('src')} »> has no alt"


def _inline(root: Element) -> Iterator[str]:
    # The content security policy refuses them, so that they would silently do nothing.
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.get("style") or element.tag == "style":
            yield f"<{element.tag}> carries a style of its own"
        if element.tag == "script" and not element.get("src"):
            yield "<script> stands in the page"
        yield from (
            f"<{element.tag} {name}> is a script in the page"
            for name in element.attrib
            if name.startswith("on")
        )
