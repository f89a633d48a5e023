"""Hours as the database sums them, days worth a look, signatures under a month."""

from __future__ import annotations

from datetime import date

from grants.frozen import frozen


@frozen(kw_only=True)
class TimeSum:
    """Minutes of a person on one operation (None: other activity) between two cut points, summed by
    the database.

    ``rows`` are the spreadsheet rows as text ranges.
    """

    person_id: int
    start: date
    convention_id: int | None
    minutes: int
    rows: str


@frozen(kw_only=True)
class DayTime:
    """A day worth a look: more than 24 h, over the contract, or worked during an absence."""

    person_id: int
    day: date
    minutes: int
    rows: str


@frozen(kw_only=True)
class Signature:
    """Signatures under a month's time sheet.

    ``is_changed``: what was signed here is no longer what stands there. ``is_reopened``: it was
    signed and asks to be signed anew. ``was_edited``: whether a day of it was corrected by hand;
    None where its days were not confirmed here.
    """

    person_id: int
    month: date
    signed_by_person_on: date | None
    signed_by_manager_on: date | None
    manager: str
    row: int
    piece: str = ""
    is_changed: bool = False
    is_reopened: bool = False
    was_edited: bool | None = None
