"""What is due, as a calendar that any program subscribes to. Format: RFC 5545, whole days.

The library loads when a calendar is written: it takes a third of the time in which the app starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Alarm, Event

DAY = timedelta(days=1)
REFRESH = "PT6H"


@dataclass(frozen=True, slots=True)
class DueItem:
    """One thing that is due on a day. ``uid`` stays the same from one reading to the next, so that
    a calendar moves the event instead of doubling it. ``link`` leads to the page.
    """

    uid: str
    day: date
    title: str
    note: str = ""
    link: str = ""


def due_calendar(items: Iterable[DueItem], *, title: str, at: datetime) -> bytes:
    """Calendar of what is due; same items and moment, same bytes.

    Args: at: when the items were found, aware.
    Example:
    >>> from datetime import UTC
    >>> due_calendar([], title="Échéances", at=datetime(2025, 1, 1, tzinfo=UTC))[:15]
    b'BEGIN:VCALENDAR'
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Subventions de postes//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-published-ttl", REFRESH)
    for item in sorted(items, key=lambda item: (item.day, item.uid)):
        calendar.add_component(_event(item, at))
    content: bytes = calendar.to_ical()
    return content


def _event(item: DueItem, at: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", item.uid)
    event.add("dtstamp", at)
    event.add("dtstart", item.day)
    event.add("dtend", item.day + DAY)
    event.add("summary", item.title)
    if item.note:
        event.add("description", item.note)
    if item.link:
        event.add("url", item.link)
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(item))
    return event


def _reminder(item: DueItem) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", item.title)
    alarm.add("trigger", -DAY)
    return alarm
