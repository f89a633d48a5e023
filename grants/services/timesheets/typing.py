"""Typing in a sheet: hours, comments, confirmations, copies. Grid, workbook and copy all end here.

What is valid is saved even when other cells are refused; nobody's hours are overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from grants.enums import Activity
from grants.errors import Conflict
from grants.models.base import AnySession
from grants.models.timesheets import TimeSheet
from grants.periods import Period
from grants.rules.audit.chain import Document
from grants.rules.timesheets.building import last_months_pattern
from grants.rules.timesheets.rows import MARKET_LENGTH, row_key
from grants.rules.timesheets.sheet import Place, Sheet
from grants.rules.timesheets.typing import (
    CellProblem,
    Typed,
    cell_name,
    comment_problem,
    plan_changes,
    shown_minutes,
    shown_places,
)
from grants.services.audit.deed import Deed
from grants.services.timesheets.book import load_book
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.store import (
    require_version,
    take_sheet,
    tell,
    write_cells,
    write_days,
)

__all__ = [
    "CellProblem",
    "SaveResult",
    "add_row",
    "confirm_days",
    "copy_day",
    "copy_month",
    "remove_row",
    "save_cells",
]


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The sheet as it stands after a save, the cells refused, how many were saved."""

    version: int
    sheet: Sheet
    problems: tuple[CellProblem, ...] = ()
    saved: int = 0


def save_cells(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    version: int | None,
    changes: Typed,
    before: Typed | None = None,
    comments: Mapping[date, str] | None = None,
    comments_before: Mapping[date, str] | None = None,
    extra_rows: Sequence[str] = (),
    deed: Deed,
    may_override: bool = False,
) -> SaveResult:
    """Save what was typed; the day of every cell that changes is confirmed, with what was proposed
    in its other cells.

    Args: version: of the sheet when the page was shown, None to take whatever stands. before: what
    the page showed in these cells, for two people at once (see ``rules/timesheets/typing``).
    comments: by day; comments_before as before. extra_rows: lines that are shown without hours.
    Raises: NotFound: no such person or line.
    """
    work = _Work.begin(session, person_id, month, deed, may_override, extra_rows)
    plan = plan_changes(work.sheet, changes, before=before, version=version)
    problems = list(plan.problems)
    said: dict[date, str] = {}
    for day, text in (comments or {}).items():
        seen = None if comments_before is None else comments_before.get(day, "")
        problem = comment_problem(work.sheet, day, text, seen)
        if problem:
            problems.append(problem)
        else:
            said[day] = text.strip()
    work.write(plan.cells, confirmed=plan.days, edited=plan.days, comments=said)
    return work.result(tuple(problems), len(plan.cells))


def confirm_days(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    days: Collection[date] | None = None,
    version: int | None = None,
    deed: Deed,
    may_override: bool = False,
    extra_rows: Sequence[str] = (),
) -> SaveResult:
    """Take what is proposed for some days, or for all of them, as what was done.

    Days that hold hours already are confirmed as they stand; a day that is closed is a problem when
    it was named.
    Raises: NotFound: no such person. Conflict: the sheet is not the one that was shown.
    """
    work = _Work.begin(session, person_id, month, deed, may_override, extra_rows)
    require_version(work.row, version)
    open_days = {one.day for one in work.sheet.days if one.is_editable}
    shown = {day for _, day in shown_places(work.sheet)}
    wanted = open_days & shown if days is None else set(days)
    problems = tuple(
        CellProblem(("", one.day), "", one.locked_because)
        for one in work.sheet.days
        if one.day in wanted and not one.is_editable
    )
    confirmed = sorted(wanted & open_days)
    work.write({}, confirmed=confirmed)
    return work.result(problems, len(confirmed))


def add_row(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    convention_id: int | None,
    activity: Activity,
    market: str = "",
    as_of: date,
) -> str:
    """Key of a line that may be added; it is stored with its first hours.

    Raises: NotFound: no such person. Conflict: the operation is not open to the person in the
    month, the line is there already, or the market's name is too long; ``field`` says which.
    """
    sheet = load_sheet(session, person_id=person_id, month=month, as_of=as_of)
    if convention_id and convention_id not in {one.id for one in sheet.open_conventions}:
        raise Conflict(
            "Cette opération ne vous est pas ouverte ce mois-ci : choisissez-en une de la liste.",
            field="convention",
        )
    if len(market.strip()) > MARKET_LENGTH:
        raise Conflict(
            f"Le marché compte {len(market.strip())} caractères : {MARKET_LENGTH} au plus.",
            field="market",
        )
    key = row_key(convention_id, activity, market.strip())
    if key in {row.key for row in sheet.rows}:
        raise Conflict("Cette ligne est déjà dans la feuille.", field="activity")
    return key


def remove_row(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    version: int | None,
    key: str,
    deed: Deed,
) -> SaveResult:
    """Take the hours of a line away where its days are open; those of closed days are problems.

    Raises: NotFound: no such person. Conflict: the sheet is not the one that was shown.
    """
    work = _Work.begin(session, person_id, month, deed)
    require_version(work.row, version)
    emptied = {place: 0 for place in shown_places(work.sheet) if place[0] == key}
    plan = plan_changes(work.sheet, emptied)
    work.write(plan.cells, confirmed=plan.days, edited=plan.days)
    return work.result(tuple(plan.problems), len(plan.cells))


def copy_day(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    version: int | None,
    source: date,
    targets: Collection[date],
    deed: Deed,
) -> SaveResult:
    """Make other days of the month like one of them, every line.

    Raises: NotFound: no such person. Conflict: the sheet is not the one that was shown.
    """
    work = _Work.begin(session, person_id, month, deed)
    require_version(work.row, version)
    keys = {key for key, day in shown_places(work.sheet) if day == source or day in set(targets)}
    copied: dict[Place, str | int] = {
        (key, day): shown_minutes(work.sheet, (key, source))
        for day in targets
        if day != source
        for key in keys
    }
    plan = plan_changes(work.sheet, copied)
    days = sorted(set(targets) - {source})
    open_days = {one.day for one in work.sheet.days if one.is_editable}
    work.write(plan.cells, confirmed=[d for d in days if d in open_days], edited=plan.days)
    return work.result(tuple(plan.problems), len(plan.cells))


def copy_month(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    version: int | None,
    deed: Deed,
) -> SaveResult:
    """Spend every open day that is not confirmed like the same weekday of the month before.

    Raises: NotFound: no such person. Conflict: the sheet is not the one that was shown.
    """
    work = _Work.begin(session, person_id, month, deed)
    require_version(work.row, version)
    book = load_book(session, person_ids=[person_id], months=[month])
    copied = last_months_pattern(book.inputs(person_id, Period.month(month), as_of=deed.as_of))
    days = {day for _, day in copied}
    cells = {place: 0 for place in work.sheet.proposed if place[1] in days} | copied
    plan = plan_changes(work.sheet, cells)
    work.write(plan.cells, confirmed=sorted(days))
    return work.result(tuple(plan.problems), len(plan.cells))


@dataclass(frozen=True, slots=True)
class _Work:
    """A sheet that is held and about to be written."""

    session: AnySession
    row: TimeSheet
    sheet: Sheet
    deed: Deed
    may_override: bool
    extra_rows: Sequence[str]

    @classmethod
    def begin(
        cls,
        session: AnySession,
        person_id: int,
        month: date,
        deed: Deed,
        may_override: bool = False,
        extra_rows: Sequence[str] = (),
    ) -> _Work:
        row = take_sheet(session, person_id=person_id, month=month)
        sheet = load_sheet(
            session,
            person_id=person_id,
            month=month,
            as_of=deed.as_of,
            may_override=may_override,
            extra_rows=extra_rows,
        )
        return cls(session, row, sheet, deed, may_override, extra_rows)

    def write(
        self,
        cells: Mapping[Place, int],
        *,
        confirmed: Collection[date],
        edited: Collection[date] = (),
        comments: Mapping[date, str] | None = None,
    ) -> None:
        """Write cells, and the proposals of the days that are confirmed; tell what changed."""
        proposed = {p: n for p, n in self.sheet.proposed.items() if p[1] in set(confirmed)}
        final = proposed | dict(cells)
        changed = {p: n for p, n in final.items() if n != self.sheet.minutes.get(p, 0)}
        days: dict[date, dict[str, object]] = {day: {"is_confirmed": True} for day in confirmed}
        for day in edited:
            days.setdefault(day, {})["is_edited"] = True
        for day, text in (comments or {}).items():
            if text != self._comment(day):
                days.setdefault(day, {})["comment"] = text
        if not days and not changed:
            return
        write_cells(self.session, self.row, changed)
        write_days(self.session, self.row, days)
        self.row.version += 1
        self.session.flush()
        self._tell(changed, days)

    def _comment(self, day: date) -> str:
        return next((one.comment for one in self.sheet.days if one.day == day), "")

    def _tell(self, cells: Mapping[Place, int], days: Mapping[date, Mapping[str, object]]) -> None:
        """Cells before and after in minutes; days that were confirmed as they stood, by number."""
        names = {place: cell_name(self.sheet, place) for place in sorted(cells)}
        before: Document = {
            "hours": {name: self.sheet.minutes.get(place, 0) for place, name in names.items()}
        }
        counts = {
            "confirmed_days": sum(1 for said in days.values() if said.get("is_confirmed")),
            "comments": sum(1 for said in days.values() if "comment" in said),
        }
        hours = {"hours": {name: cells[place] for place, name in names.items()}}
        after = hours | {name: number for name, number in counts.items() if number}
        tell(self.session, self.sheet, self.deed, before=before, after=after)

    def result(self, problems: tuple[CellProblem, ...], count: int) -> SaveResult:
        """The sheet as it stands now; lines that still hold nothing stay shown."""
        now = load_sheet(
            self.session,
            person_id=self.row.person_id,
            month=self.sheet.month.start,
            as_of=self.deed.as_of,
            may_override=self.may_override,
            extra_rows=self.extra_rows,
        )
        return SaveResult(now.version, now, problems, count)
