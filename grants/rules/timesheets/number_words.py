"""Whole numbers below a hundred, written in letters: settings that people type in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_UNITS = (
    "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize", "dix sept", "dix huit", "dix neuf",
)  # fmt: skip
# Each word, its value, and up to which unit French counts on from it.
_TENS = (
    ("vingt", 20, 9), ("trente", 30, 9), ("quarante", 40, 9), ("cinquante", 50, 9),
    ("soixante", 60, 19), ("quatre vingt", 80, 19),
)  # fmt: skip
_MOST_DIGITS = 9


def _spellings() -> Iterator[tuple[str, int]]:
    yield from ((word, value) for value, word in enumerate(_UNITS))
    for word, value, last in _TENS:
        yield word, value
        for unit in range(1, last + 1):
            takes_and = unit in (1, 11) and word != "quatre vingt"
            yield f"{word} {'et ' if takes_and else ''}{_UNITS[unit]}", value + unit
    yield from (("une", 1), ("vingt et une", 21), ("trente et une", 31), ("quatre vingts", 80))


NUMBERS: Mapping[str, int] = dict(_spellings())
"""Value of each spelling, without accents, hyphens or capitals."""


def number_of(words: str) -> int | None:
    """Number that figures or folded words mean; None when they mean none.

    Example:
    >>> number_of("10"), number_of("vingt et un"), number_of("soixante et onze"), number_of("dixx")
    (10, 21, 71, None)
    """
    if words.isascii() and words.isdigit():
        return int(words[:_MOST_DIGITS])
    return NUMBERS.get(words)
