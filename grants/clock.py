"""The one clock of the program, held by the app's configuration.

Law and reporting depend on the day: rules and services take ``as_of`` or ``at`` as a parameter, and
only a view or a command asks this clock. Tests put a ``FixedClock`` in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class Clock:
    """Tells the time of the machine."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The day in France: at 00:30 in Paris it is already the next one, whatever UTC says."""
        return self.now().astimezone(ZoneInfo("Europe/Paris")).date()


@dataclass(frozen=True)
class FixedClock(Clock):
    """Tells always the same moment.

    Example:
    >>> FixedClock(datetime(2023, 12, 14, 23, 30, tzinfo=UTC)).today()
    datetime.date(2023, 12, 15)
    """

    at: datetime

    def now(self) -> datetime:
        """The fixed moment."""
        return self.at


_told: ContextVar[Clock | None] = ContextVar("clock", default=None)


@contextmanager
def told_by(clock: Clock) -> Iterator[None]:
    """Let a clock tell the time inside, where no app runs."""
    mark = _told.set(clock)
    try:
        yield
    finally:
        _told.reset(mark)


def clock() -> Clock:
    """Clock of the running program: a command's own, or the app's."""
    told = _told.get()
    if told is not None:
        return told
    from flask import current_app

    found = current_app.config["CLOCK"]
    if not isinstance(found, Clock):
        raise TypeError("CLOCK must be a grants.clock.Clock")
    return found
