"""Fields of case files: TOML's own types, and numbers as decimal strings.

A field is made from the type that a rule states for its key, so that a new rule needs no new field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from marshmallow import ValidationError, fields

from grants.enums import LimitedBy
from grants.periods import FOREVER, Period
from grants.rules.law.cases import shown
from grants.rules.law.catalogue import without_none
from grants.schemas.fields import Flag, Text

_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")
_MOST_DIGITS = 24
_MOST_SHOWN = 60
_LARGEST = Decimal(10) ** 13
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def wrong(value: object, expected: str) -> ValidationError:
    """Refusal in two messages: what stood there, as TOML writes it, and what was expected."""
    text = shown(value)
    text = text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
    return ValidationError([text, expected])


def found_and_expected(messages: Sequence[str]) -> tuple[str, str]:
    """The two parts of a refusal, also of the fields that say them in one sentence."""
    if len(messages) > 1:
        return messages[0], messages[1]
    was, _, expected = messages[0].removeprefix("trouvé ").partition(", attendu ")
    return was, expected


def _within(where: str, error: ValidationError) -> ValidationError:
    was, expected = found_and_expected([str(message) for message in error.messages])
    return ValidationError([f"{where} : {was}", expected])


class Number(fields.Field[Decimal]):
    """Decimal string; a TOML number is exact too, since none passes through a binary float."""

    expected = "un nombre, par exemple « 1234.50 »"

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Decimal:
        number = self._number(value)
        if number is None or not number.is_finite():
            raise wrong(value, self.expected)
        if abs(number) >= _LARGEST or len(number.as_tuple().digits) > _MOST_DIGITS:
            raise wrong(value, f"moins de 10 000 milliards, {_MOST_DIGITS} chiffres au plus")
        return number

    @staticmethod
    def _number(value: object) -> Decimal | None:
        if isinstance(value, bool):
            return None
        if isinstance(value, int | Decimal):
            return Decimal(value)
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            return Decimal(value)
        return None


class Whole(Number):
    """Number without decimals."""

    expected = "un nombre entier"

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:  # the base's type is Decimal; a whole number is an int to its rule
        number = super()._deserialize(value, attr, data, **kwargs)
        if number != int(number):
            raise wrong(value, self.expected)
        return int(number)


class Day(fields.Field[date]):
    """TOML date, without time and without quotes; 9999-12-31 where an end may be open."""

    def __init__(self, *, may_be_open: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.may_be_open = may_be_open

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        if isinstance(value, datetime) or not isinstance(value, date):
            raise wrong(value, "une date sans guillemets : 2024-12-31")
        within = _FIRST_YEAR <= value.year <= _LAST_YEAR
        if not within and not (self.may_be_open and value == FOREVER):
            raise wrong(value, f"une date entre {_FIRST_YEAR} et {_LAST_YEAR}")
        return value


class Choice(fields.Field[StrEnum | str]):
    """One of a closed list of texts."""

    def __init__(self, options: Sequence[StrEnum | str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.options = {str(option): option for option in options}

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> StrEnum | str:
        if not isinstance(value, str) or value not in self.options:
            raise wrong(value, f"l'un de : {', '.join(self.options)}")
        return self.options[value]


class Many(fields.Field[tuple[object, ...]]):
    """List of values of one kind; the message counts from 1, as a reader does."""

    def __init__(self, inner: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = inner

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise wrong(value, "une liste entre crochets")
        return tuple(self._part(number, part) for number, part in enumerate(value, 1))

    def _part(self, number: int, part: object) -> object:
        try:
            return self.inner.deserialize(part)
        except ValidationError as error:
            raise _within(f"élément {number}", error) from error


class Pair(Many):
    """Period as its first day and its end, excluded."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Day(may_be_open=True), **kwargs)

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[object, ...]:
        days = super()._deserialize(value, attr, data, **kwargs)
        if len(days) != 2:
            raise wrong(value, "[début, fin exclue]")
        return days


class Table(fields.Field[dict[str, object]]):
    """Inline table with exactly the keys that its type states."""

    def __init__(self, columns: Mapping[str, fields.Field[Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, object]:
        if not isinstance(value, dict) or value.keys() != self.columns.keys():
            raise wrong(value, f"une table avec : {', '.join(self.columns)}")
        return {name: self._cell(name, value[name]) for name in self.columns}

    def _cell(self, name: str, value: object) -> object:
        try:
            return self.columns[name].deserialize(value)
        except ValidationError as error:
            raise _within(name, error) from error


_SIMPLE: dict[Any, type[fields.Field[Any]]] = {
    Decimal: Number,
    int: Whole,
    bool: Flag,
    date: Day,
    str: Text,
    Period: Pair,
}


def field_for(hint: Any, *, required: bool = False) -> fields.Field[Any]:
    """Field that reads values of a rule's type."""
    hint = without_none(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint](required=required)
    if get_origin(hint) is Literal:
        return Choice(get_args(hint), required=required)
    if is_typeddict(hint):
        columns = {
            name: Day(may_be_open=True) if name == "end" else field_for(kind)
            for name, kind in get_type_hints(hint).items()
        }
        return Table(columns, required=required)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Choice(list(hint), required=required)
    return Many(field_for(get_args(hint)[0]), required=required)


def expectation_for(hint: Any) -> fields.Field[Any]:
    """Field that reads what an output of that type is expected to be; a whole number may be written
    with decimals.
    """
    hint = without_none(hint)
    if hint is LimitedBy:
        return Choice(list(LimitedBy))
    return Number() if hint is int else field_for(hint)
