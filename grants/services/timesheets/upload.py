"""A workbook of time sheets that comes back filled: what it would change, then the change.

Every cell goes the way of the grid: the same rule accepts and refuses it, the same service writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from exports.timesheets.workbook import row_label
from grants.errors import Conflict, NotFound
from grants.french import count, day_fr
from grants.models.base import AnySession
from grants.rules.timesheets.rows import parse_row_key
from grants.rules.timesheets.sheet import Place, Sheet
from grants.rules.timesheets.typing import (
    COMMENT_LENGTH,
    comment_problem,
    plan_changes,
    shown_minutes,
)
from grants.services.audit.deed import Deed
from grants.services.timesheets.loading import load_sheets
from grants.services.timesheets.typing import save_cells
from grants.services.timesheets.workbooks import (
    WHAT_TO_DO,
    ReadCell,
    ReadMonth,
    read_sheets_workbook,
)


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that the file changes; minutes before and after."""

    address: str
    place: Place
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class CommentChange:
    """A day's comment that the file changes."""

    address: str
    day: date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CellRefusal:
    """A cell that is not taken: where it stands, what stood there, why."""

    address: str
    text: str
    message: str

    @property
    def is_quoted(self) -> bool:
        """Whether the message says already what stood there."""
        return not self.text or f"« {self.text} »" in self.message


@dataclass(frozen=True, slots=True)
class MonthChanges:
    """What a file changes in one month, and what it may not."""

    sheet: Sheet
    name: str
    changes: tuple[CellChange, ...]
    comments: tuple[CommentChange, ...]
    refusals: tuple[CellRefusal, ...]

    @property
    def row_names(self) -> Mapping[str, str]:
        """Each line as the workbook reads it; a line that the sheet shows no more has none."""
        return {row.key: row_label(row) for row in self.sheet.rows}


@dataclass(frozen=True, slots=True)
class AcceptedMonth:
    """What somebody accepted to be changed in a month whose sheet had this version."""

    month: date
    version: int
    cells: Mapping[Place, int]
    comments: Mapping[date, str]


def preview_workbook(
    session: AnySession, *, person_id: int, path: Path, as_of: date, may_override: bool = False
) -> tuple[MonthChanges, ...]:
    """What a filled workbook would change; nothing is written.

    Raises: Unreadable: the file. Conflict: it is another person's. NotFound: no such person.
    """
    months = read_sheets_workbook(path)
    sheets = load_sheets(
        session,
        person_ids=[person_id],
        months=[month.month for month in months],
        as_of=as_of,
        may_override=may_override,
    )
    if not sheets:
        raise NotFound("Cette feuille n'existe pas, ou vous n'y avez pas accès.")
    by_month = {sheet.month.start: sheet for sheet in sheets}
    return tuple(_compare_month(month, by_month[month.month]) for month in months)


def _compare_month(read: ReadMonth, sheet: Sheet) -> MonthChanges:
    if read.person_code != sheet.person.code:
        raise Conflict(
            f"La feuille « {read.name} » est celle du matricule {read.person_code}, ce mois est "
            f"celui de {sheet.person.code} : {WHAT_TO_DO}"
        )
    sound = {place: cell.typed for place, cell in read.cells.items() if not cell.fault}
    plan = plan_changes(sheet, sound, version=read.version)
    faults = [*read.faults, *(cell for cell in read.cells.values() if cell.fault)]
    refusals = [CellRefusal(cell.address, _shown(cell), cell.fault) for cell in faults]
    refusals += [
        CellRefusal(read.cells[one.place].address, _shown(read.cells[one.place]), one.message)
        for one in plan.problems
    ]
    changes = (
        CellChange(read.cells[place].address, place, shown_minutes(sheet, place), minutes)
        for place, minutes in sorted(plan.cells.items(), key=lambda item: item[0][::-1])
    )
    comments, refused = _comments(read, sheet)
    return MonthChanges(sheet, read.name, tuple(changes), tuple(comments), (*refusals, *refused))


def _shown(cell: ReadCell) -> str:
    return cell.typed if isinstance(cell.typed, str) else f"{cell.typed} min"


def _comments(read: ReadMonth, sheet: Sheet) -> tuple[list[CommentChange], list[CellRefusal]]:
    now = {facts.day: facts.comment for facts in sheet.days}
    changes, refused = [], []
    for day, cell in read.comments.items():
        text = str(cell.typed)
        if text == now.get(day, ""):
            continue
        problem = comment_problem(sheet, day, text)
        if problem is not None:
            refused.append(CellRefusal(cell.address, text[:COMMENT_LENGTH], problem.message))
        elif read.version != sheet.version:
            message = f"la feuille a changé depuis le téléchargement : {WHAT_TO_DO}"
            refused.append(CellRefusal(cell.address, text, message))
        else:
            changes.append(CommentChange(cell.address, day, now.get(day, ""), text))
    return changes, refused


def apply_workbook(
    session: AnySession,
    *,
    person_id: int,
    months: Sequence[AcceptedMonth],
    deed: Deed,
    may_override: bool = False,
) -> int:
    """Write what was accepted, all of it or nothing. Flushes, never commits.

    Returns: how many cells and comments changed.
    Raises: Conflict: a cell may not be written any more; the edge rolls back.
    """
    changed = 0
    for accepted in months:
        for key, _ in accepted.cells:
            parse_row_key(key)
        result = save_cells(
            session,
            person_id=person_id,
            month=accepted.month,
            version=accepted.version,
            changes=accepted.cells,
            comments=accepted.comments,
            deed=deed,
            may_override=may_override,
        )
        if result.problems:
            first = result.problems[0]
            raise Conflict(
                f"Rien n'est enregistré : {count(len(result.problems), 'case refusée')}, dont le "
                f"{day_fr(first.place[1])} : {first.message}. Redonnez le fichier"
            )
        changed += result.saved + len(accepted.comments)
    return changed
