"""A month as its page draws it: texts, labels and marks of each cell, ready for a lean template.

Everything is made here once, for the template shows some four hundred cells: a filter per cell
would cost more than the whole reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from forms.timesheets.month import cell_name
from grants.enums import DayClosure, SheetOddity
from grants.french import WEEKDAYS, bare_hours, percent, spoken_day
from grants.labels import label
from grants.rules.timesheets.sheet import Oddity, Place, Sheet, SheetDayFacts, SheetRow

# What stands under the number of a closed day; the legend says it in full.
MARKS = {
    DayClosure.OUTSIDE_CONTRACT: "HC",
    DayClosure.ABSENCE: "Abs",
    DayClosure.PUBLIC_HOLIDAY: "Fér",
    DayClosure.WEEKEND: "WE",
}
CLASSES = {
    DayClosure.OUTSIDE_CONTRACT: "outside",
    DayClosure.ABSENCE: "leave",
    DayClosure.PUBLIC_HOLIDAY: "holiday",
    DayClosure.WEEKEND: "weekend",
}
OTHER = "Hors opération"
# While the month is being filled, figures and dashed cells tell these better than a warning.
SAID_BY_THE_GRID = frozenset({SheetOddity.DAYS_NOT_CONFIRMED, SheetOddity.UNDER_CONTRACT})


@dataclass(frozen=True, slots=True)
class GridDay:
    """Column; ``spoken`` is read aloud, ``css`` carries its week, its weekday, its closure."""

    key: str
    head: str
    letters: str
    number: int
    spoken: str
    mark: str
    css: str
    total: str
    total_css: str
    contract: str
    absence: str
    comment: str
    comment_before: str
    comment_error: str
    week: int
    is_proposed: bool
    may_comment: bool


@dataclass(frozen=True, slots=True)
class GridWeek:
    """Days of a week that the month holds; ``waiting`` lists those to be confirmed."""

    index: int
    title: str
    span: int
    total: str
    contract: str
    waiting: str


@dataclass(frozen=True, slots=True)
class GridCell:
    """Cell; ``name`` is empty where nothing may be typed, ``clears`` names one to be emptied."""

    name: str
    text: str
    head: str
    css: str
    error: str = ""
    is_proposed: bool = False
    clears: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """Line; ``head`` is the id of its heading."""

    key: str
    head: str
    operation: str
    activity: str
    market: str
    cells: Sequence[GridCell]
    errors: Sequence[GridCell]
    total: str
    share: str
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Cell or comment that was refused; ``target`` is the field to mend, empty where none is."""

    where: str
    text: str
    message: str
    target: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Whole table; ``shown`` is what its cells held when it was made, ``oddities`` what it does not
    say by itself.
    """

    days: Sequence[GridDay]
    weeks: Sequence[GridWeek]
    rows: Sequence[GridRow]
    refusals: Sequence[Refusal]
    total: str
    proposed: str
    declared: str
    contract: str
    rest: str
    is_over: bool
    waiting: int
    waiting_days: str
    shown: str
    week: int
    is_typable: bool
    oddities: Sequence[Oddity]


@dataclass(frozen=True, slots=True)
class Refusals:
    """What was typed and refused, by place; a comment's place has no row."""

    texts: Mapping[Place, str]
    messages: Mapping[Place, str]


NO_REFUSAL = Refusals({}, {})


def grid_of(
    sheet: Sheet, *, may_type: bool, today: date, refusals: Refusals = NO_REFUSAL, week: int = 0
) -> Grid:
    """Sheet as the page shows it; without ``may_type`` it holds no field.

    ``week`` is the one that a telephone shows first, 0 for that of ``today``.
    """
    draft = _Draft(sheet, may_type, refusals)
    days = [draft.day(index, day) for index, day in enumerate(sheet.days)]
    rows = [draft.row(index, row) for index, row in enumerate(sheet.rows, 1)]
    shown, declared, contract = (
        sum(draft.minutes.values()),
        sheet.total_minutes,
        sheet.contract_minutes,
    )
    weeks = draft.weeks(days)
    is_typable = may_type and any(day.is_editable for day in sheet.days)
    return Grid(
        days,
        weeks,
        rows,
        draft.refusals(),
        bare_hours(shown),
        bare_hours(shown - declared),
        bare_hours(declared),
        bare_hours(contract),
        bare_hours(abs(contract - shown)),
        shown > contract,
        len(sheet.proposed_days),
        _waiting(days),
        draft.shown(),
        week if 0 < week <= len(weeks) else _first_week(days, today),
        is_typable,
        [one for one in sheet.oddities if not (is_typable and one.kind in SAID_BY_THE_GRID)],
    )


def operation_name(row: SheetRow) -> str:
    """What a line is charged to, in short."""
    return row.number or OTHER


def _first_week(days: Sequence[GridDay], today: date) -> int:
    """Week of today, else of what waits, may be typed in, or was to be worked, in this order."""
    work = [day for day in days if day.contract]
    wanted = (
        *(day for day in days if day.key == today.isoformat()),
        *(day for day in days if day.is_proposed),
        *(day for day in work if day.may_comment),
        *work,
    )
    return wanted[0].week if wanted else 1


class _Draft:
    """Sheet on its way to the page: declared and proposed minutes in one table."""

    def __init__(self, sheet: Sheet, may_type: bool, refusals: Refusals) -> None:
        self.sheet = sheet
        self.may_type = may_type
        self.refused = refusals
        self.minutes = {**sheet.proposed, **sheet.minutes}
        self.facts = {day.day: day for day in sheet.days}
        self.proposed_days = frozenset(sheet.proposed_days)
        self.used_days = {day for (_, day), minutes in self.minutes.items() if minutes}
        self.day_sums, self.row_sums = self._sums()
        self.css = {day.day: self._day_css(day) for day in sheet.days}

    def _sums(self) -> tuple[dict[date, int], dict[str, int]]:
        days: dict[date, int] = {}
        rows: dict[str, int] = {}
        for (key, day), minutes in self.minutes.items():
            days[day] = days.get(day, 0) + minutes
            rows[key] = rows.get(key, 0) + minutes
        return days, rows

    def day(self, index: int, facts: SheetDayFacts) -> GridDay:
        day = facts.day
        place = ("", day)
        closure = "" if facts.closure is None else facts.closed_because
        total = self.day_sums.get(day, 0)
        return GridDay(
            key=day.isoformat(),
            head=f"d{day:%d}",
            letters=WEEKDAYS[day.weekday()][:2],
            number=day.day,
            spoken=spoken_day(day) + (f", {closure}" if closure else ""),
            mark="" if facts.closure is None else MARKS[facts.closure],
            css=self.css[day],
            total=bare_hours(total) if total else "",
            total_css=_total_css(total, facts.contract_minutes, day in self.proposed_days),
            contract=bare_hours(facts.contract_minutes) if facts.contract_minutes else "",
            absence=bare_hours(facts.absence_minutes) if facts.absence_minutes else "",
            comment=self.refused.texts.get(place, facts.comment),
            comment_before=facts.comment,
            comment_error=self.refused.messages.get(place, ""),
            week=self._week(day),
            is_proposed=self.may_type and day in self.proposed_days and facts.is_editable,
            may_comment=self.may_type and facts.is_editable,
        )

    def _week(self, day: date) -> int:
        return (day.day - 1 + self.sheet.month.start.weekday()) // 7 + 1

    def _day_css(self, facts: SheetDayFacts) -> str:
        parts = [f"w{self._week(facts.day)}", f"d{facts.day.isoweekday()}"]
        if facts.closure is not None:
            parts.append(CLASSES[facts.closure])
            if facts.day not in self.used_days:
                parts.append("slim")
        elif not facts.is_editable:
            parts.append("shut")
        return " ".join(parts)

    def row(self, index: int, row: SheetRow) -> GridRow:
        cells = [self._cell(row, facts) for facts in self.sheet.days]
        total, whole = self.row_sums.get(row.key, 0), sum(self.minutes.values())
        return GridRow(
            key=row.key,
            head=f"r{index}",
            operation=operation_name(row),
            activity=label(row.activity),
            market=row.market,
            cells=cells,
            errors=[cell for cell in cells if cell.error and cell.name],
            total=bare_hours(total),
            share=percent(Decimal(total) / whole) if whole else "",
            may_remove=self.may_type and not total,
        )

    def _cell(self, row: SheetRow, facts: SheetDayFacts) -> GridCell:
        place = (row.key, facts.day)
        minutes = self.minutes.get(place, 0)
        css = self.css[facts.day]
        text = bare_hours(minutes) if minutes else ""
        head = f"d{facts.day:%d}"
        name = cell_name(place)
        if not (self.may_type and facts.is_editable and (row.is_open or minutes)):
            clearable = self.may_type and facts.is_clearable and minutes
            return GridCell("", text, head, css, clears=name if clearable else "")
        is_proposed = place in self.sheet.proposed
        error = self.refused.messages.get(place, "")
        marks = f"{' ask' if is_proposed else ''}{' bad' if error else ''}"
        return GridCell(
            name, self.refused.texts.get(place, text), head, css + marks, error, is_proposed
        )

    def weeks(self, days: Sequence[GridDay]) -> list[GridWeek]:
        return [
            self._grid_week(index, list(group))
            for index, group in groupby(days, key=lambda day: day.week)
        ]

    def _grid_week(self, index: int, days: Sequence[GridDay]) -> GridWeek:
        dates = [date.fromisoformat(day.key) for day in days]
        first, last = dates[0], dates[-1]
        return GridWeek(
            index,
            f"{first.day}" if first == last else f"{first.day}–{last.day}",
            len(days),
            bare_hours(sum(self.day_sums.get(day, 0) for day in dates)),
            bare_hours(sum(self.facts[day].contract_minutes for day in dates)),
            _waiting(days),
        )

    def refusals(self) -> list[Refusal]:
        names = {
            row.key: f"{operation_name(row)}, {label(row.activity)}" for row in self.sheet.rows
        }
        return [
            Refusal(
                ", ".join(part for part in (names.get(key, key), spoken_day(day)) if part),
                self.refused.texts.get((key, day), ""),
                message,
                self._target((key, day), names),
            )
            for (key, day), message in self.refused.messages.items()
        ]

    def _target(self, place: Place, names: Mapping[str, str]) -> str:
        key, day = place
        facts = self.facts.get(day)
        if not self.may_type or facts is None or not facts.is_editable:
            return ""
        if not key:
            return f"k-{day.isoformat()}"
        return f"c-{cell_name(place)}" if key in names else ""

    def shown(self) -> str:
        """What the cells held, a line a row: ``key day=minutes day=minutes``."""
        lines = []
        for row in self.sheet.rows:
            held = [
                f"{facts.day.day}={self.minutes[row.key, facts.day]}"
                for facts in self.sheet.days
                if self.minutes.get((row.key, facts.day))
            ]
            lines.append(" ".join([row.key, *held]))
        return "\n".join(lines)


def _waiting(days: Sequence[GridDay]) -> str:
    return " ".join(day.key for day in days if day.is_proposed)


def _total_css(total: int, contract: int, is_proposed: bool) -> str:
    over = " over" if total > contract else ""
    return f"{' ask' if is_proposed else ''}{over}"
