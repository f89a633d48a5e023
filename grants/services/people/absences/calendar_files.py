"""Absences of an iCalendar file, as calendars and leave programs hand them out.

Format: RFC 5545. A whole day's event ends on the first day after; hours are Paris's. Repeated
events are unfolded within bounds only, so that a rule without an end cannot fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from grants.errors import InputProblem, Unreadable
from grants.french import PARIS
from grants.periods import DAY, Period
from grants.services.imports.csv_files import decode
from grants.services.people.absences.reading import (
    ABSENCE_LIMIT,
    ReadAbsence,
    ReadFile,
    kind_of,
    too_many,
)

REPEATS_LIMIT = 1_000
# A repetition that names no day, a 30 February, is looked for through eight thousand years.
NEVER_LIMIT = 2
MINUTE = timedelta(minutes=1)
# Rules finer than a day are no leave, and an hourly one would unfold for ever.
TOO_FINE = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
FIRST = date(1990, 1, 1)
LAST = date(2100, 12, 31)


class _EventRefused(Exception):
    """An event that says nothing usable; the text is what was expected."""


class _NeverHappens(_EventRefused):
    """A repetition on which no day falls: slow to find out, so that a file has few of them."""


def read_calendar(name: str, content: bytes, *, since: date, until: date) -> ReadFile:
    """Absences of a calendar; cancelled events and those outside the days are left out.

    Raises: Unreadable: no calendar, or more events than a structure has.
    """
    calendar = _parsed(name, content)
    absences: list[ReadAbsence] = []
    problems: list[InputProblem] = []
    never = 0
    for number, event in enumerate(calendar.walk("VEVENT"), 1):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        words = _text(event, "SUMMARY")
        try:
            absences += _absences(name, number, event, Period(since, until))
        except _EventRefused as refusal:
            problems.append(InputProblem(name, number, "événement", words, str(refusal)))
            never += isinstance(refusal, _NeverHappens)
            if never > NEVER_LIMIT:
                raise _unreadable(name) from refusal
        if len(absences) > ABSENCE_LIMIT or number > ABSENCE_LIMIT:
            raise too_many(name)
    return ReadFile(name, tuple(absences), tuple(problems))


def _parsed(name: str, content: bytes) -> Any:
    try:
        return Calendar.from_ical(decode(content, name))
    # The parser raises whatever its parts raise: an index, a key, an unknown zone.
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable(name) from error


def _unreadable(name: str) -> Unreadable:
    return Unreadable(
        f"« {name} » n'est pas un calendrier lisible : exportez-le à nouveau au format "
        "iCalendar (.ics)"
    )


def _absences(name: str, number: int, event: Any, span: Period) -> Iterator[ReadAbsence]:
    start, end = _bounds(event)
    words = _text(event, "SUMMARY")
    kind = kind_of(f"{_text(event, 'CATEGORIES')} {words}")
    who = _who(event)
    for begin in _starts(event, start, span):
        whole, minutes = _days(begin, begin + (end - start))
        if whole.overlaps(span):
            yield ReadAbsence(name, number, who, words, kind, whole, minutes)


def _bounds(event: Any) -> tuple[date, date]:
    start = _moment(event, "DTSTART")
    if start is None:
        raise _EventRefused("une date de début (DTSTART)")
    end = _moment(event, "DTEND")
    if end is None:
        length = event.get("DURATION")
        shift = getattr(length, "dt", None)
        usual = timedelta(0) if isinstance(start, datetime) else DAY
        end = start + (shift if isinstance(shift, timedelta) else usual)
    if isinstance(start, datetime) is not isinstance(end, datetime):
        raise _EventRefused("un début et une fin de même nature, jours ou heures")
    if end <= start:
        raise _EventRefused("une fin après le début")
    return start, end


def _moment(event: Any, field: str) -> date | None:
    """Day, or moment in Paris; a moment without zone is Paris's."""
    held = event.get(field)
    value = getattr(held[0] if isinstance(held, list) else held, "dt", None)
    if not isinstance(value, date):
        return None
    if not FIRST.year <= value.year <= LAST.year:
        raise _EventRefused(f"une date entre {FIRST.year} et {LAST.year}")
    if isinstance(value, datetime):
        return value.astimezone(PARIS) if value.tzinfo else value.replace(tzinfo=PARIS)
    return value


def _starts(event: Any, start: date, span: Period) -> Iterator[date]:
    """Start of the event and of its repetitions, unfolded within the span."""
    rule = event.get("RRULE")
    if rule is None:
        yield start
        return
    if isinstance(rule, list) or TOO_FINE & {str(one).upper() for one in rule.get("FREQ", [])}:
        raise _EventRefused("une répétition par jour, semaine, mois ou année")
    naive = _naive(start)
    left_out = {_naive(day) for day in _excluded(event)}
    try:
        unfolded = rrulestr(_without_zone(rule.to_ical().decode()), dtstart=naive)
        last = datetime(span.end.year, span.end.month, span.end.day)  # noqa: DTZ001 # naive like the rule
        moments = [one for one in _until(unfolded, last) if one not in left_out]
    except (ValueError, TypeError, AttributeError) as error:
        raise _EventRefused("une règle de répétition lisible (RRULE)") from error
    for moment in moments:
        yield moment.replace(tzinfo=PARIS) if isinstance(start, datetime) else moment.date()


def _until(rule: Any, last: datetime) -> Iterator[datetime]:
    number = -1
    for number, moment in enumerate(islice(rule, REPEATS_LIMIT + 1)):
        if moment >= last:
            return
        if number == REPEATS_LIMIT:
            raise _EventRefused(f"au plus {REPEATS_LIMIT} répétitions : ajoutez une fin")
        yield moment
    if number < 0:
        raise _NeverHappens("une répétition sur laquelle tombe au moins un jour")


def _without_zone(rule: str) -> str:
    """The rule with its UNTIL as Paris tells it: dateutil compares it with a naive start."""
    parts = []
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name.upper() == "UNTIL" and value.endswith("Z"):
            moment = datetime.strptime(value, "%Y%m%dT%H%M%S%z").astimezone(PARIS)
            value = f"{moment:%Y%m%dT%H%M%S}"
        parts.append(f"{name}={value}")
    return ";".join(parts)


def _excluded(event: Any) -> Iterator[date]:
    held = event.get("EXDATE")
    for listed in held if isinstance(held, list) else [held] if held is not None else []:
        for one in getattr(listed, "dts", []):
            yield one.dt


def _naive(moment: date) -> datetime:
    if isinstance(moment, datetime):
        local = moment.astimezone(PARIS) if moment.tzinfo else moment
        return local.replace(tzinfo=None)
    return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 # a day has no zone


def _days(start: date, end: date) -> tuple[Period, int | None]:
    """Whole days; or the day of an event of some hours, with its minutes.

    Hours over several days are those whole days.
    """
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return Period(start, end), None
    first, last = start.date(), (end - MINUTE).date()
    if first != last:
        return Period.inclusive(first, last), None
    return Period(first, first + DAY), int((_naive(end) - _naive(start)) / MINUTE)


def _who(event: Any) -> str:
    """Name that the calendar gives: its only attendee, else its organiser; never the address."""
    held = event.get("ATTENDEE")
    people = held if isinstance(held, list) else [held] if held is not None else []
    if not people:
        organiser = event.get("ORGANIZER")
        people = [] if organiser is None else [organiser]
    if len(people) != 1:
        return ""
    return str(getattr(people[0], "params", {}).get("CN", "")).strip()


def _text(event: Any, field: str) -> str:
    held = event.get(field)
    if held is None:
        return ""
    if hasattr(held, "cats"):
        return " ".join(str(one) for one in held.cats)
    return " ".join(str(one) for one in (held if isinstance(held, list) else [held])).strip()
