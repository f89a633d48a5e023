"""How values are written in the JSON that leaves the system: one spelling each.

Amounts, hours and shares are text in full, days are ISO, minutes are whole numbers; a float never
passes. An explained figure is a tree with the French wording of each of its steps.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

import orjson

from exports.kit.quantities import citation_name
from grants.labels import formula_label, term_label
from grants.periods import Period
from grants.rules.basis.explained import Citation, Explained, Input, Scalar, Source

MONEY_PLACES = 2
PADDED_UNITS = frozenset({"€", "h"})
TEXTS_REMEMBERED = 1024

Json = None | bool | int | str | list["Json"] | dict[str, "Json"] | orjson.Fragment
T = TypeVar("T")


def canonical(document: Json) -> bytes:
    """The one spelling of a JSON document, with its final newline; a float in it is refused.

    Raises: TypeError: for a float: its decimals are already lost.
    Example:
    >>> canonical({"b": "1.50", "a": None})
    b'{"a":null,"b":"1.50"}\\n'
    """
    _refuse_floats(document)
    return encoded(document) + b"\n"


def decimal_text(value: Decimal, places: int = 0) -> str:
    """Number in full: no exponent, no needless zero, no negative zero, ``places`` at least.

    Example:
    >>> decimal_text(Decimal("1234.5"), 2), decimal_text(Decimal("0.50"))
    ('1234.50', '0.5')
    """
    text = str(value) if value else "0"
    if places == MONEY_PLACES and text[-3:-2] == ".":
        return text  # as most are
    if "E" in text:
        text = format(value, "f")
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    return f"{whole}.{decimals}" if decimals else whole


def places_of(unit: str) -> int:
    """Decimals that a figure of this unit always shows."""
    return MONEY_PLACES if unit in PADDED_UNITS else 0


def encoded(document: Json) -> bytes:
    """Same spelling, without the check: for documents made by the functions below."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _refuse_floats(document: object) -> None:
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for part in document:
            _refuse_floats(part)
    elif document is not None and not isinstance(document, str | int | orjson.Fragment):
        raise TypeError(f"{type(document).__name__} in a canonical document")


class ExplainedWriter:
    """Writes figures with everything below them, as text at once: a claim has a hundred thousand.

    What the same object says is put together once: the base of a line is also the first input of
    its amount. Make one writer for what belongs together, and let it go with it.
    """

    def __init__(self) -> None:
        # The figure beside its text: while it stands here, no other object has its identity.
        self.written: dict[int, tuple[Explained[Decimal], str]] = {}

    def json(self, result: Explained[Decimal]) -> Json:
        """The figure as a part of a document."""
        return orjson.Fragment(self._text(result))

    def _text(self, result: Explained[Decimal]) -> str:
        known = self.written.get(id(result))
        if known is None:
            known = self.written[id(result)] = result, self._made(result.opened())
        return known[1]

    def _made(self, whole: Explained[Decimal]) -> str:
        inputs = ",".join([self._input(item) for item in whole.inputs])
        parameters = ",".join([_text_of(citation_json(item)) for item in whole.parameters])
        sources = ",".join([_source_text(item) for item in whole.sources])
        formula, label = _quoted(whole.formula), _quoted(formula_label(whole.formula))
        return (
            f'{{"formula":{formula},"inputs":[{inputs}],"label":{label},'
            f'"note":{_quoted(whole.note)},"parameters":[{parameters}],"sources":[{sources}],'
            f'"unit":{_quoted(whole.unit)},"value":{_scalar(whole.value, whole.unit)}}}'
        )

    def _input(self, item: Input) -> str:
        value, named = item.value, _name_texts(item.name, item.unit, term_label(item.name))
        if isinstance(value, Explained):
            return f'{{"explained":{self._text(value)},{named}}}'
        return f'{{{named},"value":{_scalar(value, item.unit)}}}'


def explained_json(result: Explained[Decimal]) -> Json:
    """A figure with everything below it."""
    return ExplainedWriter().json(result)


def _text_of(document: Json) -> str:
    return encoded(document).decode()


@lru_cache(TEXTS_REMEMBERED)
def _quoted(text: str) -> str:
    return _text_of(text)


@lru_cache(TEXTS_REMEMBERED)
def _name_texts(name: str, unit: str, label: str) -> str:
    return f'"label":{_text_of(label)},"name":{_text_of(name)},"unit":{_text_of(unit)}'


def _source_text(source: Source) -> str:
    rows, piece = _text_of(source.rows), _text_of(source.piece)
    return f'{{"piece":{piece},"rows":{rows},"sheet":{_quoted(source.sheet)}}}'


def _scalar(value: Scalar, unit: str) -> str:
    if isinstance(value, Decimal):
        return f'"{decimal_text(value, places_of(unit))}"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if not isinstance(value, str | int):
        raise TypeError(f"{type(value).__name__} is no value of an explained figure")
    return _text_of(value)


def citation_json(citation: Citation) -> Json:
    """A figure of a text, as it was used."""
    return {
        "name": citation.name,
        "label": citation_name(citation.name),
        "value": citation.value,
        "since": day_text(citation.since),
        "text": citation.text,
        "href": citation.href,
        "reading": citation.reading.value,
        "read_on": day_text(citation.read_on),
    }


def source_json(source: Source) -> Json:
    """Rows of the imported workbook."""
    return {"sheet": source.sheet, "rows": source.rows, "piece": source.piece}


def period_json(period: Period) -> Json:
    """Half-open: ``end`` is the first day after."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def day_text(day: date | None) -> Json:
    """ISO day."""
    return None if day is None else day.isoformat()


def money_text(amount: Decimal) -> str:
    """Amount or hours, with two decimals at least."""
    return decimal_text(amount, MONEY_PLACES)


def or_null(value: T | None, write: Callable[[T], Json]) -> Json:
    """Value as ``write`` spells it, null when there is none."""
    return None if value is None else write(value)
