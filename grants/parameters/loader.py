"""Legal figures with whose money they bind, their dates and texts: the only reader of
``parameters/*.toml``.

A fund, a programme and an authority choose a figure before any date does: an operation of FSE
2014-2020 that still runs in 2023 rests on the texts of 2014-2020. Texts stand once, in
``texts.toml``; a value names its text and the article, and says whether somebody read it there.
Nothing else in Python holds a number with a legal meaning: when the law changes, one row is added
and no code is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Generic, TypeVar

from grants.enums import FunderKind, TextReading
from grants.errors import NoParameterInForce
from grants.frozen import frozen
from grants.parameters.reading import (
    ALL,
    NOT_EUROPEAN,
    TEXTS_FILE,
    Entry,
    Parameter,
    ParameterFileError,
    Value,
    read_parameters,
    read_texts,
)

V = TypeVar("V", Decimal, date, str, Value)


@frozen
class Frame:
    """Whose rules apply: the kind of funder, where the scheme names them its programme and its
    authority, and whether a public or a private body is paid.
    """

    fund: str
    programme: str = ""
    authority: str = ""
    beneficiary: str = ""

    @property
    def funds(self) -> tuple[str, ...]:
        """What a row may say of the fund, the most particular first."""
        if self.fund == ALL:
            return (ALL,)
        is_european = self.fund in _EUROPEAN
        return (self.fund, ALL) if is_european else (self.fund, NOT_EUROPEAN, ALL)

    def rank(self, entry: Entry) -> tuple[int, ...] | None:
        """How closely a row is meant for this frame, the smallest closest; None: it is not."""
        named = (
            (entry.programme, self.programme),
            (entry.authority, self.authority),
            (entry.beneficiary, self.beneficiary),
        )
        if entry.fund not in self.funds or any(row not in ("", own) for row, own in named):
            return None
        return (self.funds.index(entry.fund), *(int(not row) for row, _ in named))


_EUROPEAN = frozenset(kind.value for kind in FunderKind if kind.is_eu_money)
EVERYBODY = Frame(ALL)
"""Law that binds whoever pays: the calendar, working time."""


@frozen
class Dated(Generic[V]):
    """A value as it stood: what, since when its text is in force, the text that says so, and
    whether somebody read it there. ``since`` is None where no dated text says it.
    """

    name: str
    value: V
    since: date | None
    title: str
    href: str
    unit: str
    reading: TextReading
    read_on: date | None


Figure = Dated[Decimal]
Setting = Dated[Value]


@cache
def figure(name: str, on: date, frame: Frame = EVERYBODY) -> Figure:
    """Number that binds the frame on the day, with its text.

    Args: on: first day of the operation for a figure of a fund; the day itself for the law of
    labour.
    Raises: NoParameterInForce: when no value is known, also for an unknown name: a default would
    be a guess.
    Example:
    >>> figure("annual_hours", date(2024, 1, 1), Frame("fse_plus")).value
    Decimal('1720')
    """
    found = find(name, on, frame)
    if found is None or isinstance(found.value, bool) or not isinstance(found.value, Decimal):
        raise NoParameterInForce(name, on)
    return _with_value(found, found.value)


def find_figure(name: str, on: date, frame: Frame = EVERYBODY) -> Figure | None:
    """Number that binds the frame on the day, None where its law knows none."""
    try:
        return figure(name, on, frame)
    except NoParameterInForce:
        return None


@cache
def day_figure(name: str, on: date, frame: Frame) -> Dated[date]:
    """Day that binds the frame, with its text.

    Raises: NoParameterInForce: see ``figure``.
    Example:
    >>> day_figure("eligible_until", date(2021, 1, 1), Frame("fse_plus")).value
    datetime.date(2029, 12, 31)
    """
    found = find(name, on, frame)
    if found is None or not isinstance(found.value, date):
        raise NoParameterInForce(name, on)
    return _with_value(found, found.value)


@cache
def find(name: str, on: date, frame: Frame) -> Setting | None:
    """Value of any kind that binds the frame on the day, None where none is known."""
    parameter = parameters().get(name)
    return None if parameter is None else in_force(parameter, on, frame)


def in_force(parameter: Parameter, on: date, frame: Frame) -> Setting | None:
    """Value of a parameter for the frame: of the rows meant most closely for it, the last one that
    applies on the day; None before the first and after a repeal.
    """
    ranked = [(rank, entry) for entry in parameter.entries if (rank := frame.rank(entry))]
    applying = [(rank, entry) for rank, entry in ranked if entry.applies(on)]
    if not applying:
        return None
    closest = min(rank for rank, _ in applying)
    entry = [entry for rank, entry in applying if rank == closest][-1]
    if entry.value is None:
        return None
    return Dated(
        parameter.name,
        entry.value,
        entry.in_force,
        entry.title,
        entry.href,
        parameter.unit,
        entry.reading,
        entry.read_on,
    )


def _with_value(found: Setting, value: V) -> Dated[V]:
    return Dated(
        found.name,
        value,
        found.since,
        found.title,
        found.href,
        found.unit,
        found.reading,
        found.read_on,
    )


def find_setting(frame: Frame, name: str, on: date) -> Setting | None:
    """Default of a scheme's setting for that frame.

    None means that no limit ships for it: the scheme or the convention may set one.
    Example:
    >>> find_setting(Frame("state"), "cost_basis", date(2024, 1, 1)).value
    'post'
    """
    return find(f"settings.{name}", on, frame)


@cache
def fund_opens(fund: str) -> Dated[date] | None:
    """First day on which a fund pays anything; None where it knows none."""
    return _with_day(find("eligible_from", date.max, Frame(fund)))


def _with_day(found: Setting | None) -> Dated[date] | None:
    if found is None or not isinstance(found.value, date):
        return None
    return _with_value(found, found.value)


def european_frame(on: date) -> Frame:
    """Frame of an operation of European money that began on the day, where nobody names its fund.

    Example:
    >>> european_frame(date(2020, 12, 31)).fund, european_frame(date(2021, 1, 1)).fund
    ('fse', 'fse_plus')
    """
    opens = fund_opens(FunderKind.FSE_PLUS.value)
    is_later = opens is not None and on >= opens.value
    return Frame((FunderKind.FSE_PLUS if is_later else FunderKind.FSE).value)


def holiday_dates(calendar: str, on: date) -> tuple[Dated[Value], ...]:
    """Public holidays of a calendar in force on the day: a month and day, or days after Easter.

    Raises: NoParameterInForce: when none is known on that day.
    """
    prefix = f"holidays.{calendar}."
    named = [entry for name, entry in parameters().items() if name.startswith(prefix)]
    found = tuple(dated for entry in named if (dated := in_force(entry, on, EVERYBODY)))
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
    texts = read_texts(folder.joinpath(TEXTS_FILE).read_text(encoding="utf-8"))
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if not path.name.endswith(".toml") or path.name == TEXTS_FILE:
            continue
        for parameter in read_parameters(path.read_text(encoding="utf-8"), texts):
            if parameter.name in found:
                raise ParameterFileError(f"{path.name}: {parameter.name} is stated twice")
            found[parameter.name] = parameter
    return found
