"""One cell: from what stands in it to the value that its column holds, or the reason why not.

Binary floats come out of spreadsheets only; they are turned back at once into the fifteen digits
that the spreadsheet shows, and refused when those are finer than the column takes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from grants.french import day_fr, number
from grants.labels import from_label
from grants.money import decimal_fr
from grants.periods import month_index
from grants.rules.conventions.settings import SPEC_BY_COLUMN, fraction
from grants.services.spreadsheets.raw import CellError, RawCell, is_blank
from grants.workbook_format.columns import CellKind, Column, Sign

Value = str | int | bool | Decimal | date | None

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)
MINUTES = 60
AMOUNT_DECIMALS = 2
FIGURE_DECIMALS = 6
DIGITS = 28
# What spreadsheets show of a binary figure; the digits beyond are its noise.
SHOWN_DIGITS = ".15g"
# Thirds of an hour computed by a spreadsheet are whole minutes up to its fifteen digits.
MINUTE_DECIMALS = Decimal("0.000000001")

_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
_FRENCH_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,6})\s*(?:h|:)\s*(\d{2})?(?::(\d{2}))?", re.IGNORECASE)
_ISO_DURATION = re.compile(r"PT(\d+)H(\d{2})M(\d{2})(?:\.\d+)?S")
_YES = frozenset({"oui", "o", "vrai", "x", "1"})
_NO = frozenset({"non", "n", "faux", "0"})


class CellRefused(ValueError):
    """A cell that its column cannot hold; the text says what was expected."""


def read_cell(column: Column, raw: RawCell) -> Value:
    """Value of a cell. Hours come back in minutes, months as ``month_index``, choices as values.

    Returns: None, False or an empty text for a cell left empty, as its kind has it.
    Raises: CellRefused: a required cell left empty, or anything but what was expected.
    """
    if isinstance(raw, CellError):
        raise CellRefused("une valeur, la cellule affiche une erreur de formule")
    if is_blank(raw):
        return _empty(column)
    try:
        return READERS[column.kind](column, raw)
    except CellRefused:
        raise
    except (ValueError, KeyError, ArithmeticError) as error:
        raise CellRefused(expectation(column)) from error


def _empty(column: Column) -> Value:
    if column.required:
        raise CellRefused(f"une valeur, la colonne est obligatoire ({expectation(column)})")
    match column.kind:
        case CellKind.BOOL:
            return False
        case CellKind.TEXT | CellKind.SETTING:
            return ""
        case _:
            return None


def shown(raw: RawCell) -> str:
    """What stood in a cell, as the person who typed it reads it.

    Example:
    >>> shown(1234.5), shown(date(2023, 12, 15)), shown(True)
    ('1234,5', '15/12/2023', 'oui')
    """
    match raw:
        case CellError():
            return "erreur de formule"
        case bool():
            return "oui" if raw else "non"
        case date() | time() | timedelta():
            return _shown_time(raw)
        case float():
            return format(raw, SHOWN_DIGITS).replace(".", ",")
        case _:
            return "" if raw is None else str(raw)


def _shown_time(raw: date | time | timedelta) -> str:
    match raw:
        case datetime() if raw.time() != time():
            return f"{day_fr(raw)} {raw:%H:%M}"
        case date():
            return day_fr(raw)
        case time():
            return f"{raw:%H:%M}"
        case _:
            hours, minutes = divmod(round(raw / timedelta(minutes=1)), MINUTES)
            return f"{hours}:{minutes:02d}"


def _figure(raw: RawCell) -> Decimal:
    """Number of a cell, exact; text may be written the French way."""
    match raw:
        case bool():
            raise ValueError(raw)
        case int():
            return Decimal(raw)
        case float():
            figure = Decimal(format(raw, SHOWN_DIGITS))
            if not figure.is_finite():
                raise ValueError(raw)
            return figure
        case str():
            return _short(decimal_fr(raw))
        case _:
            raise ValueError(raw)


def _short(figure: Decimal) -> Decimal:
    # Decimal arithmetic keeps 28 digits: a longer figure would be rounded without a word.
    if len(figure.as_tuple().digits) > DIGITS:
        raise ValueError(figure)
    return figure


def _bounded(column: Column, figure: Decimal) -> Decimal:
    below = figure < 0 if column.sign is Sign.NOT_NEGATIVE else figure <= 0
    if (column.sign is not Sign.ANY and below) or abs(figure) > column.upper:
        raise CellRefused(expectation(column))
    return figure


def _at_most_decimals(figure: Decimal, places: int) -> Decimal:
    scaled = figure.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise ValueError(figure)
    return figure


def _text(column: Column, raw: RawCell) -> str:
    text = unicodedata.normalize("NFC", shown(raw)).replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip().strip("\ufeff\u200b")
    if isinstance(raw, float) and "e" in text:
        raise CellRefused("un texte : ce nombre a perdu des chiffres, mettez la cellule en Texte")
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in text):
        raise CellRefused("un texte sans caractère de commande invisible")
    if len(text) > column.maximum:
        raise CellRefused(f"{column.maximum} caractères au plus, il y en a {len(text)}")
    return text


def _amount(column: Column, raw: RawCell) -> Decimal:
    return _bounded(column, _at_most_decimals(_figure(raw), AMOUNT_DECIMALS))


def _decimal(column: Column, raw: RawCell) -> Decimal:
    return _bounded(column, _at_most_decimals(_figure(raw), FIGURE_DECIMALS))


def _fraction(column: Column, raw: RawCell) -> Decimal:
    text = raw if isinstance(raw, str) else f"{_figure(raw):f}"
    return _bounded(column, _at_most_decimals(fraction(text), FIGURE_DECIMALS))


def _whole(column: Column, raw: RawCell) -> int:
    return int(_bounded(column, _at_most_decimals(_figure(raw), 0)))


def _day(column: Column, raw: RawCell) -> date:
    day = _any_day(raw)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CellRefused(expectation(column))
    return day


def _any_day(raw: RawCell) -> date:
    match raw:
        case datetime():
            return raw.date()
        case date():
            return raw
        case str():
            text = raw.strip()
            if found := _FRENCH_DAY.fullmatch(text):
                return date(int(found[3]), int(found[2]), int(found[1]))
            if found := _ISO_DAY.fullmatch(text):
                return date(int(found[1]), int(found[2]), int(found[3]))
    raise ValueError(raw)


def _month(column: Column, raw: RawCell) -> int:
    if isinstance(raw, str):
        text = raw.strip()
        if found := _FRENCH_MONTH.fullmatch(text):
            raw = date(int(found[2]), int(found[1]), 1)
        elif found := _ISO_MONTH.fullmatch(text):
            raw = date(int(found[1]), int(found[2]), 1)
    return month_index(_day(column, raw))


def _hours(column: Column, raw: RawCell) -> int:
    minutes = _minutes(raw)
    _bounded(column, minutes / MINUTES)
    return int(_at_most_decimals(minutes, 0))


def _minutes(raw: RawCell) -> Decimal:
    match raw:
        case time():
            return _clock_minutes(raw.hour, raw.minute, raw.second + (raw.microsecond >= 500_000))
        case timedelta():
            return Decimal(round(raw / timedelta(seconds=1))) / MINUTES
        case float():
            return (_figure(raw) * MINUTES).quantize(MINUTE_DECIMALS)
        case str():
            return _typed_minutes(raw.strip())
        case _:
            return _figure(raw) * MINUTES


def _typed_minutes(text: str) -> Decimal:
    if found := _CLOCK.fullmatch(text) or _ISO_DURATION.fullmatch(text):
        minutes, seconds = int(found[2] or 0), int(found[3] or 0)
        if minutes >= MINUTES or seconds >= MINUTES:
            raise ValueError(text)
        return _clock_minutes(int(found[1]), minutes, seconds)
    return decimal_fr(text.casefold().removesuffix("h")) * MINUTES


def _clock_minutes(hours: int, minutes: int, seconds: int) -> Decimal:
    return Decimal(hours * 3600 + minutes * 60 + seconds) / 60


def _bool(column: Column, raw: RawCell) -> bool:
    word = shown(raw).strip().casefold()
    if word not in _YES | _NO:
        raise ValueError(raw)
    return word in _YES


def _choice(column: Column, raw: RawCell) -> str:
    if column.closed_list is None:
        raise ValueError(column.name)
    return from_label(column.closed_list, shown(raw)).value


def _setting(column: Column, raw: RawCell) -> str:
    text = _text(column, raw)
    spec = SPEC_BY_COLUMN[column.name]
    try:
        spec.parse(text)
    except (ValueError, KeyError, ArithmeticError) as error:
        raise CellRefused(setting_expectation(column.name)) from error
    return text


def setting_expectation(name: str) -> str:
    """What the column of a setting takes."""
    spec = SPEC_BY_COLUMN[name]
    match spec.kind:
        case "choice":
            return "une valeur de la liste : " + ", ".join(spec.options)
        case "list":
            return "des valeurs séparées par « | », parmi : " + ", ".join(spec.options)
        case "fraction":
            return "une part entre 0 et 100 %, par exemple 70 %"
        case "bool":
            return "oui ou non"
        case "whole":
            return "un nombre entier, positif ou nul"
        case _:
            return "un nombre positif ou nul, par exemple 40 000,00"


def expectation(column: Column) -> str:
    """What a column takes, in French, with its limits and an example."""
    example = f", par exemple {column.example}" if column.example else ""
    return _WANTED[column.kind](column) + example


def _limits(column: Column) -> str:
    low = {Sign.ANY: "", Sign.NOT_NEGATIVE: " positif ou nul", Sign.POSITIVE: " supérieur à 0"}
    return f"{low[column.sign]} (au plus {number(column.upper)})"


_WANTED: dict[CellKind, Callable[[Column], str]] = {
    CellKind.TEXT: lambda column: f"un texte de {column.maximum} caractères au plus",
    CellKind.REFERENCE: lambda column: f"un code de la feuille {column.refers_to}",
    CellKind.AMOUNT: lambda column: f"un montant en euros{_limits(column)}, au centime près",
    CellKind.HOURS: lambda column: f"un nombre d'heures{_limits(column)}, à la minute près",
    CellKind.FRACTION: lambda column: (
        "une part supérieure à 0 et d'au plus 100 %"
        if column.sign is Sign.POSITIVE
        else "une part entre 0 et 100 %"
    ),
    CellKind.DECIMAL: lambda column: f"un nombre{_limits(column)}, six décimales au plus",
    CellKind.WHOLE: lambda column: f"un nombre entier{_limits(column)}",
    CellKind.DATE: lambda column: "une date entre 1990 et 2100",
    CellKind.MONTH: lambda column: "un mois entre 1990 et 2100",
    CellKind.BOOL: lambda column: "oui ou non",
    CellKind.CHOICE: lambda column: "une valeur de la liste : " + ", ".join(column.options),
    CellKind.SETTING: lambda column: setting_expectation(column.name),
}

READERS: dict[CellKind, Callable[[Column, RawCell], Value]] = {
    CellKind.TEXT: _text,
    CellKind.REFERENCE: _text,
    CellKind.AMOUNT: _amount,
    CellKind.HOURS: _hours,
    CellKind.FRACTION: _fraction,
    CellKind.DECIMAL: _decimal,
    CellKind.WHOLE: _whole,
    CellKind.DATE: _day,
    CellKind.MONTH: _month,
    CellKind.BOOL: _bool,
    CellKind.CHOICE: _choice,
    CellKind.SETTING: _setting,
}
