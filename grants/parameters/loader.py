"""Legal figures with their dates and texts: the only reader of ``parameters/*.toml``.

A figure is a table with a description, a unit, the day somebody last compared it with its text, and
its values, each with the day it came into force and its own reference. Nothing else in Python holds
a number with a legal meaning: when the law changes, one entry is added and no code is touched.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Generic, TypeVar

from grants.errors import NoParameterInForce

Value = Decimal | bool | str | tuple[str, ...]
V = TypeVar("V", Decimal, str, Value)

UNCONFIRMED = "(unconfirmed)"
_TABLE_KEYS = {"description", "unit", "checked_on", "note", "values"}
_ENTRY_KEYS = {"from", "value", "repealed", "reference"}
_REFERENCE_KEYS = {"title", "href"}


class ParameterFileError(ValueError):
    """A parameter file that must not load: the message names the table and what is wrong."""


@dataclass(frozen=True, slots=True)
class Dated(Generic[V]):
    """A value as it stood on a day: what, since when, and the text that says so."""

    name: str
    value: V
    since: date
    title: str
    href: str
    unit: str


Figure = Dated[Decimal]
Setting = Dated[Value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated value of a parameter; ``value`` is None from a repeal on."""

    since: date
    value: Value | None
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure over time, as its table states it. Entries stand in order of date."""

    name: str
    description: str
    unit: str
    checked_on: date
    note: str
    entries: tuple[Entry, ...]

    def on(self, day: date) -> Dated[Value] | None:
        """Value in force on the day; None before the first and after a repeal."""
        entry = next((e for e in reversed(self.entries) if e.since <= day), None)
        if entry is None or entry.value is None:
            return None
        return Dated(self.name, entry.value, entry.since, entry.title, entry.href, self.unit)


@cache
def figure(name: str, on: date) -> Figure:
    """Number in force on the day, with its text.

    Raises: NoParameterInForce: when no value is known on that day, also for an unknown name: a
    default would be a guess.
    Example:
    >>> figure("annual_hours", date(2024, 1, 1)).value
    Decimal('1720')
    """
    parameter = parameters().get(name)
    found = parameter.on(on) if parameter else None
    if found is None or isinstance(found.value, bool) or not isinstance(found.value, Decimal):
        raise NoParameterInForce(name, on)
    return Dated(name, found.value, found.since, found.title, found.href, found.unit)


@cache
def find_setting(funder_kind: str, name: str, on: date) -> Setting | None:
    """Default of a scheme's setting for that kind of funder, else the one for every funder.

    None means that no limit ships for it: the scheme or the convention may set one.
    Example:
    >>> find_setting("state", "cost_basis", date(2024, 1, 1)).value
    'post'
    """
    for kind in (funder_kind, "all"):
        parameter = parameters().get(f"settings.{kind}.{name}")
        found = parameter.on(on) if parameter else None
        if found is not None:
            return found
    return None


def holiday_dates(calendar: str, on: date) -> tuple[Dated[Value], ...]:
    """Public holidays of a calendar in force on the day: a month and day, or days after Easter.

    Raises: NoParameterInForce: when none is known on that day.
    """
    prefix = f"holidays.{calendar}."
    named = [entry for name, entry in parameters().items() if name.startswith(prefix)]
    found = tuple(dated for entry in named if (dated := entry.on(on)) is not None)
    if not found:
        raise NoParameterInForce(f"holidays.{calendar}", on)
    return found


@cache
def parameters() -> Mapping[str, Parameter]:
    """Every parameter that ships, by name.

    Raises: ParameterFileError: when a file states one wrongly, or two files state the same name.
    """
    found: dict[str, Parameter] = {}
    folder = files("grants.parameters")
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if not path.name.endswith(".toml"):
            continue
        for parameter in read_parameters(path.read_text(encoding="utf-8")):
            if parameter.name in found:
                raise ParameterFileError(f"{path.name}: {parameter.name} is stated twice")
            found[parameter.name] = parameter
    return found


def read_parameters(text: str) -> list[Parameter]:
    """Parameters that a TOML text states; a table without values is a group of tables.

    Raises: ParameterFileError: for unknown or missing keys, values out of order of date, a value
    without reference, or text that is no TOML.
    """
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ParameterFileError(str(error)) from error
    return [_parameter(name, table) for name, table in _leaves("", tables)]


def _leaves(prefix: str, tables: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, table in tables.items():
        name = f"{prefix}{key}"
        if not isinstance(table, dict):
            raise ParameterFileError(f"{name}: a parameter is a table")
        if _TABLE_KEYS & table.keys():
            yield name, table
        else:
            yield from _leaves(f"{name}.", table)


def _parameter(name: str, table: dict[str, Any]) -> Parameter:
    _check_keys(name, table, _TABLE_KEYS, required=_TABLE_KEYS - {"note"})
    note = table.get("note", "")
    entries = tuple(_entry(name, entry, note) for entry in table["values"])
    if not entries:
        raise ParameterFileError(f"{name}: no value")
    if any(later.since <= earlier.since for earlier, later in pairwise(entries)):
        raise ParameterFileError(f"{name}: values must stand in order of date, each date once")
    checked_on = _date(name, "checked_on", table["checked_on"])
    return Parameter(name, table["description"], table["unit"], checked_on, note, entries)


def _entry(name: str, entry: dict[str, Any], note: str) -> Entry:
    _check_keys(name, entry, _ENTRY_KEYS, required={"from", "reference"})
    reference = entry["reference"]
    _check_keys(f"{name}.reference", reference, _REFERENCE_KEYS, required=_REFERENCE_KEYS)
    if not reference["title"] or not (reference["href"] or UNCONFIRMED in note):
        raise ParameterFileError(f"{name}: a value needs the title and address of its text")
    if ("value" in entry) == (entry.get("repealed") is True):
        raise ParameterFileError(f"{name}: an entry has a value, or repealed = true")
    value = _value(name, entry["value"]) if "value" in entry else None
    return Entry(_date(name, "from", entry["from"]), value, reference["title"], reference["href"])


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
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ParameterFileError(f"{name}: {value!r} is no number, text, truth value or list of texts")
