"""Category of the region that a territory belongs to, which gives the fund's highest rate."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from grants.parameters.loader import Frame, Setting, find

CATEGORIES = ("more_developed", "less_developed")
OTHERWISE = "transition"


def category_of(departements: Collection[str], on: date, frame: Frame) -> str:
    """Category of some départements; empty where they are none, or not all of one category.

    Law: programme national FSE+ 2021-2027: Île-de-France and the former Rhône-Alpes, the overseas
    départements, and the other ones.
    Example:
    >>> national = Frame("fse_plus", "national")
    >>> [category_of({one}, date(2022, 1, 1), national) for one in ("42", "79", "974")]
    ['more_developed', 'transition', 'less_developed']
    """
    found = {_category(one, on, frame) for one in departements}
    return found.pop() if len(found) == 1 else ""


def _category(departement: str, on: date, frame: Frame) -> str:
    for category in CATEGORIES:
        listed = find(f"region_category.{category}", on, frame)
        if listed is not None and isinstance(listed.value, tuple) and departement in listed.value:
            return category
    return OTHERWISE


def highest_rate(departements: Collection[str], on: date, frame: Frame) -> Setting | None:
    """Highest rate of the fund for an operation on these départements; None where the programme is
    not named or says none.

    Example:
    >>> highest_rate({"42"}, date(2022, 1, 1), Frame("fse_plus", "national")).value
    Decimal('0.40')
    >>> highest_rate({"42"}, date(2022, 1, 1), Frame("fse_plus")) is None
    True
    """
    category = category_of(departements, on, frame)
    return find(f"highest_rate.{category}", on, frame) if category else None
