"""When months of time sheets close by themselves, as a structure says it in words.

« le mois précédent, dix jours après sa fin »: November may be typed until 10 December and is locked
from the 11th. A rule is a span of the calendar and a delay after its end; what it locks is always
the past up to one day. Delays are calendar days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from grants.errors import Conflict
from grants.french import MONTHS, count, day_fr, folded
from grants.frozen import frozen
from grants.periods import DAY, Period, add_months, month_index, month_of_index
from grants.rules.timesheets.number_words import NUMBERS, number_of


class LockSpan(StrEnum):
    """Spans that close as a whole. The order is that of their length."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


@frozen
class LockRule:
    """What closes, and how long after its end: so many months, then so many days."""

    span: LockSpan
    days: int = 0
    months: int = 0


EXAMPLES = (
    "le mois précédent, dix jours après sa fin",
    "le trimestre précédent, un mois après sa fin",
    "l'année précédente, au 31 janvier",
    "chaque semaine, 3 jours après sa fin",
)
MOST_DAYS = 366
MOST_MONTHS = 24
DAYS_OF_WEEK = 7
MONTHS_OF: Mapping[LockSpan, int] = {
    LockSpan.MONTH: 1, LockSpan.QUARTER: 3, LockSpan.HALF_YEAR: 6, LockSpan.YEAR: 12,
}  # fmt: skip
FEBRUARY, LEAP_DAY = 2, 29
LAST_DAY_OF_ALL_MONTHS = 28
A_LEAP_YEAR = 2024

_SPANS = {
    "semaine": LockSpan.WEEK, "mois": LockSpan.MONTH, "trimestre": LockSpan.QUARTER,
    "semestre": LockSpan.HALF_YEAR, "annee": LockSpan.YEAR, "an": LockSpan.YEAR,
}  # fmt: skip
_NOTHING = {"aucun", "aucune", "jamais", "non", "sans", "pas de verrouillage"}
_SPAN_NAMES = "|".join(_SPANS)
_ARTICLE = r"(?:(?:verrouiller|fermer|cloturer) )?(?:(?:le|la|l|les|chaque|tous les|toutes les) )?"
_PAST = r"(?: (?:precedente?|passee?|ecoulee?|derniere?|dernier|civile?|acheve(?:e)?))*"
_WHAT = re.compile(rf"{_ARTICLE}({_SPAN_NAMES})s?{_PAST}s?(?: |$)")
_NUMBER = "|".join(["[0-9]+", *sorted(NUMBERS, key=len, reverse=True)])
_OF_SPAN = rf"(?: (?:du|de la|de l|de) (?:{_SPAN_NAMES}))?"
_END = rf"(?: (?:apres|plus tard)(?: (?:sa|la|leur) fin{_OF_SPAN})?)?"
_AFTER = re.compile(rf"(?:a |au bout de |dans les )?({_NUMBER}) (jours?|j|semaines?|mois){_END}")
_MINUS = re.compile(r"(?<![^\W_])[-−](?=\s*[0-9])")
_AT_ONCE = re.compile(r"(?:immediatement|des (?:sa|la|leur) fin|a (?:sa|la|leur) fin)")
_ON = re.compile(
    rf"(?:jusqu )?(?:au|le) ({_NUMBER}|1er|premier)(?: (?:du mois suivant|suivant)| ([a-z]+))?"
    r"(?: (?:suivante?|de l annee suivante))?"
)


def read_lock(text: str) -> LockRule | None:
    """Rule that some words mean, None for none. Case, accents, hyphens do not matter; numbers may
    be figures or letters.

    Raises: Conflict: the words mean no rule; field ``sheet_lock``. The text says what stood there
    and what is expected.
    Example:
    >>> read_lock("Le mois précédent, dix jours après sa fin")
    LockRule(span=<LockSpan.MONTH: 'month'>, days=10, months=0)
    """
    words = _folded(text)
    if words in _NOTHING or not text.strip():
        return None
    what = _WHAT.match(words)
    if what is None:
        raise _refused(text, "ce qui se ferme n'est pas dit : semaine, mois, trimestre, année")
    span = _SPANS[what[1]]
    months, days = _delay(text, words[what.end() :].strip(), span)
    if days > MOST_DAYS or months > MOST_MONTHS:
        raise _refused(text, f"le délai dépasse {MOST_DAYS} jours ou {MOST_MONTHS} mois")
    return LockRule(span, days, months)


def _folded(text: str) -> str:
    """Words alone: small letters without accents, one space between them."""
    plain = folded(_MINUS.sub("moins ", text))
    return " ".join(re.split(r"[^a-z0-9]+", plain)).strip()


def _delay(text: str, words: str, span: LockSpan) -> tuple[int, int]:
    """Months and days after the end of the span."""
    if _AT_ONCE.fullmatch(words):
        return 0, 0
    if after := _AFTER.fullmatch(words):
        return _amount(number_of(after[1]) or 0, after[2])
    if on := _ON.fullmatch(words):
        return _fixed_day(text, on[1], on[2], span)
    wanted = "« dix jours après sa fin », « un mois après sa fin » ou « au 31 janvier »"
    found = f"le délai « {words} » n'est pas lisible" if words else "le délai manque"
    raise _refused(text, f"{found} : {wanted}")


def _amount(number: int, unit: str) -> tuple[int, int]:
    if unit == "mois":
        return number, 0
    return 0, number * DAYS_OF_WEEK if unit.startswith("semaine") else number


def _fixed_day(text: str, number: str, month_name: str | None, span: LockSpan) -> tuple[int, int]:
    """A day of the calendar after the span: the last one on which it is open."""
    day = 1 if number in ("1er", "premier") else number_of(number) or 0
    months = [_folded(name) for name in MONTHS]
    if span is LockSpan.WEEK or (month_name is not None and span is not LockSpan.YEAR):
        raise _refused(text, "une date ne convient qu'à un mois (« au 10 ») ou à une année")
    if span is LockSpan.YEAR and month_name is None:
        raise _refused(text, "le mois manque : « au 31 janvier »")
    if month_name is not None and month_name not in months:
        raise _refused(text, f"« {month_name} » n'est pas un mois")
    month = 1 if month_name is None else months.index(month_name) + 1
    _check_day(text, day, None if month_name is None else month)
    return month - 1, day


def _check_day(text: str, day: int, month: int | None) -> None:
    """Refuse a day that the month, or some month where none is named, does not have."""
    if month is None and day > LAST_DAY_OF_ALL_MONTHS:
        raise _refused(text, f"le jour {day} n'existe pas chaque mois : 28 au plus")
    longest = Period.month(date(A_LEAP_YEAR, month or 1, 1)).days
    if not 1 <= day <= longest:
        raise _refused(text, f"le jour {day} n'existe pas dans ce mois")
    if (month, day) == (FEBRUARY, LEAP_DAY):
        raise _refused(text, "le 29 février n'existe pas chaque année : 28 février ou 1er mars")


def _refused(text: str, why: str) -> Conflict:
    examples = " ; ".join(f"« {example} »" for example in EXAMPLES)
    return Conflict(
        f"« {text.strip()} » n'est pas une règle de verrouillage : {why}. Attendu, par exemple : "
        f"{examples}. Laissez vide pour ne rien verrouiller",
        field="sheet_lock",
    )


def lock_words(rule: LockRule | None) -> str:
    """How a rule was understood, in words that ``read_lock`` reads as the same rule.

    Example:
    >>> lock_words(LockRule(LockSpan.YEAR, days=31))
    "l'année précédente, 31 jours après sa fin"
    """
    if rule is None:
        return "aucune"
    what = {
        LockSpan.WEEK: "la semaine précédente",
        LockSpan.MONTH: "le mois précédent",
        LockSpan.QUARTER: "le trimestre précédent",
        LockSpan.HALF_YEAR: "le semestre précédent",
        LockSpan.YEAR: "l'année précédente",
    }[rule.span]
    return f"{what}, {_delay_words(rule)}"


def _delay_words(rule: LockRule) -> str:
    if rule.months and rule.days:  # only a day of the calendar has both
        ordinal = "1er" if rule.days == 1 else str(rule.days)
        return f"au {ordinal} {MONTHS[rule.months]}"
    if not rule.months and not rule.days:
        return "dès sa fin"
    delay = count(rule.months, "mois") if rule.months else count(rule.days, "jour")
    return f"{delay} après sa fin"


def span_of(rule: LockRule, day: date) -> Period:
    """Span of the calendar that holds a day: it closes as a whole; weeks begin on Monday.

    Example:
    >>> span_of(LockRule(LockSpan.QUARTER), date(2024, 5, 10)).start
    datetime.date(2024, 4, 1)
    """
    if rule.span is LockSpan.WEEK:
        start = day - timedelta(days=day.weekday())
        return Period(start, start + timedelta(days=DAYS_OF_WEEK))
    months = MONTHS_OF[rule.span]
    first = month_index(day) // months * months
    return Period(month_of_index(first), month_of_index(first + months))


def locked_on(rule: LockRule, day: date) -> date:
    """First day on which a day can be typed in no more.

    Example:
    >>> locked_on(LockRule(LockSpan.MONTH, days=10), date(2024, 11, 30))
    datetime.date(2024, 12, 11)
    """
    return add_months(span_of(rule, day).end, rule.months) + timedelta(days=rule.days)


def open_from(rule: LockRule | None, as_of: date, *, grace_days: int = 0) -> date | None:
    """First day that may be typed in on ``as_of``; every day before it is locked. None without a
    rule: nothing is locked.

    Args: grace_days: days after the lock on which managers and finance officers still type; 0 for
    everybody else.
    Example:
    >>> rule = LockRule(LockSpan.MONTH, days=10)
    >>> open_from(rule, date(2024, 12, 10)), open_from(rule, date(2024, 12, 11))
    (datetime.date(2024, 11, 1), datetime.date(2024, 12, 1))
    """
    if rule is None:
        return None
    counted = as_of - timedelta(days=grace_days)
    span = span_of(rule, counted)
    while locked_on(rule, span.start) > counted:
        span = span_of(rule, span.start - DAY)
    return span.end


def is_locked(
    rule: LockRule | None,
    day: date,
    as_of: date,
    *,
    grace_days: int = 0,
    unlocked_until: date | None = None,
) -> bool:
    """Whether a day is closed by the rule on ``as_of``; ``unlocked_until`` is the last day on which
    its sheet was opened again all the same.

    Example:
    >>> rule = LockRule(LockSpan.MONTH, days=10)
    >>> is_locked(rule, date(2024, 11, 30), date(2024, 12, 11))
    True
    >>> is_locked(rule, date(2024, 11, 30), date(2024, 12, 11), unlocked_until=date(2024, 12, 11))
    False
    """
    if unlocked_until is not None and as_of <= unlocked_until:
        return False
    start = open_from(rule, as_of, grace_days=grace_days)
    return start is not None and day < start


def locked_because(rule: LockRule, day: date) -> str:
    """Why a locked day cannot be typed in, for its cell.

    Example:
    >>> locked_because(LockRule(LockSpan.MONTH, days=10), date(2024, 11, 5))
    'Novembre 2024 est verrouillé depuis le 11/12/2024 : demandez à votre responsable de le rouvrir'
    """
    name = span_name(rule, day)
    ending = "e" if rule.span in (LockSpan.WEEK, LockSpan.YEAR) else ""
    since = locked_on(rule, day)
    return (
        f"{name[0].upper()}{name[1:]} est verrouillé{ending} depuis le {day_fr(since)} : "
        f"demandez à votre responsable de l{'a' if ending else 'e'} rouvrir"
    )


def span_name(rule: LockRule, day: date) -> str:
    """Name of the span that holds a day, as it stands in a sentence.

    Example:
    >>> span_name(LockRule(LockSpan.QUARTER), date(2024, 5, 10))
    'le 2e trimestre 2024'
    """
    span = span_of(rule, day)
    first, year = span.start, span.start.year
    match rule.span:
        case LockSpan.WEEK:
            return f"la semaine du {day_fr(first)}"
        case LockSpan.MONTH:
            return f"{MONTHS[first.month - 1]} {year}"
        case LockSpan.YEAR:
            return f"l'année {year}"
    number = (first.month - 1) // MONTHS_OF[rule.span] + 1
    kind = "trimestre" if rule.span is LockSpan.QUARTER else "semestre"
    return f"le {number}{'er' if number == 1 else 'e'} {kind} {year}"


def preview(rule: LockRule | None, as_of: date) -> str:
    """What a rule does today and next, in words and dates.

    Example:
    >>> preview(LockRule(LockSpan.MONTH, days=10), date(2024, 12, 5))[:66]
    'Aujourd’hui, les jours avant le 01/11/2024 sont verrouillés ; nove'
    """
    start = open_from(rule, as_of)
    if rule is None or start is None:
        return "Aucun jour n'est verrouillé par une date : seuls un bilan ou la signature ferment."
    on = locked_on(rule, start)
    return (
        f"Aujourd’hui, les jours avant le {day_fr(start)} sont verrouillés ; "
        f"{span_name(rule, start)} le sera le {day_fr(on)} "
        f"(saisie possible jusqu'au {day_fr(on - DAY)} inclus)."
    )
