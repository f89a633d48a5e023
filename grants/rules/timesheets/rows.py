"""Lines of a month's grid: what they are called, and which a person may use.

A line's key says what it is, so that a form can hand back a line that holds no hours yet.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache

from grants.enums import Activity
from grants.errors import NotFound
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.timesheets.sheet import SheetRow

MARKET_LENGTH = 200
NO_CONVENTION = "0"
OTHER_TITLE = "Autre activité"
_PATTERN = re.compile(r"(\d{1,9})-([a-z_]+)(?:-([A-Za-z0-9_-]{1,1100}))?", re.ASCII)
_ORDER = {activity: number for number, activity in enumerate(Activity)}


@frozen
class RowName:
    """What a line is: its operation (None: other activity), its phase, its market or "" ."""

    convention_id: int | None
    activity: Activity
    market: str = ""

    @property
    def key(self) -> str:
        """The line's key: letters, digits, ``-`` and ``_`` only, fit for identifiers of a page.

        Example:
        >>> RowName(12, Activity.SUPPORT_BUYERS).key
        '12-support_buyers'
        """
        return row_key(self.convention_id, self.activity, self.market)


@lru_cache(maxsize=4096)
def row_key(convention_id: int | None, activity: Activity, market: str = "") -> str:
    """Key of a line; see ``RowName.key``."""
    coded = urlsafe_b64encode(market.encode()).decode().rstrip("=")
    parts = (str(convention_id or NO_CONVENTION), activity.value, coded)
    return "-".join(part for part in parts if part)


def parse_row_key(key: str) -> RowName:
    """Line that a key names.

    Raises: NotFound: no key of a line.
    Example:
    >>> parse_row_key("0-other")
    RowName(convention_id=None, activity=<Activity.OTHER: 'other'>, market='')
    """
    found = _PATTERN.fullmatch(key)
    try:
        if found is None:
            raise ValueError(key)
        coded = found[3] or ""
        market = urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
        name = RowName(int(found[1]) or None, Activity(found[2]), market)
    except ValueError:
        raise NotFound("Cette ligne n'existe pas : rechargez la feuille.") from None
    if name.key != key or len(market) > MARKET_LENGTH:
        raise NotFound("Cette ligne n'existe pas : rechargez la feuille.")
    return name


def sheet_rows(
    names: Iterable[RowName], conventions: Mapping[int, Convention], month: Period
) -> tuple[SheetRow, ...]:
    """Lines as the grid shows them: operations in their order, then what was done elsewhere."""
    places = {number: place for place, number in enumerate(conventions)}
    ordered = sorted(
        set(names),
        key=lambda name: (
            places.get(name.convention_id or 0, len(places)),
            _ORDER[name.activity],
            name.market,
        ),
    )
    return tuple(_row(name, conventions, month) for name in ordered)


def _row(name: RowName, conventions: Mapping[int, Convention], month: Period) -> SheetRow:
    convention = conventions.get(name.convention_id or 0)
    is_open = name.convention_id is None or bool(convention and convention.period.overlaps(month))
    number, title = (convention.number, convention.title) if convention else ("", OTHER_TITLE)
    return SheetRow(
        name.key, name.convention_id, number, title, name.activity, name.market, is_open
    )
