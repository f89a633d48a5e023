"""Long lists cut into pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

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
    return cut(lambda offset, limit: rows[offset : offset + limit], len(rows), number, size)


def cut(read: Callable[[int, int], Sequence[T]], total: int, number: int, size: int) -> Page[T]:
    """Page of a list of known length, of which only this page is read: from its offset, so many."""
    pages = max(1, -(-total // size))
    kept = min(max(number, 1), pages)
    offset = (kept - 1) * size
    return Page(read(offset, size), kept, pages, total, offset + 1)


def asked_page() -> int:
    """Number of the page that the address asks for, 1 when it asks for none."""
    return request.args.get("page", 1, type=int)
