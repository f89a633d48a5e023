"""Figures that formulas were made of: what each is called, and how it reads with its unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grants.french import (
    FIXED,
    NOTHING,
    day_fr,
    euros,
    hours,
    number,
    percent,
)
from grants.labels import TERMS, label
from grants.money import round_half_up
from grants.parameters.loader import parameters
from grants.rules.basis.explained import Citation
from grants.rules.conventions.settings import SPEC_BY_KEY, setting_text

RATE_DECIMALS = 4


def citation_name(name: str) -> str:
    """What a cited figure is: a setting, a term of the formula, a legal parameter, or plain words.

    Example:
    >>> citation_name("min_time_share"), citation_name("rate")
    ('Part minimum du temps', 'taux')
    """
    if name in SPEC_BY_KEY:
        return SPEC_BY_KEY[name].wording
    if name in TERMS:
        return TERMS[name]
    known = parameters().get(name)
    return known.description if known else name


def reading_mark(citation: Citation) -> str:
    """How far a printed value was held against its text: one of three marks.

    Example:
    >>> reading_mark(Citation("rate", "15 %", None, "Texte", read_on=date(2026, 11, 28)))
    'lu le 28/11/2026'
    """
    mark = label(citation.reading)
    return f"{mark} le {day_fr(citation.read_on)}" if citation.read_on else mark


def quantity(value: object, unit: str = "") -> str:
    """Any value that went into a formula, by its unit: €, %, h, ETP, j, €/h or none.

    Example:
    >>> quantity(Decimal("0.5"), "%").split()
    ['50', '%']
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value is None:
        return NOTHING
    if isinstance(value, Decimal | int):
        return _figure(Decimal(value), unit)
    if isinstance(value, date):
        return day_fr(value)
    return setting_text(value)


def _figure(value: Decimal, unit: str) -> str:
    match unit:
        case "€":
            is_whole_cents = value == round_half_up(value)
            return euros(value) if is_whole_cents else f"{number(value, RATE_DECIMALS)}{FIXED}€"
        case "€/h":
            return f"{number(value, RATE_DECIMALS)}{FIXED}€/h"
        case "%":
            return percent(value, RATE_DECIMALS)
        case "h":
            return hours(value)
        case "":
            return number(value)
        case _:
            return f"{number(value)}{FIXED}{unit}"
