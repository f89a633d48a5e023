"""Hours as people type them, in whole minutes.

A cell may say ``7,5``, ``7.5``, ``7:30``, ``7h30``, ``7 h``, ``,25`` or ``450 min``: all are read,
one is shown. Hundredths of an hour are rounded to the minute, so that three times ``0,33`` is one
hour.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from grants.errors import GrantsError

MINUTES_OF_AN_HOUR = 60
MINUTES_OF_A_DAY = 24 * MINUTES_OF_AN_HOUR
LONGEST_SHOWN = 30
_SPACES = re.compile(r"\s+")
_MINUS = re.compile(r"[-−–‐‑]")
_DECIMAL = re.compile(r"(\d{0,6})(?:[.,](\d{0,6}))?h?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,6})(?:h|:)(\d{1,2})(?:m|mn|min)?", re.ASCII)
_MINUTES = re.compile(r"(\d{1,6})(?:m|mn|min|minutes?)", re.ASCII)
EXPECTED = "attendu des heures comme 7,5, 7:30 ou 7h30"


class InvalidHours(GrantsError):
    """What was typed is no number of hours of a day; the text says what is."""


def parse_hours(text: str) -> int:
    """Minutes that a cell says; an empty one says none.

    Raises: InvalidHours: no hours, hours below zero, more than a day has.
    Example:
    >>> [parse_hours(text) for text in ("7,5", "7:30", "7h30", "7 h", ".25", "450 min", "")]
    [450, 450, 450, 420, 15, 450, 0]
    """
    words = _SPACES.sub("", text).lower()
    if not words:
        return 0
    if _MINUS.match(words):
        raise InvalidHours(f"« {_shown(text)} » est négatif : {EXPECTED}, ou rien")
    minutes = _minutes(words)
    if minutes is None:
        raise InvalidHours(f"« {_shown(text)} » n'est pas une durée : {EXPECTED}")
    if minutes > MINUTES_OF_A_DAY:
        raise InvalidHours(f"« {_shown(text)} » dépasse les 24 h d'une journée : {EXPECTED}")
    return minutes


def _minutes(words: str) -> int | None:
    if clock := _CLOCK.fullmatch(words):
        hours, minutes = int(clock[1]), int(clock[2])
        return hours * MINUTES_OF_AN_HOUR + minutes if minutes < MINUTES_OF_AN_HOUR else None
    if minutes_only := _MINUTES.fullmatch(words):
        return int(minutes_only[1])
    number = _DECIMAL.fullmatch(words)
    if number is None or not (number[1] or number[2]):
        return None
    hours_typed = Decimal(f"{number[1] or 0}.{number[2] or 0}")
    return int((hours_typed * MINUTES_OF_AN_HOUR).to_integral_value(ROUND_HALF_UP))


def _shown(text: str) -> str:
    kept = text.strip()
    return kept if len(kept) <= LONGEST_SHOWN else f"{kept[:LONGEST_SHOWN]}…"
