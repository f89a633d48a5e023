"""French of the findings: figures, days and lists as a reader writes them, all in one manner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from grants.money import round_half_up
from grants.periods import Period, next_month

NARROW = "\u202f"
FIXED = "\u00a0"
LISTED = 10


def euros(amount: Decimal) -> str:
    """Amount to the cent.

    Example:
    >>> euros(Decimal("1234.5")) == "1\u202f234,50\u00a0€"
    True
    """
    return f"{_french(round_half_up(amount))}{FIXED}€"


def hours(amount: Decimal) -> str:
    """Hours, without useless decimals.

    Example:
    >>> hours(Decimal("151.50")) == "151,5\u00a0h"
    True
    """
    return f"{_short(amount)}{FIXED}h"


def percent(share: Decimal) -> str:
    """Fraction of one as a percentage.

    Example:
    >>> percent(Decimal("0.385")) == "38,5\u202f%"
    True
    """
    return f"{_short(share * 100)}{NARROW}%"


def fte_fr(fte: Decimal) -> str:
    """Full-time equivalents, without useless decimals.

    Example:
    >>> fte_fr(Decimal("0.80")), fte_fr(Decimal(2))
    ('0,8', '2')
    """
    return _short(fte)


def _short(amount: Decimal) -> str:
    return _french(round_half_up(amount)).rstrip("0").rstrip(",")


def _french(amount: Decimal) -> str:
    return f"{amount:,f}".replace(",", NARROW).replace(".", ",")


def day_fr(day: date) -> str:
    """Day as forms print it.

    Example:
    >>> day_fr(date(2024, 3, 1))
    '01/03/2024'
    """
    return f"{day:%d/%m/%Y}"


def span_fr(period: Period) -> str:
    """Days from the first to the last, both counted.

    Example:
    >>> span_fr(Period(date(2023, 12, 15), date(2024, 12, 15)))
    'du 15/12/2023 au 14/12/2024'
    """
    return f"du {day_fr(period.start)} au {day_fr(period.last)}"


def months_fr(months: Iterable[date]) -> str:
    """Months in order, those that follow each other as a span.

    Example:
    >>> months_fr([date(2024, 3, 1), date(2024, 1, 1), date(2024, 2, 1), date(2024, 5, 1)])
    '01/2024 à 03/2024, 05/2024'
    """
    ordered = sorted(set(months))
    if not ordered:
        return ""
    breaks = [i for i, (a, b) in enumerate(pairwise(ordered), 1) if next_month(a) != b]
    edges = [0, *breaks, len(ordered)]
    return ", ".join(_span(ordered[a:b]) for a, b in pairwise(edges))


def _span(months: Sequence[date]) -> str:
    first, last = months[0], months[-1]
    return f"{first:%m/%Y}" if first == last else f"{first:%m/%Y} à {last:%m/%Y}"


def listed(texts: Iterable[str], most: int = LISTED) -> str:
    """The first of a list, and how many more there are.

    Example:
    >>> listed(["a", "b", "c"], 2)
    'a, b et 1 de plus'
    """
    found = list(texts)
    more = len(found) - most
    return ", ".join(found[:most]) + (f" et {more} de plus" if more > 0 else "")


def count(number: int, one: str, many: str = "") -> str:
    """So many things, in the plural from two on.

    Example:
    >>> count(1, "mois"), count(2, "feuille")
    ('1 mois', '2 feuilles')
    """
    plural = many or (one if one.endswith("s") else f"{one}s")
    return f"{number} {one if number < 2 else plural}"
