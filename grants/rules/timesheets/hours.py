"""Hours of one day as people type them in a sheet, in whole minutes.

What is read is what ``grants.french`` reads; hundredths of an hour are rounded to the minute, so
that three times ``0,33`` is one hour.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP

from grants.errors import GrantsError
from grants.french import HOURS_EXPECTED, Misread, read_minutes, shortened

MINUTES_OF_AN_HOUR = 60
MINUTES_OF_A_DAY = 24 * MINUTES_OF_AN_HOUR


class InvalidHours(GrantsError):
    """What was typed is no number of hours of a day; the text says what is."""


def parse_hours(text: str) -> int:
    """Minutes that a cell says; an empty one says none.

    Raises: InvalidHours: no hours, hours below zero, more than a day has.
    Example:
    >>> [parse_hours(text) for text in ("7,5", "7:30", "7h30", "7 h", ".25", "450 min", "")]
    [450, 450, 450, 420, 15, 450, 0]
    """
    if not text.strip():
        return 0
    try:
        minutes = read_minutes(text)
    except Misread as refusal:
        raise InvalidHours(str(refusal)) from refusal
    if minutes < 0:
        raise InvalidHours(f"« {shortened(text)} » est négatif : {HOURS_EXPECTED}, ou rien")
    if minutes > MINUTES_OF_A_DAY:
        raise InvalidHours(
            f"« {shortened(text)} » dépasse les 24 h d'une journée : {HOURS_EXPECTED}"
        )
    return int(minutes.to_integral_value(ROUND_HALF_UP))
