"""A list declared once: columns, filters, order. Page, csv and xlsx show the same of it.

A page of the kind is a declaration (``Listing``), a form (``forms.lists.ListForm``) whose fields
have the names of the filters, and two views: ``answer_page`` and ``answer_file``. Its template is
``_macros/listing_page.html``, or one that extends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from flask import render_template

from exports.kit.tables import Table
from exports.kit.workbook import Column as FileColumn
from grants.clock import clock
from grants.views.edge.addresses import address
from grants.views.edge.cells import STYLES, Style, Value, is_nothing
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import Page, asked_page, cut

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from forms.lists import ListForm

Row = TypeVar("Row")
Read = TypeVar("Read", covariant=True)
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """What each row says under one title.

    ``style`` is a key of ``cells.STYLES``, ``order`` what the column sorts by where that is not the
    value itself. ``below`` puts it on a page under the column before it, to save room: a file gives
    it a column of its own. ``link`` opens what the cell is about; empty where there is nothing to
    open. ``has_total`` shows the sum of all rows that fit under the page's table. ``sorts`` is
    false where a database cannot order by what people read.
    """

    key: str
    title: str
    value: Callable[[Row], Value]
    style: str = "text"
    width: int = 14
    order: Callable[[Row], Any] | None = None
    below: bool = False
    link: Callable[[Row], str] | None = None
    has_total: bool = False
    sorts: bool = True

    @property
    def kind(self) -> Style:
        """How its values read."""
        return STYLES[self.style]

    def sort_key(self, row: Row) -> Any:
        """Place of a row in the order of this column; None comes last, whichever way it runs."""
        if self.order is not None:
            return self.order(row)
        value = self.value(row)
        return None if is_nothing(value) else self.kind.order(value)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do when there is nothing yet: a page of ours, for whoever may open it."""

    endpoint: str
    wording: str


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """A list page and its files.

    ``what`` names its rows, in the plural; ``nothing`` begins « … ne correspond à ce filtre ».
    ``filters`` say for each field of the form whether a row fits what it asks for. ``order`` is the
    key that the list is sorted by when nobody asks for another. ``empty`` says what to do while
    there is no row at all, and ``steps`` lead there. ``section`` is the entry of the page's
    head that it belongs to.
    """

    title: str
    what: str
    nothing: str
    endpoint: str
    columns: tuple[Column[Row], ...]
    filters: Mapping[str, Callable[[Row, Any], bool]]
    order: str
    empty: str
    section: str = ""
    template: str = "_macros/listing_page.html"
    steps: tuple[Step, ...] = ()
    size: int = 50
    note: str = ""
    anchor: str = ""
    file_endpoint: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """What the list may be sorted by."""
        return tuple(column.key for column in self.columns if column.sorts)

    def table(self, rows: Sequence[Row]) -> Table:
        """The rows as a file holds them."""
        columns = tuple(FileColumn(one.title, one.width, one.kind.file) for one in self.columns)
        return Table(self.title, columns, [self._filed(row) for row in rows])

    def _filed(self, row: Row) -> tuple[Any, ...]:
        pairs = [(column.kind, column.value(row)) for column in self.columns]
        return tuple(None if is_nothing(value) else kind.filed(value) for kind, value in pairs)


class Source(Protocol[Read]):
    """Where the rows that fit come from, in the order asked for."""

    def __len__(self) -> int:
        """How many fit."""

    def rows(self, offset: int = 0, limit: int | None = None) -> Sequence[Read]:
        """Some of them, or all."""


@dataclass(frozen=True, slots=True)
class RowsInMemory(Generic[Row]):
    """Rows in memory."""

    all: Sequence[Row]

    def __len__(self) -> int:
        """How many fit."""
        return len(self.all)

    def rows(self, offset: int = 0, limit: int | None = None) -> Sequence[Row]:
        """Some of them, or all."""
        return self.all[offset : None if limit is None else offset + limit]


@dataclass(frozen=True, slots=True)
class CellView:
    """One value on the page: in words (or several, each on its own line), and what it opens."""

    column: Column[Any]
    text: str
    texts: Sequence[str]
    href: str


@dataclass(frozen=True)  # no slots: what a template asks for twice is kept
class ListView(Generic[Row]):
    """A list as an address asks for it: what a template needs of it, and every link around it."""

    listing: Listing[Row]
    form: ListForm
    source: Source[Row]
    parts: Mapping[str, Any] = field(default_factory=dict)
    is_empty: bool = False  # before any filter

    @cached_property
    def page(self) -> Page[Row]:
        """The page of it that the address asks for."""
        return cut(self.source.rows, len(self.source), asked_page(), self.listing.size)

    @property
    def order(self) -> str:
        """Key that it is sorted by, with a leading « - » when turned round."""
        return str(self.form.sound("sort") or self.listing.order)

    @property
    def fields(self) -> list[Field]:
        """Fields to narrow it by; a choice among one is none."""
        found = [self.form[name] for name in self.listing.filters]
        return [one for one in found if len(getattr(one, "choices", None) or "...") > 2]

    @property
    def kept(self) -> dict[str, str]:
        """What a new filter leaves as it is."""
        shown = {one.name for one in self.fields}
        return {name: text for name, text in self.form.given().items() if name not in shown}

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return any(self.form.sound(name) is not None for name in self.listing.filters)

    @cached_property
    def heads(self) -> list[list[Column[Row]]]:
        """Columns as the page shows them: those that stand below another together with it."""
        found: list[list[Column[Row]]] = []
        for column in self.listing.columns:
            if column.below and found:
                found[-1].append(column)
            else:
                found.append([column])
        return found

    def cells(self, row: Row) -> list[list[CellView]]:
        """Cells of a row, as ``heads`` has them."""
        return [[_cell(column, row) for column in head] for head in self.heads]

    def totals(self) -> list[list[CellView]]:
        """Sums of the columns that have one, as ``heads`` has them; empty when none has."""
        if not any(column.has_total for column in self.listing.columns):
            return []
        rows = self.source.rows()
        return [[_total(column, rows) for column in head] for head in self.heads]

    def url(self, **changes: object) -> str:
        """The list with something else asked for; with ``sort`` or a filter, its first page."""
        asked = {**self.form.given(), **changes}
        kept = {name: text for name, text in asked.items() if text not in (None, "")}
        return address(self.listing.endpoint, self.parts, kept) + self.listing.anchor

    @property
    def url_bare(self) -> str:
        """Where a new filter leads; the form itself brings what stands behind the question mark."""
        return address(self.listing.endpoint, self.parts, {}) + self.listing.anchor

    def page_url(self, number: int) -> str:
        """Another page of it."""
        return self.url(page=number)

    def sort_url(self, column: Column[Row]) -> str:
        """Sorted by a column; the other way where it is already."""
        return self.url(sort=f"-{column.key}" if self.order == column.key else column.key)

    def file_url(self, kind: str) -> str:
        """The same rows as a file."""
        endpoint = self.listing.file_endpoint or f"{self.listing.endpoint}_file"
        return address(endpoint, {**self.parts, "kind": kind}, self.form.given())

    @property
    def all_url(self) -> str:
        """Without any filter, what else the page was asked for kept."""
        return self.url(**{one.name: None for one in self.fields})


def show(
    listing: Listing[Row], form: ListForm, rows: Sequence[Row], **parts: object
) -> ListView[Row]:
    """Rows in memory, narrowed and sorted as the form says; ``parts`` are those of the address.

    What a field asks for and cannot be is left out, and said beside it.
    """
    check(listing, form)
    asked = [
        (fits, form.sound(name))
        for name, fits in listing.filters.items()
        if form.sound(name) is not None
    ]
    found = [row for row in rows if all(fits(row, wanted) for fits, wanted in asked)]
    order = str(form.sound("sort") or listing.order)
    return ListView(listing, form, RowsInMemory(_sorted(listing, found, order)), parts, not rows)


def by_database(_row: object, _wanted: object) -> bool:
    """For a filter that the database has applied already."""
    return True


def check(listing: Listing[Row], form: ListForm) -> bool:
    """Validate a form, its order included: one of the listing's columns."""
    form.sort.keys = listing.keys
    return bool(form.validate())


def answer_page(view: ListView[Row], **more: object) -> ResponseReturnValue:
    """The list as a page; ``more`` is what its own template wants besides."""
    listing = view.listing
    page = render_template(listing.template, shown=view, section=listing.section, **more)
    return page, 422 if view.form.errors else 200


def answer_file(view: ListView[Row], kind: str, **more: object) -> ResponseReturnValue:
    """The list as a file: the rows and columns of the page, all its pages of them.

    What cannot be asked for is said on the page: a file of other rows would mislead.
    """
    if view.form.errors:
        return answer_page(view, **more)
    today: date = clock().today()
    return send_table(view.listing.table(view.source.rows()), kind, created=today)


def _sorted(listing: Listing[Row], rows: Sequence[Row], order: str) -> list[Row]:
    key = order.removeprefix("-")
    column = next(column for column in listing.columns if column.key == key)
    keyed = [(column.sort_key(row), row) for row in rows]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=order.startswith("-"))
    return [row for _, row in known] + [row for key, row in keyed if key is None]


def _cell(column: Column[Any], row: Any) -> CellView:
    value = column.value(row)
    href = column.link(row) if column.link is not None else ""
    if is_nothing(value):
        return CellView(column, NOTHING, (), href)
    texts = value if column.style == "list" else ()
    return CellView(column, column.kind.shown(value), tuple(_texts(texts)), href)


def _texts(value: object) -> Iterator[str]:
    yield from value  # type: ignore[misc] # a sequence of texts, by its style


def _total(column: Column[Any], rows: Sequence[Any]) -> CellView:
    if not column.has_total:
        return CellView(column, "", (), "")
    values: list[Any] = [column.value(row) for row in rows]
    return CellView(
        column, column.kind.shown(sum(one for one in values if one is not None)), (), ""
    )
