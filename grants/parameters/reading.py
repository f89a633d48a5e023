"""How a parameter file reads: strictly, every key known, every text declared."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from grants.enums import Beneficiary, FunderKind, Programme, TextReading
from grants.frozen import frozen

Value = Decimal | bool | date | str | tuple[str, ...]

TEXTS_FILE = "texts.toml"
ALL = "all"
NOT_EUROPEAN = "not_european"
"""Every funder but the Union's funds, whose own texts no other money rests on."""
PRACTICE = "Pratique"
FUNDS = frozenset({ALL, NOT_EUROPEAN, *FunderKind})
_TABLE_KEYS = {"description", "unit", "note", "values"}
_ENTRY_KEYS = {
    "fund", "programme", "authority", "beneficiary", "applies_from", "applies_to", "value",
    "repealed", "text", "article", "in_force", "read_on", "reading",
}  # fmt: skip
_TEXT_KEYS = {"title", "href", "dated", "in_force", "funds"}


class ParameterFileError(ValueError):
    """A parameter file that must not load: the message names the table and what is wrong."""


@frozen
class Text:
    """A document that says figures: its own date, when it came into force, and the funds whose
    money it speaks of. Days that nobody knows are None; ``href`` ends at the document, or is empty.
    """

    key: str
    title: str
    href: str
    dated: date | None
    in_force: date | None
    funds: tuple[str, ...]


@frozen
class Entry:
    """One row of a parameter; ``value`` is None from a repeal on.

    ``applies_from`` and ``applies_to`` are days of operations (or of work), ``in_force`` the day
    since when the text says so: a text of 2021-07-01 may bind operations from 2021-01-01.
    ``programme``, ``authority`` and ``beneficiary`` are empty where the row binds all of the fund.
    """

    fund: str
    programme: str
    authority: str
    beneficiary: str
    applies_from: date | None
    applies_to: date | None
    value: Value | None
    text: Text | None
    article: str
    in_force: date | None
    reading: TextReading
    read_on: date | None

    @property
    def title(self) -> str:
        """Text and article as they are printed."""
        if self.text is None:
            return PRACTICE
        return ", ".join(part for part in (self.text.title, self.article) if part)

    @property
    def href(self) -> str:
        """Address of the document."""
        return self.text.href if self.text else ""

    def applies(self, day: date) -> bool:
        """Whether it binds an operation that begins, or work done, on the day."""
        begun = self.applies_from is None or self.applies_from <= day
        return begun and (self.applies_to is None or day <= self.applies_to)


@frozen
class Parameter:
    """One figure, as its table states it; rows of one fund stand in order of date."""

    name: str
    description: str
    unit: str
    note: str
    entries: tuple[Entry, ...]


def read_texts(text: str) -> dict[str, Text]:
    """Texts of law and of funders by their key.

    Raises: ParameterFileError: for unknown or missing keys, or text that is no TOML.
    """
    return {key: _text(key, table) for key, table in _loaded(text).items()}


def _text(key: str, table: Any) -> Text:
    _check_keys(key, table, _TEXT_KEYS, required={"title", "funds"})
    unknown = set(table["funds"]) - FUNDS
    if not table["title"] or not table["funds"] or unknown:
        raise ParameterFileError(f"{key}: a text needs a title and the funds it speaks of")
    dated, in_force = (
        _date(key, name, table[name]) if name in table else None for name in ("dated", "in_force")
    )
    href = table.get("href", "")
    return Text(key, table["title"], href, dated, in_force or dated, tuple(table["funds"]))


def read_parameters(text: str, texts: Mapping[str, Text]) -> list[Parameter]:
    """Parameters that a TOML text states; a table without values is a group of tables.

    Raises: ParameterFileError: for unknown or missing keys, rows out of order of date, a value
    whose text is not declared or not read, or text that is no TOML.
    """
    return [_parameter(name, table, texts) for name, table in _leaves("", _loaded(text))]


def _loaded(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ParameterFileError(str(error)) from error


def _leaves(prefix: str, tables: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, table in tables.items():
        name = f"{prefix}{key}"
        if not isinstance(table, dict):
            raise ParameterFileError(f"{name}: a parameter is a table")
        if _TABLE_KEYS & table.keys():
            yield name, table
        else:
            yield from _leaves(f"{name}.", table)


def _parameter(name: str, table: dict[str, Any], texts: Mapping[str, Text]) -> Parameter:
    _check_keys(name, table, _TABLE_KEYS, required=_TABLE_KEYS - {"note"})
    entries = tuple(_entry(name, entry, texts) for entry in table["values"])
    if not entries:
        raise ParameterFileError(f"{name}: no value")
    _check_order(name, entries)
    return Parameter(name, table["description"], table["unit"], table.get("note", ""), entries)


def _check_order(name: str, entries: tuple[Entry, ...]) -> None:
    of_frame: dict[tuple[str, ...], list[date]] = defaultdict(list)
    for entry in entries:
        frame = (entry.fund, entry.programme, entry.authority, entry.beneficiary)
        of_frame[frame].append(entry.applies_from or date.min)
    for frame_key, days in of_frame.items():
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ParameterFileError(
                f"{name}: values of {frame_key[0]} must stand in order of date, each date once"
            )


def _entry(name: str, entry: dict[str, Any], texts: Mapping[str, Text]) -> Entry:
    _check_keys(name, entry, _ENTRY_KEYS, required={"fund"})
    if entry["fund"] not in FUNDS:
        raise ParameterFileError(f"{name}: {entry['fund']!r} is no fund")
    for key, known in (("programme", Programme), ("beneficiary", Beneficiary)):
        if entry.get(key, "") not in {"", *known}:
            raise ParameterFileError(f"{name}: {entry[key]!r} is no {key}")
    if ("value" in entry) == (entry.get("repealed") is True):
        raise ParameterFileError(f"{name}: a row has a value, or repealed = true")
    days = {
        key: _date(name, key, entry[key]) if key in entry else None
        for key in ("applies_from", "applies_to", "in_force", "read_on")
    }
    text = _text_of(name, entry, texts)
    return Entry(
        fund=entry["fund"],
        programme=entry.get("programme", ""),
        authority=entry.get("authority", ""),
        beneficiary=entry.get("beneficiary", ""),
        applies_from=days["applies_from"],
        applies_to=days["applies_to"],
        value=_value(name, entry["value"]) if "value" in entry else None,
        text=text,
        article=entry.get("article", ""),
        in_force=days["in_force"] or (text.in_force if text else None),
        reading=_reading(name, entry, text),
        read_on=days["read_on"],
    )


def _text_of(name: str, entry: dict[str, Any], texts: Mapping[str, Text]) -> Text | None:
    if "text" not in entry:
        if {"article", "in_force", "applies_from", "applies_to"} & entry.keys():
            raise ParameterFileError(f"{name}: a value without text has no date and no article")
        return None
    if entry["text"] not in texts:
        raise ParameterFileError(f"{name}: {entry['text']!r} is no text of {TEXTS_FILE}")
    return texts[entry["text"]]


def _reading(name: str, entry: dict[str, Any], text: Text | None) -> TextReading:
    """Whether the value was read in its text: the day when it was, or that it is to confirm."""
    said = entry.get("reading")
    if text is None and said is None and "read_on" not in entry:
        return TextReading.NOT_FOUND
    if text is not None and said is None and "read_on" in entry:
        return TextReading.READ
    if text is not None and said == TextReading.TO_CONFIRM and "read_on" not in entry:
        return TextReading.TO_CONFIRM
    raise ParameterFileError(
        f"{name}: a value has a text and read_on, a text and reading = "
        f"'{TextReading.TO_CONFIRM}', or no text"
    )


def _check_keys(name: str, table: object, known: set[str], *, required: set[str]) -> None:
    if not isinstance(table, dict):
        raise ParameterFileError(f"{name}: expected a table")
    wrong = sorted(table.keys() - known) or sorted(required - table.keys())
    if wrong:
        raise ParameterFileError(f"{name}: unknown or missing key {', '.join(wrong)}")


def _date(name: str, key: str, value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ParameterFileError(f"{name}: {key} must be a date")
    return value


def _value(name: str, value: object) -> Value:
    if isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ParameterFileError(f"{name}: {value!r} is no number, day, text, truth value or list")
