"""How the values of a list read on a page, and what they are in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from exports.kit.tables import Cell
from grants import french
from grants.french import folded
from grants.labels import label
from grants.money import round_half_up
from grants.periods import FOREVER

Value = str | StrEnum | Decimal | int | date | datetime | bool | Sequence[str] | None
MINUTES_PER_HOUR = Decimal(60)
BETWEEN = " ; "


@dataclass(frozen=True, slots=True)
class Style:
    """A kind of value: as words on a page, as a cell of a file, and in what order it sorts.

    ``file`` is the style of a file's column (``exports.kit.tables``).
    """

    shown: Callable[[Any], str]
    filed: Callable[[Any], Cell]
    file: str = "text"
    order: Callable[[Any], Any] = lambda value: value
    is_figure: bool = False


def _same(value: Any) -> Any:
    return value


def _figure(shown: Callable[[Any], str], file: str = "number") -> Style:
    return Style(shown, _same, file, is_figure=True)


def _joined(texts: Sequence[str]) -> str:
    return BETWEEN.join(texts)


def _yes(value: bool) -> str:
    return "oui" if value else "non"


def _hours(minutes: int) -> Decimal:
    return round_half_up(Decimal(minutes) / MINUTES_PER_HOUR)


STYLES: Mapping[str, Style] = {
    "text": Style(str, str, order=folded),
    "member": Style(label, label, order=label),
    "siret": Style(french.siret_fr, french.siret_fr),
    "list": Style(_joined, _joined, order=lambda texts: folded(_joined(texts))),
    "yes": Style(_yes, _yes),
    "day": Style(french.day_fr, _same, "date"),
    "month": Style(french.month_fr, french.month_fr),
    "moment": Style(french.moment_fr, french.moment_fr),
    "euro": _figure(french.euros, "euro"),
    "percent": _figure(french.percent, "percent"),
    "number": _figure(french.number),
    "hours": Style(french.minutes, _hours, "number", is_figure=True),  # minutes, shown as hours
}


def is_nothing(value: Value) -> bool:
    """Whether a value says nothing: such a cell is empty in a file, and comes last in any order."""
    return value is None or value == FOREVER or value in ("", ())


def has_words(wanted: str, *texts: str) -> bool:
    """Whether each word that is looked for stands in one of the texts; case and accents aside.

    Example:
    >>> has_words("ete elodie", "Élodie Exemple", "ELODIE.ETE@exemple.test")
    True
    """
    found = folded(" ".join(texts))
    return all(word in found for word in folded(wanted).split())
