"""Results that took long to reckon, kept in memory under a name that says all they depend on.

Nothing is ever taken back here: whoever keeps something names it by what it was made from, and a
change gives it another name. What nobody asked for longest goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class Keeper(Generic[T]):
    """A bounded memory for many threads. The newest is kept whatever its weight: whoever opens its
    page once more is the one who waits most for it.
    """

    def __init__(self, limit: int, weigh: Callable[[T], int]) -> None:
        self._limit = limit
        self._weigh = weigh
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        # A lock a name, as long as somebody holds it or waits for it.
        self._turns: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()
        self._lock = Lock()

    def get(self, name: Hashable, make: Callable[[], T], *, is_true: Callable[[], bool]) -> T:
        """What is kept under a name; else what ``make`` gives, which is kept if ``is_true`` says
        afterwards that the name still stands for it.

        Two threads that ask for the same at once reckon it once. What ``make`` raises is raised.
        """
        with self._turn(name):
            found = self.find(name)
            if found is None:
                found = make()
                if is_true():
                    self._keep(name, found)
        return found

    def find(self, name: Hashable) -> T | None:
        """What is kept under a name."""
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
            return found

    @property
    def weight(self) -> int:
        """Weight of all that is kept."""
        with self._lock:
            return sum(map(self._weigh, self._kept.values()))

    def _keep(self, name: Hashable, result: T) -> None:
        with self._lock:
            self._kept[name] = result
            weight = sum(map(self._weigh, self._kept.values()))
            while weight > self._limit and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                weight -= self._weigh(oldest)

    def _turn(self, name: Hashable) -> Lock:
        with self._lock:
            return self._turns.setdefault(name, Lock())
