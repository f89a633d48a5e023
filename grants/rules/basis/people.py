"""Facts of each person at hand: an index over the ledger's facts, so that a thousand posts cost a
thousand look-ups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from grants.frozen import frozen
from grants.rules.basis.facts.people import Absence, Employment, Letter, Person
from grants.rules.basis.facts.posts import Holding, PostFunding
from grants.rules.basis.facts.time import Signature

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@frozen
class People:
    """Contracts, holdings, letters, absences and signatures by person; fundings by convention.
    Absent keys are empty.
    """

    persons: Mapping[int, Person]
    contracts: Mapping[int, list[Employment]]
    holdings: Mapping[int, list[Holding]]
    letters: Mapping[tuple[int, int], list[Letter]]
    absences: Mapping[int, list[Absence]]
    signatures: Mapping[tuple[int, date], Signature]
    fundings: Mapping[int, list[PostFunding]]


def grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Items by key, in their order; a key without items gives an empty list.

    Example:
    >>> grouped(["a", "bb", "c"], len)[1]
    ['a', 'c']
    """
    groups: dict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
