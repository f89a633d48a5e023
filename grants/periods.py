"""Periods of time: pure dates, half-open, one type.

Law and claims work on days. A period holds its first day and not its end: the convention printed «
du 15/12/2023 au 14/12/2024 » is ``Period(2023-12-15, 2024-12-15)``. Only forms and screens show the
inclusive last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from grants.frozen import frozen

DAY = timedelta(days=1)
FOREVER = date.max
MONTHS_REMEMBERED = 4096  # every day of ten years, asked for again and again


@frozen(order=True)
class Period:
    """Days from ``start`` up to, and without, ``end``.

    Raises: ValueError: when the end is not after the start; an empty period is ``None``, never a
    Period.
    Example:
    >>> Period(date(2023, 12, 15), date(2024, 12, 15)).days
    366
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period ends after it starts: {self.start} .. {self.end}")

    @classmethod
    def inclusive(cls, first: date, last: date | None) -> Period:
        """Period from the two days that a form shows; without a last day it is open.

        Example:
        >>> Period.inclusive(date(2024, 1, 1), date(2024, 1, 31)).days
        31
        """
        return cls(first, FOREVER if last is None or last == FOREVER else last + DAY)

    @classmethod
    def month(cls, any_day: date) -> Period:
        """Whole month that holds the day.

        Example:
        >>> Period.month(date(2024, 2, 10)).days
        29
        """
        first = any_day.replace(day=1)
        return cls(first, next_month(first))

    @classmethod
    def year(cls, year: int) -> Period:
        """Calendar year.

        Example:
        >>> Period.year(2024).days
        366
        """
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """Last day, the one that forms show."""
        return self.end - DAY if self.end != FOREVER else FOREVER

    @property
    def is_open(self) -> bool:
        """Whether nobody has said when it ends."""
        return self.end == FOREVER

    def contains(self, day: date) -> bool:
        """Whether the day lies in the period.

        Example:
        >>> Period.year(2024).contains(date(2025, 1, 1))
        False
        """
        return self.start <= day < self.end

    def covers(self, other: Period) -> bool:
        """Whether every day of the other lies in this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.start < other.end and other.start < self.end

    def intersect(self, other: Period) -> Period | None:
        """Days that both hold, or None.

        Example:
        >>> Period.year(2024).intersect(Period.year(2025)) is None
        True
        """
        if self.start <= other.start and other.end <= self.end:
            return other
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def months(self) -> list[date]:
        """First day of each month that the period touches, in order.

        Example:
        >>> len(Period(date(2023, 12, 15), date(2024, 2, 1)).months())
        2
        """
        months, month = [], self.start.replace(day=1)
        while month < self.end:
            months.append(month)
            month = next_month(month)
        return months

    def iter_days(self) -> Iterator[date]:
        """Each day, in order."""
        return (self.start + timedelta(days=number) for number in range(self.days))

    def cut(self, days: Iterable[date]) -> list[Period]:
        """Pieces between the cut days that fall inside; they cover the period without overlap.

        Example:
        >>> [p.days for p in Period.month(date(2023, 12, 1)).cut([date(2023, 12, 15)])]
        [14, 17]
        """
        inside = sorted({day for day in days if self.start < day < self.end})
        if not inside:
            return [self]
        edges = [self.start, *inside, self.end]
        return [Period(start, end) for start, end in pairwise(edges)]


def common(first: Period, *others: Period) -> Period | None:
    """Days that all the periods hold, or None.

    Example:
    >>> common(Period.year(2024), Period.month(date(2024, 2, 1))).days
    29
    """
    shared: Period | None = first
    for other in others:
        shared = shared.intersect(other) if shared else None
    return shared


def united(periods: Iterable[Period]) -> list[Period]:
    """The same days without overlap: periods that share or touch a day become one, in order.

    Example:
    >>> [p.days for p in united([Period.year(2024), Period.month(date(2024, 2, 1))])]
    [366]
    """
    joined: list[Period] = []
    for period in sorted(periods):
        if joined and period.start <= joined[-1].end:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined


@lru_cache(MONTHS_REMEMBERED)
def next_month(day: date) -> date:
    """First day of the month after the day's.

    Example:
    >>> next_month(date(2023, 12, 31))
    datetime.date(2024, 1, 1)
    """
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


@lru_cache(MONTHS_REMEMBERED)
def add_months(day: date, months: int) -> date:
    """Same day so many months later, or the last day of a shorter month.

    Example:
    >>> add_months(date(2024, 8, 31), 6)
    datetime.date(2025, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), next_month(first) - DAY)


def month_index(day: date) -> int:
    """Number of the day's month on one continuous scale, for integer columns and fast grouping.

    Example:
    >>> month_index(date(2024, 1, 31)) - month_index(date(2023, 12, 1))
    1
    """
    return day.year * 12 + day.month - 1


@lru_cache(MONTHS_REMEMBERED)
def month_of_index(index: int) -> date:
    """First day of the month with that number.

    Example:
    >>> month_of_index(month_index(date(2024, 2, 29)))
    datetime.date(2024, 2, 1)
    """
    return date(index // 12, index % 12 + 1, 1)
