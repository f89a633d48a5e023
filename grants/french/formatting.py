"""How figures, days and lists are written: one spelling each, for screens, files and terminals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from grants.money import round_half_up
from grants.periods import FOREVER, Period, next_month

NARROW = "\u202f"
FIXED = "\u00a0"
MINUS = "\u2212"
NOTHING = "–"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MINUTES_PER_HOUR = 60
DECIMALS_SHOWN = 6
LISTED = 10
# Decimals of a percentage that lose nothing: shares are kept to six.
EXACT = 4
SIRET_GROUPS = (0, 3, 6, 9, 14)
PARIS = ZoneInfo("Europe/Paris")
# Words that take no « s » of their own.
_INVARIABLE = ("s", "x", "z")


def number(value: Decimal | int | None, decimals: int | None = None) -> str:
    """Plain figure: exact to six decimals, or rounded half up to so many.

    Example:
    >>> number(Decimal("-1250.50")), number(Decimal("2.345"), 2)
    ('−1\u202f250,5', '2,35')
    """
    if value is None:
        return NOTHING
    shown = _rounded(Decimal(value), DECIMALS_SHOWN if decimals is None else decimals)
    return _french(shown) if decimals is not None else _trimmed(shown)


def fte_fr(value: Decimal | None) -> str:
    """Full-time equivalents, to the hundredth, without useless decimals.

    Example:
    >>> fte_fr(Decimal("2.000")), fte_fr(Decimal("0.805479"))
    ('2', '0,81')
    """
    return NOTHING if value is None else _trimmed(_rounded(value, 2))


def euros(amount: Decimal | None) -> str:
    """Amount to the cent.

    Example:
    >>> euros(Decimal("1234.5")) == "1\u202f234,50\u00a0€"
    True
    """
    return NOTHING if amount is None else f"{_french(round_half_up(amount))}{FIXED}€"


def percent(share: Decimal | None, decimals: int = 2) -> str:
    """Fraction of one as a percentage, without useless decimals.

    Example:
    >>> percent(Decimal("0.4")) == "40\u202f%", percent(Decimal("0.38714")) == "38,71\u202f%"
    (True, True)
    """
    return NOTHING if share is None else f"{_trimmed(_rounded(share * 100, decimals))}{NARROW}%"


def hours(value: Decimal | None) -> str:
    """Hours: none or two decimals.

    Example:
    >>> hours(Decimal("1596")) == "1\u202f596\u00a0h", hours(Decimal("7.5")) == "7,50\u00a0h"
    (True, True)
    """
    return NOTHING if value is None else f"{_hours_figure(value)}{FIXED}h"


def minutes(value: int | None) -> str:
    """Whole minutes as hours, the unit of time sheets and claims.

    Example:
    >>> minutes(90) == "1,50\u00a0h"
    True
    """
    return NOTHING if value is None else hours(Decimal(value) / MINUTES_PER_HOUR)


def bare_hours(value: int) -> str:
    """Whole minutes as hours where the column says the unit; read again, the same minutes.

    Example:
    >>> bare_hours(450), bare_hours(420), bare_hours(20), bare_hours(0)
    ('7,50', '7', '0,33', '0')
    """
    return _hours_figure(Decimal(value) / MINUTES_PER_HOUR)


def clock_hours(value: int) -> str:
    """Whole minutes as hours and minutes; hours go on beyond 99.

    Example:
    >>> clock_hours(450), clock_hours(6), clock_hours(60 * 1607)
    ('7:30', '0:06', '1607:00')
    """
    whole, rest = divmod(abs(value), MINUTES_PER_HOUR)
    return f"{MINUS if value < 0 else ''}{whole}:{rest:02d}"


def plain_figure(value: Decimal) -> str:
    """Exact figure as a spreadsheet reads it out of a csv file: a comma, nothing else.

    Example:
    >>> plain_figure(Decimal("-1234.50"))
    '-1234,50'
    """
    return f"{value:f}".replace(".", ",")


def siret_fr(digits: str) -> str:
    """Number of an establishment in the groups that people read; anything else as it stands.

    Example:
    >>> siret_fr("12345678900012").split()
    ['123', '456', '789', '00012']
    """
    if len(digits) != SIRET_GROUPS[-1] or not digits.isdecimal():
        return digits
    return NARROW.join(digits[start:end] for start, end in pairwise(SIRET_GROUPS))


def day_fr(day: date | None) -> str:
    """Day as forms print it; a day without end is none, that of a moment is France's.

    Example:
    >>> day_fr(date(2024, 3, 1))
    '01/03/2024'
    """
    if day is None or day == FOREVER:
        return NOTHING
    local = day.astimezone(PARIS) if isinstance(day, datetime) and day.tzinfo else day
    return f"{local:%d/%m/}{local.year:04d}"


def days_fr(first: date, last: date) -> str:
    """Both days, inclusive, in the middle of a sentence.

    Example:
    >>> days_fr(date(2024, 1, 1), date(2024, 12, 31))
    'du 01/01/2024 au 31/12/2024'
    """
    return f"du {day_fr(first)} au {day_fr(last)}"


def span_fr(period: Period) -> str:
    """Days from the first to the last, both counted, in the middle of a sentence.

    Example:
    >>> span_fr(Period(date(2023, 12, 15), date(2024, 12, 15)))
    'du 15/12/2023 au 14/12/2024'
    """
    return days_fr(period.start, period.last)


def spoken_day(day: date) -> str:
    """Day as one says it.

    Example:
    >>> spoken_day(date(2025, 1, 7)), spoken_day(date(2025, 8, 1))
    ('mardi 7 janvier', 'vendredi 1er août')
    """
    ordinal = "1er" if day.day == 1 else str(day.day)
    return f"{WEEKDAYS[day.weekday()]} {ordinal} {MONTHS[day.month - 1]}"


def moment_fr(value: datetime) -> str:
    """Day and time in France, to the second.

    Example:
    >>> from datetime import UTC
    >>> moment_fr(datetime(2025, 7, 1, 22, 5, 9, tzinfo=UTC))
    '02/07/2025 00:05:09'
    """
    local = value.astimezone(PARIS)
    return f"{day_fr(local)} {local:%H:%M:%S}"


def month_fr(month: date) -> str:
    """Month in words.

    Example:
    >>> month_fr(date(2023, 12, 1)) == "décembre\u00a02023"
    True
    """
    return f"{MONTHS[month.month - 1]}{FIXED}{month.year:04d}"


def of_month(first: date) -> str:
    """« de mars 2025 », « d'avril 2025 ».

    Example:
    >>> of_month(date(2025, 10, 1)).replace("\u00a0", " ")
    "d'octobre 2025"
    """
    name = month_fr(first)
    return f"d'{name}" if name[0] in "ao" else f"de {name}"


def month_number(month: date) -> str:
    """Month in figures, where room is short.

    Example:
    >>> month_number(date(2023, 12, 1))
    '12/2023'
    """
    return f"{month:%m/}{month.year:04d}"


def months_fr(months: Iterable[date]) -> str:
    """Months in order, those that follow each other as a span.

    Example:
    >>> months_fr([date(2024, 3, 1), date(2024, 1, 1), date(2024, 2, 1), date(2024, 5, 1)])
    '01/2024 à 03/2024, 05/2024'
    """
    ordered = sorted(set(months))
    if not ordered:
        return ""
    breaks = [i for i, (a, b) in enumerate(pairwise(ordered), 1) if next_month(a) != b]
    edges = [0, *breaks, len(ordered)]
    return ", ".join(_span(ordered[a:b]) for a, b in pairwise(edges))


def period_fr(value: Period | None) -> str:
    """First and last day, both inclusive.

    Example:
    >>> period_fr(Period.year(2024)) == "01/01/2024\u00a0– 31/12/2024"
    True
    """
    if value is None:
        return NOTHING
    if value.is_open:
        return f"depuis le {day_fr(value.start)}"
    return f"{day_fr(value.start)}{FIXED}– {day_fr(value.last)}"


def listed(texts: Iterable[str], most: int = LISTED) -> str:
    """The first of a list, and how many more there are.

    Example:
    >>> listed(["a", "b", "c"], 2)
    'a, b et 1 de plus'
    """
    found = list(texts)
    more = len(found) - most
    return ", ".join(found[:most]) + (f" et {more} de plus" if more > 0 else "")


def count(value: int, one: str, many: str = "") -> str:
    """So many things, in the plural from two on; ``many`` where « s » on each word is not it.

    Example:
    >>> count(1, "mois"), count(2, "feuille signée"), count(3, "jour à voir", "jours à voir")
    ('1 mois', '2 feuilles signées', '3 jours à voir')
    """
    return f"{number(value)} {plural(value, one, many)}"


def plural(value: int | Decimal, one: str, many: str = "") -> str:
    """Words as so many things want them.

    Example:
    >>> plural(1, "perdu"), plural(2, "perdu"), plural(2, "est", "sont")
    ('perdu', 'perdus', 'sont')
    """
    if -2 < value < 2:
        return one
    return many or " ".join(w if w.endswith(_INVARIABLE) else f"{w}s" for w in one.split(" "))


def _span(months: Sequence[date]) -> str:
    first, last = month_number(months[0]), month_number(months[-1])
    return first if first == last else f"{first} à {last}"


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _hours_figure(value: Decimal) -> str:
    shown = _rounded(value, 2)
    return number(shown, 0 if shown == shown.to_integral_value() else 2)


def _trimmed(value: Decimal) -> str:
    text = _french(value)
    return text.rstrip("0").rstrip(",") if "," in text else text


def _french(value: Decimal) -> str:
    text = f"{value + 0:,f}"  # adding zero drops the sign of a negative zero
    return text.replace(",", NARROW).replace(".", ",").replace("-", MINUS)
