"""One cell: from what stands in it to the value that its column holds, or the reason why not.

Binary floats come out of spreadsheets only; they are turned back at once into the fifteen digits
that the spreadsheet shows, and refused when those are finer than the column takes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from grants.french import (
    day_fr,
    euros,
    number,
    read_amount,
    read_day,
    read_minutes,
    read_month,
    read_share,
    read_siret,
    read_yes_no,
    whole_minutes,
)
from grants.labels import from_label
from grants.money import round_half_up
from grants.periods import month_index
from grants.rules.conventions.settings import SPEC_BY_COLUMN
from grants.services.spreadsheets.raw import CellError, RawCell, is_blank
from grants.workbook_format.columns import CellKind, Column, Sign

Value = str | int | bool | Decimal | date | None

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)
# Days as a spreadsheet numbers them, of the years that are read.
SPREADSHEETS_DAY_ZERO = date(1899, 12, 30)
FIRST_NUMBER, LAST_NUMBER = ((day - SPREADSHEETS_DAY_ZERO).days for day in (FIRST_DAY, LAST_DAY))
MINUTES = 60
AMOUNT_DECIMALS = 2
FIGURE_DECIMALS = 6
FINEST_SHARE = Decimal("0.000001")
DIGITS = 28
# An amount has two decimals: three digits after one separator may be thousands.
_THOUSANDS_OR_NOT = re.compile(r"[-\u2212+]?[1-9]\d{0,2}[.,]\d{3}€?")
# What spreadsheets show of a binary figure; the digits beyond are its noise.
SHOWN_DIGITS = ".15g"


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
        case CellKind.TEXT | CellKind.SIRET | CellKind.SETTING:
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
            return _short(read_amount(raw))
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
    if column.kind is not CellKind.SIRET and len(text) > column.maximum:
        raise CellRefused(f"{column.maximum} caractères au plus, il y en a {len(text)}")
    return text


def _amount(column: Column, raw: RawCell) -> Decimal:
    if isinstance(raw, str) and _THOUSANDS_OR_NOT.fullmatch("".join(raw.split())):
        whole, _, decimals = "".join(raw.split()).removesuffix("€").replace(",", ".").partition(".")
        raise CellRefused(
            f"{expectation(column)} ; ce séparateur peut être celui des milliers : écrivez "
            f"{whole}{decimals},00 ou {whole},{decimals[:AMOUNT_DECIMALS]}"
        )
    figure = _figure(raw)
    if round_half_up(figure) != figure:
        near = euros(figure)
        raise CellRefused(f"{expectation(column)} ; arrondi au centime : {near}")
    return _bounded(column, figure)


def _decimal(column: Column, raw: RawCell) -> Decimal:
    return _bounded(column, _at_most_decimals(_figure(raw), FIGURE_DECIMALS))


def _fraction(column: Column, raw: RawCell) -> Decimal:
    text = raw if isinstance(raw, str) else f"{_figure(raw):f}"
    share = read_share(text)
    # 24/35 has no end: a spreadsheet writes fifteen digits of it, and six are kept.
    return _bounded(column, share.quantize(FINEST_SHARE, ROUND_HALF_UP) if share else share)


def _whole(column: Column, raw: RawCell) -> int:
    return int(_bounded(column, _at_most_decimals(_figure(raw), 0)))


def _day(column: Column, raw: RawCell) -> date:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raise CellRefused(_day_of_number(column, raw))
    day = _any_day(raw)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CellRefused(expectation(column))
    return day


def _day_of_number(column: Column, raw: float) -> str:
    """What a number in a column of days would be: the day that a spreadsheet counts by it."""
    if not FIRST_NUMBER <= raw <= LAST_NUMBER:
        return expectation(column)
    day = SPREADSHEETS_DAY_ZERO + timedelta(days=int(raw))
    return (
        f"{expectation(column)} ; un tableur compte ce nombre pour le {day_fr(day)} : donnez à la "
        "cellule le format Date"
    )


def _any_day(raw: RawCell) -> date:
    match raw:
        case datetime():
            return raw.date()
        case date():
            return raw
        case str():
            return read_day(raw)
    raise ValueError(raw)


def _month(column: Column, raw: RawCell) -> int:
    return month_index(_day(column, read_month(raw) if isinstance(raw, str) else raw))


def _hours(column: Column, raw: RawCell) -> int:
    minutes = _minutes(raw)
    _bounded(column, minutes / MINUTES)
    return whole_minutes(minutes)


def _minutes(raw: RawCell) -> Decimal:
    match raw:
        case time():
            return _clock_minutes(raw.hour, raw.minute, raw.second + (raw.microsecond >= 500_000))
        case timedelta():
            return Decimal(round(raw / timedelta(seconds=1))) / MINUTES
        case float():
            return _figure(raw) * MINUTES
        case str():
            return read_minutes(raw)
        case _:
            return _figure(raw) * MINUTES


def _clock_minutes(hours: int, minutes: int, seconds: int) -> Decimal:
    return Decimal(hours * 3600 + minutes * 60 + seconds) / 60


def _bool(column: Column, raw: RawCell) -> bool:
    return read_yes_no(shown(raw))


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
    CellKind.SIRET: lambda _: "un SIRET : 14 chiffres dont la clé de contrôle est juste",
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
    CellKind.SIRET: lambda column, raw: read_siret(_text(column, raw)),
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
