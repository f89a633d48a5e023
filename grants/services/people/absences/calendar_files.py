"""Absences of an iCalendar file, as calendars and leave programs hand them out.

Format: RFC 5545. A whole day's event ends on the first day after; hours are Paris's. Repeated
events are unfolded within bounds only, so that a rule without an end cannot fill the memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from grants.errors import InputProblem, Unreadable
from grants.french import PARIS, count, span_fr
from grants.periods import DAY, Period
from grants.services.imports.csv_files import decode
from grants.services.people.absences.reading import (
    ABSENCE_LIMIT,
    ReadAbsence,
    ReadFile,
    kind_of,
    too_many,
    with_half_days,
)

REPEATS_LIMIT = 1_000
# A repetition that names no day, a 30 February, is looked for through eight thousand years.
NEVER_LIMIT = 2
MINUTE = timedelta(minutes=1)
NOON, LUNCH, ALMOST_MIDNIGHT = time(12), time(14), time(23, 59)
# The library raises whatever its parts raise, also when a broken property is touched later.
UNREADABLE = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OverflowError,
)  # fmt: skip
READABLE = "un événement lisible : ouvrez-le dans votre agenda, ou saisissez-le sur le site"
# Rules finer than a day are no leave, and an hourly one would unfold for ever.
TOO_FINE = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
FIRST = date(1990, 1, 1)
LAST = date(2100, 12, 31)


class _EventRefused(Exception):
    """An event that says nothing usable; the text is what was expected."""


class _NeverHappens(_EventRefused):
    """A repetition on which no day falls: slow to find out, so that a file has few of them."""


def read_calendar(name: str, content: bytes, *, since: date, until: date) -> ReadFile:
    """Absences of a calendar: what is left of it once events were moved, added and cancelled. Those
    outside the days are counted in a note.

    Raises: Unreadable: no calendar, or more events than a structure has.
    """
    reading = _Reading(name, Period(since, until))
    for calendar in _parsed(name, content):
        reading.take(calendar)
    return ReadFile(name, tuple(reading.absences), tuple(reading.problems), tuple(reading.notes()))


class _Reading:
    """What is read of a file, event by event: one that cannot be read stops no other."""

    def __init__(self, name: str, span: Period) -> None:
        self.name = name
        self.span = span
        self.absences: list[ReadAbsence] = []
        self.problems: list[InputProblem] = []
        self.number = self.never = self.outside = self.cancelled = 0

    def take(self, calendar: Any) -> None:
        """Every event of one calendar of the file."""
        events = list(calendar.walk("VEVENT"))
        is_cancelled = _text(calendar, "METHOD").upper() == "CANCEL"
        moved = _moved(events)
        for event in events:
            self.number += 1
            if self.number > ABSENCE_LIMIT or len(self.absences) > ABSENCE_LIMIT:
                raise too_many(self.name)
            if is_cancelled or _safe_text(event, "STATUS").upper() == "CANCELLED":
                self.cancelled += 1
                continue
            self._take(event, moved)

    def _take(self, event: Any, moved: Mapping[str, set[datetime]]) -> None:
        try:
            found = list(_absences(self.name, self.number, event, self.span, moved))
        except (*UNREADABLE, _EventRefused) as refusal:
            words = str(refusal) if isinstance(refusal, _EventRefused) else READABLE
            self.problems.append(
                InputProblem(
                    self.name, self.number, "événement", _safe_text(event, "SUMMARY"), words
                )
            )
            self.never += isinstance(refusal, _NeverHappens)
            if self.never > NEVER_LIMIT:
                raise _unreadable(self.name) from refusal
            return
        self.outside += not found
        self.absences += found

    def notes(self) -> Iterator[str]:
        """What was left out."""
        if self.outside:
            yield (
                f"{count(self.outside, 'événement')} hors de la période lue, {span_fr(self.span)}."
            )
        if self.cancelled:
            yield f"{count(self.cancelled, 'événement annulé', 'événements annulés')}."


def _moved(events: Sequence[Any]) -> Mapping[str, set[datetime]]:
    """Occurrences that an event of their own replaces or cancels, by the event that repeats."""
    found: dict[str, set[datetime]] = defaultdict(set)
    for event in events:
        try:
            held = event.get("RECURRENCE-ID")
            if held is not None:
                found[_text(event, "UID")].add(_naive(held.dt))
        except UNREADABLE:
            continue  # the event itself is refused where it is read
    return found


def _parsed(name: str, content: bytes) -> Sequence[Any]:
    try:
        found: Sequence[Any] = Calendar.from_ical(decode(content, name), multiple=True)
    except UNREADABLE as error:
        raise _unreadable(name) from error
    if not found:
        raise _unreadable(name)
    return found


def _unreadable(name: str) -> Unreadable:
    return Unreadable(
        f"« {name} » n'est pas un calendrier lisible : exportez-le à nouveau au format "
        "iCalendar (.ics)"
    )


def _absences(
    name: str, number: int, event: Any, span: Period, moved: Mapping[str, set[datetime]]
) -> Iterator[ReadAbsence]:
    start, end = _bounds(event)
    words = _text(event, "SUMMARY")
    kind = kind_of(words) or kind_of(_text(event, "CATEGORIES"))
    who = _who(event)
    if event.get("RECURRENCE-ID") is None:
        left_out = moved.get(_text(event, "UID"), set())
        starts: Iterator[date] = (
            one for one in _starts(event, start, span) if _naive(one) not in left_out
        )
    elif "RANGE" in event["RECURRENCE-ID"].params:
        raise _EventRefused("un événement déplacé seul, et non avec tous ceux qui le suivent")
    else:
        starts = iter((start,))
    for begin in dict.fromkeys(starts):
        for days, minutes, is_half in _days(begin, begin + (end - start)):
            if days.overlaps(span):
                yield ReadAbsence(name, number, who, words, kind, days, minutes, is_half)


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
    start, end = _whole_days(event, start, end)
    if end <= start:
        raise _EventRefused("une fin après le début")
    return start, end


def _whole_days(event: Any, start: date, end: date) -> tuple[date, date]:
    """Both as days where the calendar means whole days, however it writes them: midnights of Paris
    or of UTC, to the minute before midnight, days with a time, or by a mark of its own.
    """
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return start, end
    marked = _text(event, "X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
    is_said = marked or str(event["DTSTART"].params.get("VALUE", "")).upper() == "DATE"
    for zone in (PARIS, UTC):
        first, last = start.astimezone(zone), end.astimezone(zone)
        to_midnight = last.time() == time() or last.time() >= ALMOST_MIDNIGHT
        if first.time() == time() and to_midnight and last > first:
            return first.date(), (last - MINUTE).date() + DAY
    return (start.date(), max(end.date(), start.date() + DAY)) if is_said else (start, end)


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
    left_out = {_naive(day) for day in _listed(event, "EXDATE")}
    yield from (one for one in _added(event, start) if _naive(one) not in left_out)
    rule = event.get("RRULE")
    if rule is None:
        if _naive(start) not in left_out:
            yield start
        return
    if isinstance(rule, list) or TOO_FINE & {str(one).upper() for one in rule.get("FREQ", [])}:
        raise _EventRefused("une répétition par jour, semaine, mois ou année")
    naive = _naive(start)
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


def _listed(event: Any, field: str) -> Iterator[date]:
    """Days or moments that a property lists; an empty one lists none."""
    held = event.get(field)
    for listed in held if isinstance(held, list) else [held] if held is not None else []:
        for one in getattr(listed, "dts", []):
            yield one.dt[0] if isinstance(one.dt, tuple) else one.dt


def _added(event: Any, start: date) -> Iterator[date]:
    """Occurrences that the event adds one by one, of the same nature as its start."""
    for one in _listed(event, "RDATE"):
        moment = _naive(one)
        yield moment.replace(tzinfo=PARIS) if isinstance(start, datetime) else moment.date()


def _naive(moment: date) -> datetime:
    if isinstance(moment, datetime):
        local = moment.astimezone(PARIS) if moment.tzinfo else moment
        return local.replace(tzinfo=None)
    return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 # a day has no zone


def _days(start: date, end: date) -> Iterator[tuple[Period, int | None, bool]]:
    """Whole days; or the day of an event of some hours, with its minutes; or days between a first
    that begins after noon and a last that ends by noon, which are halves.
    """
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        yield Period(start, end), None, False
        return
    first, last = start.date(), (end - MINUTE).date()
    if first == last:
        yield Period(first, first + DAY), int((_naive(end) - _naive(start)) / MINUTE), False
        return
    whole = ReadAbsence("", 0, "", "", None, Period.inclusive(first, last))
    halves = with_half_days(whole, starts_half=start.time() >= NOON, ends_half=end.time() <= LUNCH)
    yield from ((one.period, None, one.is_half_day) for one in halves)


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


def _safe_text(event: Any, field: str) -> str:
    """The same, or nothing where the library keeps a property that it could not read."""
    try:
        return _text(event, field)
    except UNREADABLE:
        return ""
