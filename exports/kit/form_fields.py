"""Appearance of a filled text field, drawn by us: readers that draw none show it all the same.

Text is set in Helvetica, which every reader has, and shrinks until it fits its box: a figure that
is cut off is worse than a small one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pypdf._codecs.core_font_metrics import CORE_FONT_METRICS

from grants.frozen import frozen

_WIDTHS = CORE_FONT_METRICS["Helvetica"].character_widths
_COMB, _MULTILINE = 1 << 24, 1 << 12
_SMALLEST, _STEP, _LEADING, _PADDING = Decimal(4), Decimal("0.5"), Decimal("1.2"), Decimal(2)
_ASCENT = Decimal("0.72")


@frozen
class Box:
    """A field on its page: its size in points and what its dictionary says of the text."""

    width: Decimal
    height: Decimal
    size: Decimal
    flags: int
    align: int
    longest: int

    @property
    def is_comb(self) -> bool:
        """Whether each character has a cell of its own."""
        return bool(self.flags & _COMB) and self.longest > 0

    @property
    def is_multiline(self) -> bool:
        """Whether text wraps."""
        return bool(self.flags & _MULTILINE)


@frozen
class Drawing:
    """Content of an appearance, and the size that the text came to."""

    content: bytes
    size: Decimal


def text_width(text: str, size: Decimal) -> Decimal:
    """Width of a text in points.

    Example:
    >>> text_width("00", Decimal(10))
    Decimal('11.12')
    """
    return sum((Decimal(_WIDTHS.get(char, 556)) for char in text), Decimal(0)) * size / 1000


def drawn(text: str, box: Box) -> Drawing:
    """The text laid out in its box."""
    if box.is_comb:
        return _combed(text, box)
    size = box.size
    lines = _lines(text, box, size)
    while size > _SMALLEST and not _fits(lines, box, size):
        size -= _STEP
        lines = _lines(text, box, size)
    return Drawing(_content(_placed(lines, box, size), size), size)


def _lines(text: str, box: Box, size: Decimal) -> list[str]:
    if not box.is_multiline:
        return [" ".join(text.split())]
    room = box.width - 2 * _PADDING
    return [line for part in text.split("\n") for line in _wrapped(part, room, size)]


def _wrapped(text: str, room: Decimal, size: Decimal) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) > room:
            yield line
            line = word
        else:
            line = longer
    yield line


def _fits(lines: Sequence[str], box: Box, size: Decimal) -> bool:
    wide = max(text_width(line, size) for line in lines) <= box.width - 1
    return wide and (not box.is_multiline or len(lines) * size * _LEADING <= box.height - _PADDING)


def _placed(
    lines: Sequence[str], box: Box, size: Decimal
) -> Iterator[tuple[Decimal, Decimal, str]]:
    """Each line with its place: from the top when it wraps, else in the middle of the box."""
    top = box.height - _PADDING - size * _ASCENT
    if not box.is_multiline:
        top = (box.height - size * _ASCENT) / 2
    for number, line in enumerate(lines):
        free = box.width - text_width(line, size)
        left = {1: free / 2, 2: free - _PADDING}.get(box.align, _PADDING)
        yield max(left, Decimal("0.5")), top - number * size * _LEADING, line


def _combed(text: str, box: Box) -> Drawing:
    cell = box.width / box.longest
    base = (box.height - box.size * _ASCENT) / 2
    places = (
        (number * cell + (cell - text_width(char, box.size)) / 2, base, char)
        for number, char in enumerate(text[: box.longest])
    )
    return Drawing(_content(places, box.size), box.size)


def _content(places: Iterator[tuple[Decimal, Decimal, str]], size: Decimal) -> bytes:
    shown = "\n".join(
        f"1 0 0 1 {_number(x)} {_number(y)} Tm <{encoded(text).hex()}> Tj" for x, y, text in places
    )
    return f"/Tx BMC\nq\nBT\n/Helv {_number(size)} Tf 0 g\n{shown}\nET\nQ\nEMC".encode("ascii")


def encoded(text: str) -> bytes:
    """Bytes of the text in the font's encoding; what it cannot write becomes a question mark."""
    return text.replace("\u2212", "-").encode("cp1252", "replace")


def _number(value: Decimal) -> str:
    return f"{value:.2f}"
