"""What becomes of what was typed in a sheet: which cells change, which are refused and why.

The same for the grid, a workbook that was filled elsewhere, a copied day. Every cell is judged by
itself: one fault never costs the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from grants import french
from grants.errors import NotFound
from grants.french import bare_hours, day_fr, month_number
from grants.frozen import frozen
from grants.labels import label
from grants.rules.timesheets.hours import MINUTES_OF_A_DAY, InvalidHours, parse_hours
from grants.rules.timesheets.rows import RowName, parse_row_key
from grants.rules.timesheets.sheet import Place, Sheet, SheetDayFacts

COMMENT_LENGTH = 500
Typed = Mapping[Place, str | int]


@frozen
class CellProblem:
    """A cell that was refused: what was typed there, and why not. A comment has no row's key."""

    place: Place
    text: str
    message: str


@dataclass(slots=True)
class Plan:
    """Cells that change, in minutes, and those refused."""

    cells: dict[Place, int] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)

    @property
    def days(self) -> tuple[date, ...]:
        """Days in which a cell changes."""
        return tuple(sorted({day for _, day in self.cells}))


@frozen
class _Judge:
    sheet: Sheet
    before: Typed | None
    is_stale: bool
    days: Mapping[date, SheetDayFacts]

    def minutes(self, place: Place, value: str | int) -> int | None:
        """Minutes to store in a cell; None where nothing changes.

        Raises: _Refused: the cell is not taken.
        """
        key, day = place
        if day not in self.days:
            raise _Refused(
                f"le {day_fr(day)} n'est pas un jour de {month_number(self.sheet.month.start)}"
            )
        minutes = _minutes(value)
        now = shown_minutes(self.sheet, place)
        if minutes == now:
            return None
        self._require_same(place, now)
        self._require_open(self.days[day], minutes)
        if minutes:
            self._require_row(_name(key), day)
        return minutes

    def _require_same(self, place: Place, now: int) -> None:
        """What stands there must be what the page showed when it was typed over."""
        shown = None if self.before is None else self.before.get(place)
        changed = self.is_stale if shown is None else _minutes(shown) != now
        if changed:
            raise _Refused(
                f"quelqu'un a modifié cette case entre-temps : elle contient maintenant "
                f"{french.minutes(now)}. Votre saisie n'est pas perdue : enregistrez à nouveau "
                f"pour la garder, ou remettez {bare_hours(now)}"
            )

    def _require_open(self, day: SheetDayFacts, minutes: int) -> None:
        if not day.is_editable and not (day.is_clearable and not minutes):
            raise _Refused(day.locked_because)

    def _require_row(self, name: RowName, day: date) -> None:
        if name.convention_id is None:
            return
        for one in self.sheet.open_conventions:
            if one.id == name.convention_id:
                if not one.period.contains(day):
                    last = "" if one.period.is_open else f" au {day_fr(one.period.last)}"
                    raise _Refused(
                        f"{one.number} court du {day_fr(one.period.start)}{last} : déclarez ces "
                        f"heures sur une autre ligne"
                    )
                return
        raise _Refused(
            "cette opération ne vous est pas ouverte ce mois-ci : demandez une lettre de mission "
            "ou une affectation"
        )


class _Refused(Exception):  # never leaves this module
    """Why a cell is not taken."""


def plan_changes(
    sheet: Sheet, typed: Typed, *, before: Typed | None = None, version: int | None = None
) -> Plan:
    """Which cells change, and which are refused.

    A cell equal to what is shown, declared or proposed, is no change. Two people's cells are merged
    by ``before``, what the page showed when it was filled; without it an older ``version`` refuses
    every cell that differs.
    """
    is_stale = version is not None and version != sheet.version
    judge = _Judge(sheet, before, is_stale, {one.day: one for one in sheet.days})
    plan = Plan()
    for place, text in typed.items():
        try:
            minutes = judge.minutes(place, text)
        except (_Refused, InvalidHours) as error:
            plan.problems.append(CellProblem(place, str(text), str(error)))
        else:
            if minutes is not None:
                plan.cells[place] = minutes
    _refuse_long_days(sheet, typed, plan)
    return plan


def _refuse_long_days(sheet: Sheet, typed: Typed, plan: Plan) -> None:
    """A day has twenty-four hours, all lines together."""
    totals: dict[date, int] = defaultdict(int)
    for place in shown_places(sheet) | plan.cells.keys():
        totals[place[1]] += plan.cells.get(place, shown_minutes(sheet, place))
    for place in list(plan.cells):
        total = totals[place[1]]
        if total > MINUTES_OF_A_DAY and plan.cells[place] > shown_minutes(sheet, place):
            del plan.cells[place]
            message = (
                f"la journée du {day_fr(place[1])} compterait {french.minutes(total)}, 24 au "
                f"plus : corrigez une de ses lignes"
            )
            plan.problems.append(CellProblem(place, str(typed[place]), message))


def shown_places(sheet: Sheet) -> set[Place]:
    """Cells that hold hours, declared or proposed."""
    return sheet.minutes.keys() | sheet.proposed.keys()


def shown_minutes(sheet: Sheet, place: Place) -> int:
    """Minutes that a cell shows: declared, else proposed, else none."""
    return sheet.minutes.get(place) or sheet.proposed.get(place, 0)


def _minutes(typed: str | int) -> int:
    if isinstance(typed, str):
        return parse_hours(typed)
    if not 0 <= typed <= MINUTES_OF_A_DAY:
        raise InvalidHours(f"« {typed} » minutes : une journée en compte de 0 à {MINUTES_OF_A_DAY}")
    return typed


def _name(key: str) -> RowName:
    try:
        return parse_row_key(key)
    except NotFound as error:
        raise _Refused(str(error)) from None


def cell_name(sheet: Sheet, place: Place) -> str:
    """Cell as the trail names it.

    Example: ``2025-01-07 FSE-1 support_buyers``.
    """
    name = parse_row_key(place[0])
    numbers = {row.convention_id: row.number for row in sheet.rows}
    numbers |= {one.id: one.number for one in sheet.open_conventions}
    operation = numbers.get(name.convention_id) or "hors opération"
    parts = (place[1].isoformat(), operation, label(name.activity), name.market)
    return " › ".join(part for part in parts if part)


def comment_problem(
    sheet: Sheet, day: date, text: str, before: str | None = None
) -> CellProblem | None:
    """Why a day's comment is refused; None when it is taken.

    Args: before: what the page showed, None where it does not matter what stood there.
    """
    found = next((one for one in sheet.days if one.day == day), None)
    if found is None:
        message = f"le {day_fr(day)} n'est pas un jour de {month_number(sheet.month.start)}"
    elif found.comment == text.strip():
        return None
    elif not found.is_editable and not found.is_clearable:
        message = found.locked_because
    elif before is not None and found.comment != before.strip():
        message = (
            f"entre-temps, ce commentaire est devenu « {found.comment} » : gardez l'un ou l'autre"
        )
    elif len(text.strip()) > COMMENT_LENGTH:
        message = f"{len(text.strip())} caractères : {COMMENT_LENGTH} au plus, raccourcissez"
    else:
        return None
    return CellProblem(("", day), text, message)
