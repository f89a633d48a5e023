"""A list page as its reader sees it, and the same list in its files, cell by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from xml.etree.ElementTree import Element

import html5lib
import openpyxl

NOTHING = ("–", "")


@dataclass(frozen=True, slots=True)
class Grid:
    """Titles of the columns, and the words of each row under them."""

    titles: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its cells, the links in its head, and what it may be narrowed by."""

    grid: Grid
    keys: list[str]
    sort_urls: list[str]
    next_url: str
    choices: list[tuple[str, str]]


def read_page(page: str) -> ListPage:
    """The list of a page."""
    root = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    tables = [one for one in root.iter("table") if "listing" in (one.get("class") or "").split()]
    body = [row for table in tables for part in table.iter("tbody") for row in part.iter("tr")]
    heads = [
        link
        for table in tables
        for part in table.iter("thead")
        for link in part.iter()
        if link.get("data-column")
    ]
    rows = [[_words(cell) for cell in row.iter("div") if cell.get("data-column")] for row in body]
    return ListPage(
        Grid([_words(link) for link in heads], [row for row in rows if row]),
        [str(link.get("data-column")) for link in heads if link.get("href")],
        [str(link.get("href")) for link in heads if link.get("href")],
        next((str(link.get("href")) for link in root.iter("a") if link.get("rel") == "next"), ""),
        list(_choices(root)),
    )


def _choices(root: Element) -> Iterator[tuple[str, str]]:
    for form in root.iter("form"):
        if form.get("role") == "search":
            for select in form.iter("select"):
                for option in select.iter("option"):
                    if option.get("value"):
                        yield str(select.get("name")), str(option.get("value"))


def read_csv(content: bytes) -> Grid:
    """The list of a csv."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    return Grid(rows[0], [[cell.removeprefix("'") for cell in row] for row in rows[1:]])


def read_xlsx(content: bytes) -> Grid:
    """The list of a workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = [[_plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return Grid(rows[0], rows[1:])


def alike(shown: str, filed: str) -> bool:
    """Whether a cell of a page says what the file's cell holds: a figure may be rounded to what the
    page has room for, and bears its unit there.
    """
    if shown in NOTHING or filed == "":
        return shown in NOTHING and filed == ""
    number, figure = _figure(filed), _figure(shown.rstrip("€%h \u00a0\u202f"))
    if number is None or figure is None:
        return _letters(shown) == _letters(filed)
    if shown.endswith("%"):
        number *= 100
    places = Decimal(1).scaleb(int(figure.as_tuple().exponent))
    return number.quantize(places, ROUND_HALF_UP) == figure


def _words(element: Element) -> str:
    """What a sighted reader reads."""
    if "visually-hidden" in (element.get("class") or "").split() or element.tag == "svg":
        return ""
    parts = [element.text or ""]
    items = [child for child in element if child.tag == "li"]
    if items:
        return " ; ".join(_words(item) for item in items)
    for child in element:
        parts += [_words(child), child.tail or ""]
    return "".join(parts).strip()


def _letters(text: str) -> str:
    return "".join(text.split())


def _figure(text: str) -> Decimal | None:
    bare = "".join(text.split()).replace("\u2212", "-").replace(",", ".")
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}"
    return str(cell).replace(".", ",") if isinstance(cell, int | float) else str(cell)
