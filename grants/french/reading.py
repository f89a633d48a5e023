"""How figures, days and names are read: one reader a kind of value, for every door of the program.

A reader takes what people, spreadsheets and this program write; it refuses the rest with a sentence
that says what stood there and what was expected. Limits (no hours above 24, no day before 1990) are
the door's own, and so is the name of the column or of the field.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from grants.french.formatting import (
    MINUTES_PER_HOUR,
    MONTHS,
    SIRET_GROUPS,
    count,
    plain_figure,
)
from grants.money import decimal_fr

LONGEST_SHOWN = 30
SHORTEST_NAME = 3
SIRET_LENGTH, SIREN_LENGTH = SIRET_GROUPS[-1], 9
LA_POSTE, LA_POSTE_SEAT = "356000000", "35600000000048"
# Thirds of an hour computed by a spreadsheet are whole minutes up to its fifteen digits.
NOISE = Decimal("0.000001")
YES = frozenset({"oui", "o", "vrai", "x", "1"})
NO = frozenset({"non", "n", "faux", "0"})
HOURS_EXPECTED = "attendu des heures comme 7,5, 7:30 ou 7h30"
AMOUNT_EXPECTED = "attendu un montant comme 1 234,56"
SHARE_EXPECTED = "attendu un pourcentage comme 60 %"
DAY_EXPECTED = "attendu une date comme 15/12/2023"
MONTH_EXPECTED = "attendu un mois comme 12/2023"

_CLOCK = re.compile(r"(\d{1,6})(?:h|:)(\d{1,2})?(?::(\d{2}))?(?:m|mn|min)?", re.ASCII)
_DURATION = re.compile(r"pt(\d{1,6})h(\d{2})m(\d{2})(?:\.\d+)?s", re.ASCII)
_MINUTES = re.compile(r"(\d{1,6})(?:m|mn|min|minutes?)", re.ASCII)
_HOURS = re.compile(r"[-\u2212+]?(?:\d{1,12}[.,]?\d{0,12}|[.,]\d{1,12})h?", re.ASCII)
_FRENCH_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
_SPOKEN_DAY = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})")
_FRENCH_MONTH = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_SPOKEN_MONTH = re.compile(r"([a-z]+)\.? (\d{4})")


class Misread(ValueError):
    """A text that is no value of its kind; says what stood there, what was expected, what to do."""


def _refusal(text: str, what: str, expected: str) -> Misread:
    return Misread(f"« {shortened(text)} » n'est pas {what} : {expected}")


def shortened(text: str) -> str:
    """What stood there, as a sentence can quote it.

    Example:
    >>> shortened(" trente "), len(shortened("x" * 100))
    ('trente', 31)
    """
    kept = text.strip()
    return kept if len(kept) <= LONGEST_SHOWN else f"{kept[:LONGEST_SHOWN]}…"


def read_minutes(text: str) -> Decimal:
    """Minutes of hours written « 7,5 », « 7.5 », « 7:30 », « 7h30 », « 7 h », « ,25 », « 450 min »;
    exact: ``whole_minutes`` settles them.

    Raises: Misread: no duration.
    Example:
    >>> [int(read_minutes(text)) for text in ("7,5", "7:30", "7 h 30", "7 h", ".25", "450 min")]
    [450, 450, 450, 420, 15, 450]
    """
    words = "".join(text.split()).casefold()
    if clock := _CLOCK.fullmatch(words) or _DURATION.fullmatch(words):
        minutes, seconds = int(clock[2] or 0), int(clock[3] or 0)
        if max(minutes, seconds) < MINUTES_PER_HOUR:
            return Decimal(int(clock[1]) * 3600 + minutes * 60 + seconds) / 60
    elif alone := _MINUTES.fullmatch(words):
        return Decimal(int(alone[1]))
    elif _HOURS.fullmatch(words):
        return decimal_fr(words.removesuffix("h")) * MINUTES_PER_HOUR
    raise _refusal(text, "une durée", HOURS_EXPECTED)


def whole_minutes(exact: Decimal) -> int:
    """Whole minutes of hours to the hundredth, as the program prints them; of a spreadsheet's
    thirds of an hour; of anything that is whole minutes already.

    Raises: Misread: figures so fine that they stand for no minute: a time turned into a fraction of
    a day is not taken for hours.
    Example:
    >>> [whole_minutes(read_minutes(text)) for text in ("0,33", "7,67", "7:31")]
    [20, 460, 451]
    """
    minutes = exact.to_integral_value(ROUND_HALF_UP)
    hundredths = exact * 100 / MINUTES_PER_HOUR
    if hundredths != hundredths.to_integral_value() and abs(exact - minutes) > NOISE:
        raise Misread(
            f"{plain_figure(exact / MINUTES_PER_HOUR)} heure n'est pas un nombre entier de "
            f"minutes : {HOURS_EXPECTED}"
        )
    return int(minutes)


def read_amount(text: str) -> Decimal:
    """Amount, with any space between the thousands, with or without €.

    Raises: Misread: no amount.
    Example:
    >>> read_amount("1 234,56 €"), read_amount("−5")
    (Decimal('1234.56'), Decimal('-5'))
    """
    try:
        return decimal_fr(text)
    except ValueError:
        raise _refusal(text, "un montant", AMOUNT_EXPECTED) from None


def read_share(text: str) -> Decimal:
    """A share typed « 70 % », « 70 » or « 0,7 »: from 1 excluded on, the figure is a percentage.

    Raises: Misread: no number, negative, or more than 100 %.
    Example:
    >>> read_share("70 %"), read_share("70"), read_share("0,7")
    (Decimal('0.7'), Decimal('0.7'), Decimal('0.7'))
    """
    typed = text.strip()
    try:
        value = decimal_fr(typed.removesuffix("%"))
    except ValueError:
        raise _refusal(text, "une part", SHARE_EXPECTED) from None
    share = value / 100 if typed.endswith("%") or value > 1 else value
    if not 0 <= share <= 1:
        raise _refusal(text, "une part entre 0 et 100 %", SHARE_EXPECTED)
    return share


def read_siret(text: str) -> str:
    """The fourteen digits of a SIRET, however they are grouped, once its keys were checked.

    Raises: Misread: another number of digits, anything else beside them, or a wrong key.
    Example:
    >>> read_siret("732 829 320 00074")
    '73282932000074'
    """
    advice = "recopiez-le de l'avis de situation de l'INSEE"
    digits = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"[0-9]+", digits):
        raise _refusal(text, "un SIRET", f"{SIRET_LENGTH} chiffres sont attendus, {advice}")
    if len(digits) != SIRET_LENGTH:
        raise Misread(
            f"« {shortened(text)} » a {count(len(digits), 'chiffre')}, un SIRET en a "
            f"{SIRET_LENGTH} : {advice}"
        )
    if not _has_sound_keys(digits):
        raise _refusal(text, "un SIRET", f"un de ses chiffres est faux, {advice}")
    return digits


def _has_sound_keys(siret: str) -> bool:
    """Luhn's key on the whole number and on the company's nine digits.

    The offices of La Poste share one company and have another key: digits that add up to fives.
    Its seat has the usual one.
    """
    siren = siret[:SIREN_LENGTH]
    if siren == LA_POSTE and siret != LA_POSTE_SEAT:
        return sum(map(int, siret)) % 5 == 0
    return _luhn(siret) and _luhn(siren)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def read_day(text: str) -> date:
    """Day written 15/12/2023, 15.12.2023, 2023-12-15, 15 décembre 2023 or « 1er août 2025 ».

    Raises: Misread: no day of the calendar.
    Example:
    >>> {read_day(text).isoformat() for text in ("15/12/2023", "2023-12-15", "15 décembre 2023")}
    {'2023-12-15'}
    """
    words = text.strip()
    try:
        if found := _FRENCH_DAY.fullmatch(words):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _ISO_DAY.fullmatch(words):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SPOKEN_DAY.fullmatch(folded(words)):
            return date(int(found[3]), _month_called(found[2]), int(found[1]))
        return date.fromisoformat(words)
    except ValueError:
        raise _refusal(text, "un jour", DAY_EXPECTED) from None


def read_month(text: str) -> date:
    """First day of a month written 12/2023, 2023-12, décembre 2023, or as one of its days.

    Raises: Misread: no month.
    Example:
    >>> {read_month(text).isoformat() for text in ("12/2023", "2023-12", "décembre 2023")}
    {'2023-12-01'}
    """
    words = text.strip()
    try:
        if found := _FRENCH_MONTH.fullmatch(words):
            return date(int(found[2]), int(found[1]), 1)
        if found := _ISO_MONTH.fullmatch(words):
            return date(int(found[1]), int(found[2]), 1)
        if found := _SPOKEN_MONTH.fullmatch(folded(words)):
            return date(int(found[2]), _month_called(found[1]), 1)
        return read_day(words).replace(day=1)
    except ValueError:
        raise _refusal(text, "un mois", MONTH_EXPECTED) from None


def read_yes_no(text: str) -> bool:
    """« oui », « o », « vrai », « x », « 1 », or their contrary.

    Raises: Misread: neither.
    Example:
    >>> read_yes_no(" Oui"), read_yes_no("0")
    (True, False)
    """
    word = text.strip().casefold()
    if word not in YES | NO:
        raise _refusal(text, "oui ou non", "attendu oui ou non")
    return word in YES


def _month_called(words: str) -> int:
    """Number of the month that a name means, whole or cut short as calendars print it."""
    names = [folded(name) for name in MONTHS]
    close = [
        name for name in names if name == words or (len(words) >= 3 and name.startswith(words))
    ]
    if len(close) != 1:
        raise ValueError(words)
    return names.index(close[0]) + 1


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Text without what a reader does not mind: case, accents, spacing, the kind of apostrophe.

    Example:
    >>> folded(" Évaluation  d’étape ")
    "evaluation d'etape"
    """
    return " ".join(unaccented(text.casefold().replace("’", "'")).split())


def unaccented(text: str) -> str:
    """Text with its letters alone, without what stands above or below them.

    Example:
    >>> unaccented("Œuvre à façon")
    'OEuvre a facon'
    """
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
