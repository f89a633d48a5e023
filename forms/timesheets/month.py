"""What a month's page sends back: cells, comments, and what its buttons ask for.

A cell's field is named ``row@2025-01-07``, a comment's ``note@2025-01-07``. Beside them the page
sends what it showed (``shown`` for the cells, ``was@2025-01-07`` for a comment), so that only what
somebody changed is written, and what somebody else changed meanwhile is not overwritten unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from grants.enums import Activity
from grants.errors import Conflict
from grants.french import bare_hours
from grants.labels import label
from grants.periods import Period
from grants.rules.timesheets.sheet import Place, Sheet

NOTE = "note"
NOTE_BEFORE = "was"
FIELD = re.compile(r"([A-Za-z0-9_-]+)@(\d{4}-\d{2}-\d{2})")
SHOWN = re.compile(r"(\d{1,2})=(\d{1,5})")
MARKET_LENGTH = 120


@dataclass(frozen=True, slots=True)
class TypedSheet:
    """What somebody typed in a month's page; ``shown`` holds the minutes that stood there before,
    None where the page did not say.

    ``action`` is the button: its verb, and what it is about.
    """

    version: int
    changes: Mapping[Place, str]
    shown: Mapping[Place, int] | None
    comments: Mapping[date, str]
    comments_before: Mapping[date, str]
    action: tuple[str, str]
    week: int


def cell_name(place: Place) -> str:
    """Name of a cell's field.

    Example:
    >>> cell_name(("12-support_buyers", date(2025, 1, 7)))
    '12-support_buyers@2025-01-07'
    """
    key, day = place
    return f"{key}@{day.isoformat()}"


def read_sheet(form: MultiDict[str, str], month: date) -> TypedSheet:
    """Read the page's fields; those that were not touched are left out.

    Example:
    >>> sent = MultiDict({"7-other@2025-01-07": "7h30", "version": "3", "shown": "7-other 7=60"})
    >>> typed = read_sheet(sent, date(2025, 1, 1))
    >>> typed.version, typed.changes == {("7-other", date(2025, 1, 7)): "7h30"}
    (3, True)
    """
    shown = _shown(form.get("shown"), month)
    cells: dict[Place, str] = {}
    comments: dict[date, str] = {}
    comments_before: dict[date, str] = {}
    for key, day, text in _fields(form):
        if key == NOTE:
            before = form.get(cell_name((NOTE_BEFORE, day)), "").strip()
            if text != before:
                comments[day], comments_before[day] = text, before
        elif key != NOTE_BEFORE and _differs(text, shown, (key, day)):
            cells[key, day] = text
    verb, _, object_ = form.get("action", "save").partition(":")
    return TypedSheet(
        form.get("version", 0, type=int),
        cells,
        None if shown is None else {place: shown.get(place, 0) for place in cells},
        comments,
        comments_before,
        (verb, object_),
        form.get("week", 0, type=int),
    )


def read_place(text: str) -> Place | None:
    """Place that a field's name says; None when it says none.

    Example:
    >>> read_place("7-other@2025-01-07") == ("7-other", date(2025, 1, 7)), read_place("7-other")
    (True, None)
    """
    found = FIELD.fullmatch(text)
    day = None if found is None else read_day(found[2])
    return None if found is None or day is None else (found[1], day)


def read_day(text: str) -> date | None:
    """Day as the page writes it in its fields; None when it is none.

    Example:
    >>> read_day("2025-01-07"), read_day("2025-02-30")
    (datetime.date(2025, 1, 7), None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _fields(form: MultiDict[str, str]) -> Iterator[tuple[str, date, str]]:
    for name, text in form.items():
        place = read_place(name)
        if place is not None:
            yield *place, text.strip()


def _shown(text: str | None, month: date) -> dict[Place, int] | None:
    """Minutes by place; None when the page did not send them."""
    if text is None:
        return None
    found: dict[Place, int] = {}
    for line in text.splitlines():
        key, _, rest = line.partition(" ")
        for day, minutes in SHOWN.findall(rest):
            on = read_day(f"{month:%Y-%m}-{int(day):02d}")
            if on is not None:
                found[key, on] = int(minutes)
    return found


def _differs(text: str, shown: Mapping[Place, int] | None, place: Place) -> bool:
    if shown is None:
        return True
    before = shown.get(place, 0)
    return text != (bare_hours(before) if before else "")


class RowForm(Form):  # type: ignore[misc] # wtforms ships no types
    """A new line: what it is charged to, the phase, the market if one is told apart."""

    convention = SelectField("Opération", choices=[], validate_choice=False)
    activity = SelectField(
        "Activité", choices=[SelectChoice(member.value, label(member)) for member in Activity]
    )
    market = StringField("Marché (facultatif)", [Length(max=MARKET_LENGTH)])

    def offer(self, sheet: Sheet) -> None:
        """Offer the operations of the sheet."""
        self.convention.choices = [
            *(
                SelectChoice(str(one.id), f"{one.number} – {one.title}")
                for one in sheet.open_conventions
            ),
            SelectChoice("", "Hors opération"),
        ]

    @property
    def convention_id(self) -> int | None:
        """Operation chosen; None for other activity.

        Raises: Conflict: what was sent is no operation.
        """
        chosen = self.convention.data
        if chosen and not (chosen.isascii() and chosen.isdigit()):
            raise Conflict("Choisissez une opération de la liste.", field="convention")
        return int(chosen) if chosen else None


class CopyForm(Form):  # type: ignore[misc] # wtforms ships no types
    """A day whose hours are copied to others."""

    copy_from = DateField("La journée du")
    copy_to = DateField("du")
    copy_last = DateField("au (inclus)")

    def problems(self) -> list[str]:
        """What is wrong with the days, in words."""
        return ["Choisissez le jour à recopier, le premier et le dernier jour à remplir."]

    @property
    def source(self) -> date:
        """Day to copy."""
        found: date = self.copy_from.data
        return found

    @property
    def targets(self) -> list[date]:
        """Days to fill, from the first to the last; the day itself is left alone."""
        first, last = self.copy_to.data, max(self.copy_to.data, self.copy_last.data)
        days = Period.inclusive(first, last).iter_days()
        return [day for day in days if day != self.source]
