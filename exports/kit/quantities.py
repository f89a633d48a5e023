"""How figures and dates read in French: the only place that formats them, for screens and packs.

French typography: a narrow no-break space groups thousands, a no-break space stands before the
unit, so that no figure is ever torn apart at the end of a line.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from grants.labels import TERMS
from grants.money import round_half_up
from grants.parameters.loader import parameters
from grants.periods import FOREVER, Period
from grants.rules.conventions.settings import SPEC_BY_KEY, setting_text

NARROW = "\u202f"
FIXED = "\u00a0"
NOTHING = "–"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
MINUTES_PER_HOUR = 60
DECIMALS_SHOWN = 6
RATE_DECIMALS = 4
PARIS = ZoneInfo("Europe/Paris")


def euro(amount: Decimal | None) -> str:
    """Amount in euros, to the cent.

    Example:
    >>> euro(Decimal("1234.5")) == "1\u202f234,50\u00a0€"
    True
    """
    return NOTHING if amount is None else f"{_french(f'{round_half_up(amount):,f}')}{FIXED}€"


def number(value: Decimal | int | None, decimals: int | None = None) -> str:
    """Plain figure: exact, or rounded half up to so many decimals.

    Example:
    >>> number(Decimal("1250.50")), number(Decimal("2.345"), 2)
    ('1\u202f250,5', '2,35')
    """
    if value is None:
        return NOTHING
    exact = Decimal(value)
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return _french(f"{exact:,f}")
    shown = exact.quantize(Decimal(1).scaleb(-DECIMALS_SHOWN), ROUND_HALF_UP)
    text = f"{shown:,f}".rstrip("0").rstrip(".")
    return _french("0" if text in ("-0", "") else text)


def percent(share: Decimal | None, decimals: int = 2) -> str:
    """Fraction of one as a percentage.

    Example:
    >>> percent(Decimal("0.7")) == "70\u202f%"
    True
    """
    if share is None:
        return NOTHING
    rounded = (share * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{number(rounded)}{NARROW}%"


def hours(value: Decimal | None) -> str:
    """Decimal hours, two decimals.

    Example:
    >>> hours(Decimal("151.666")) == "151,67\u00a0h"
    True
    """
    return NOTHING if value is None else f"{number(value, 2)}{FIXED}h"


def minutes(value: int | None) -> str:
    """Whole minutes shown as decimal hours, the unit of time sheets and claims.

    Example:
    >>> minutes(90) == "1,50\u00a0h"
    True
    """
    return NOTHING if value is None else hours(Decimal(value) / MINUTES_PER_HOUR)


def day(value: date | None) -> str:
    """Day as forms write it.

    Example:
    >>> day(date(2023, 12, 15))
    '15/12/2023'
    """
    if value is None or value == FOREVER:
        return NOTHING
    return f"{value:%d/%m/}{value.year:04d}"


def moment(value: datetime) -> str:
    """Day and time in France, to the second.

    Example:
    >>> from datetime import UTC
    >>> moment(datetime(2025, 7, 1, 22, 5, 9, tzinfo=UTC))
    '02/07/2025 00:05:09'
    """
    local = value.astimezone(PARIS)
    return f"{day(local)} {local:%H:%M:%S}"


def month(value: date) -> str:
    """Month in words.

    Example:
    >>> month(date(2023, 12, 1)) == "décembre\u00a02023"
    True
    """
    return f"{MONTHS[value.month - 1]}{FIXED}{value.year}"


def of_month(first: date) -> str:
    """« de mars 2025 », « d'avril 2025 ».

    Example:
    >>> of_month(date(2025, 10, 1)).replace("\u00a0", " ")
    "d'octobre 2025"
    """
    name = month(first)
    return f"d'{name}" if name[0] in "ao" else f"de {name}"


def period(value: Period | None) -> str:
    """First and last day, both inclusive.

    Example:
    >>> period(Period.year(2024)) == "01/01/2024\u00a0– 31/12/2024"
    True
    """
    if value is None:
        return NOTHING
    if value.is_open:
        return f"depuis le {day(value.start)}"
    return f"{day(value.start)}{FIXED}– {day(value.last)}"


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


def quantity(value: object, unit: str = "") -> str:
    """Any value that went into a formula, by its unit: €, %, h, ETP, j, €/h or none.

    Example:
    >>> quantity(Decimal("0.5"), "%") == "50\u202f%"
    True
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value is None:
        return NOTHING
    if isinstance(value, Decimal | int):
        return _figure(Decimal(value), unit)
    if isinstance(value, date):
        return day(value)
    return setting_text(value)


def _figure(value: Decimal, unit: str) -> str:
    match unit:
        case "€":
            is_whole_cents = value == round_half_up(value)
            return euro(value) if is_whole_cents else f"{number(value, RATE_DECIMALS)}{FIXED}€"
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


def _french(text: str) -> str:
    return text.replace(",", NARROW).replace(".", ",")
