"""What a file says of absences, before anything is known of the people it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from grants.enums import AbsenceKind
from grants.errors import InputProblem, Unreadable
from grants.french import folded
from grants.periods import DAY, Period

SIZE_LIMIT = 5 * 1024 * 1024


ABSENCE_LIMIT = 5_000
SATURDAY = 5


# Words of payroll programs and calendars, folded, each whole; the first that stands decides.
KIND_WORDS: tuple[tuple[str, AbsenceKind], ...] = (
    (r"accidents? d[eu] (?:travail|trajet)", AbsenceKind.WORK_ACCIDENT),
    (r"maternite|paternite|parental", AbsenceKind.PARENTAL),
    (r"enfants? malades?", AbsenceKind.OTHER),
    (r"sans solde|non payee?s?", AbsenceKind.UNPAID),
    (r"rtt|jrtt", AbsenceKind.RTT),
    (r"formations?|stages?", AbsenceKind.TRAINING),
    (r"conges?|vacances|cp", AbsenceKind.PAID_LEAVE),
    (r"absences?|absente?s?", AbsenceKind.OTHER),
)
# What says one of these alone says it: beside other words it may be a meeting on the subject.
WHOLE_WORDS: Mapping[str, AbsenceKind] = {
    "accident": AbsenceKind.WORK_ACCIDENT, "at": AbsenceKind.WORK_ACCIDENT,
    "arret": AbsenceKind.SICKNESS, "ca": AbsenceKind.PAID_LEAVE,
}  # fmt: skip
# A motive of health is never invented: it is read where nothing else is said.
_HEALTH = re.compile(
    r"(?:(?:arrets?|conges?|absences?|pour|de|en|ordinaire|longue|duree|travail|grave|jours?|[0-9]+)"
    r" )*(?:malad(?:ie|ies|e)|arrets? de travail)(?: (?:ordinaire|longue|duree|de|jours?|[0-9]+))*"
)


@dataclass(frozen=True, slots=True)
class ReadAbsence:
    """One absence of a file.

    ``who`` is a code or a name, empty where the file does not say. ``kind`` is None where the
    words are not known: somebody has to say. ``minutes`` is part of one day, ``is_half_day`` half
    of the contract's.
    """

    place: str
    line: int
    who: str
    words: str
    kind: AbsenceKind | None
    period: Period
    minutes: int | None = None
    is_half_day: bool = False
    expects_ijss: bool | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Absences of a file in its order, and every line that could not be read."""

    name: str
    absences: tuple[ReadAbsence, ...]
    problems: tuple[InputProblem, ...]
    notes: tuple[str, ...] = ()
    """What was left out and why, in whole French sentences."""


def kind_of(words: str) -> AbsenceKind | None:
    """Kind of absence that some words mean; None when nobody can tell.

    Example:
    >>> kind_of("Congés payés").value, kind_of("R.T.T.").value, kind_of("Réunion") is None
    ('paid_leave', 'rtt', True)
    """
    text = " ".join(re.sub(r"[^a-z0-9]+", " ", folded(words.replace(".", ""))).split())
    whole = WHOLE_WORDS.get(text)
    if whole is not None or _HEALTH.fullmatch(text):
        return whole or AbsenceKind.SICKNESS
    for word, kind in KIND_WORDS:
        if re.search(rf"\b(?:{word})\b", text):
            return None if _names_health(text, kind) else kind
    return None


def _names_health(text: str, kind: AbsenceKind) -> bool:
    """Whether sickness stands beside another motive: nobody can tell which one holds."""
    return kind in (AbsenceKind.PAID_LEAVE, AbsenceKind.OTHER) and (
        "malad" in text and "enfant" not in text
    )


def too_many(name: str) -> Unreadable:
    """A file with more absences than a structure has."""
    return Unreadable(
        f"« {name} » contient plus de {ABSENCE_LIMIT} absences : découpez-le par année"
    )


def with_half_days(
    read: ReadAbsence, *, starts_half: bool, ends_half: bool
) -> Iterator[ReadAbsence]:
    """Days of an absence that begins after noon or ends at noon: its halves, and what lies between
    unless that is a week-end.

    Example: from Friday afternoon to Monday morning: half of Friday, half of Monday.
    """
    first, last = read.period.start, read.period.last
    if first == last:
        yield replace(read, is_half_day=starts_half or ends_half or read.is_half_day)
        return
    start = first + DAY if starts_half else first
    end = last - DAY if ends_half else last
    if starts_half:
        yield replace(read, period=Period(first, first + DAY), is_half_day=True, minutes=None)
    between = Period.inclusive(start, end) if start <= end else None
    if between is not None and (not (starts_half or ends_half) or _has_a_weekday(between)):
        yield replace(read, period=between)
    if ends_half:
        yield replace(read, period=Period(last, last + DAY), is_half_day=True, minutes=None)


def _has_a_weekday(days: Period) -> bool:
    return days.days > 2 or any(day.weekday() < SATURDAY for day in (days.start, days.last))
