"""Long lists cut into pages, and links that change one thing of the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: its number and the place of its first item, both counted from 1, and the
    length of the whole list.
    """

    items: Sequence[T]
    number: int
    pages: int
    total: int
    first: int


def paginate(rows: Sequence[T], number: int, size: int) -> Page[T]:
    """Page of a list; a number beyond either end gives the nearest page.

    Example:
    >>> paginate([1, 2, 3], 9, 2).items
    [3]
    """
    pages = max(1, -(-len(rows) // size))
    kept = min(max(number, 1), pages)
    return Page(
        rows[(kept - 1) * size : kept * size], kept, pages, len(rows), (kept - 1) * size + 1
    )


def asked_page() -> int:
    """Number of the page that the address asks for, 1 when it asks for none."""
    return request.args.get("page", 1, type=int)


def url_with(**changes: object) -> str:
    """Address of this page with some arguments changed, or dropped when None.

    Any change but that of the page leads back to the first page.
    """
    kept = {key: value for key, value in request.args.items() if key != "page"}
    wanted = {**kept, **(request.view_args or {}), **changes}
    return url_for(request.endpoint or "", **wanted)
