"""What each button of a month's page asks of the services.

Whatever the button, what was typed is saved first: nobody loses a cell for having pressed the wrong
one. A button is then obeyed only when every cell was accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from forms.timesheets.month import CopyForm, RowForm, TypedSheet, read_day, read_place
from grants.clock import clock
from grants.enums import Activity
from grants.errors import Conflict, GrantsError
from grants.extensions import db
from grants.french import PARIS, count, of_month
from grants.rules.timesheets.sheet import Sheet
from grants.services.audit.deed import Deed
from grants.services.timesheets import steps as sheet_flow
from grants.services.timesheets import typing as sheet_entries
from grants.services.timesheets.access import SheetRights
from grants.services.timesheets.typing import CellProblem, SaveResult
from grants.views.timesheets.grid import NOTHING_REFUSED, Refused

SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Asked:
    """A page's fields, whose month they are, and by which right they were sent."""

    rights: SheetRights
    month: date
    typed: TypedSheet
    row: RowForm
    copy: CopyForm
    extra_rows: tuple[str, ...]
    deed: Deed


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the sheet as it stands, what was refused, one sentence, the empty rows to
    be kept on the page.
    """

    sheet: Sheet
    refused: Refused
    message: str
    problem: str
    extra_rows: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        """Whether something is to be mended."""
        return bool(self.problem or self.refused.messages)


def obey(asked: Asked) -> Answer:
    """Save what was typed, then do what the button asks. Flushes; the view commits."""
    answer = _answer(asked, _saved(asked, asked.typed.changes))
    button = BUTTONS.get(asked.typed.action[0])
    if button is None or answer.is_refused:
        return answer
    try:
        with db.session.begin_nested():
            return button(asked, answer)
    except GrantsError as error:
        return replace(answer, problem=str(error))


def _saved(asked: Asked, changes: Mapping[tuple[str, date], str | int]) -> SaveResult:
    typed = asked.typed
    return sheet_entries.save_cells(
        db.session(),
        changes=changes,
        before=typed.shown,
        comments=typed.comments,
        comments_before=typed.comments_before,
        extra_rows=asked.extra_rows,
        version=typed.version,
        may_override=asked.rights.overrides,
        person_id=asked.rights.person_id,
        month=asked.month,
        deed=asked.deed,
    )


def _answer(asked: Asked, saved: SaveResult, message: str = "") -> Answer:
    at = clock().now().astimezone(PARIS)
    return Answer(
        saved.sheet,
        _refused(saved.problems),
        message or f"Enregistré à {at:%H:%M}.",
        "",
        _still_empty(saved.sheet, asked.extra_rows),
    )


def _refused(problems: tuple[CellProblem, ...]) -> Refused:
    if not problems:
        return NOTHING_REFUSED
    return Refused(
        {problem.place: problem.text for problem in problems},
        {problem.place: problem.message for problem in problems},
    )


def _still_empty(sheet: Sheet, keys: tuple[str, ...]) -> tuple[str, ...]:
    used = {key for (key, _), minutes in sheet.minutes.items() if minutes}
    return tuple(key for key in keys if key not in used)


def _confirmed(asked: Asked, answer: Answer, days: list[date] | None) -> SaveResult:
    return sheet_entries.confirm_days(
        db.session(),
        days=days,
        may_override=asked.rights.overrides,
        extra_rows=asked.extra_rows,
        person_id=asked.rights.person_id,
        month=asked.month,
        version=answer.sheet.version,
        deed=asked.deed,
    )


def _confirm(asked: Asked, answer: Answer) -> Answer:
    days = [day for text in asked.typed.action[1].split() if (day := read_day(text))]
    saved = _confirmed(asked, answer, days or None)
    confirmed = len(answer.sheet.proposed_days) - len(saved.sheet.proposed_days)
    return _answer(asked, saved, f"{count(confirmed, 'jour confirmé')}.")


def _sign(asked: Asked, answer: Answer) -> Answer:
    sheet = answer.sheet
    if sheet.proposed_days:
        sheet = _confirmed(asked, answer, None).sheet
    signed = sheet_flow.sign_sheet(
        db.session(),
        person_id=asked.rights.person_id,
        month=asked.month,
        version=sheet.version,
        deed=asked.deed,
    )
    said = f"La feuille {of_month(asked.month)} est signée : votre responsable peut la valider."
    return replace(answer, sheet=signed, message=said)


def _add(asked: Asked, answer: Answer) -> Answer:
    form = asked.row
    if not form.validate():
        return replace(answer, problem="La ligne n'est pas ajoutée : corrigez le marché.")
    try:
        key = sheet_entries.add_row(
            db.session(),
            person_id=asked.rights.person_id,
            month=asked.month,
            convention_id=form.convention_id,
            activity=Activity(form.activity.data),
            market=form.market.data or "",
            as_of=clock().today(),
        )
    except Conflict as error:
        if error.field in form:
            form[error.field].errors = [str(error)]
        raise
    if key in answer.extra_rows:
        return replace(answer, problem="Cette ligne est déjà dans la feuille.")
    return replace(answer, message="Ligne ajoutée.", extra_rows=(*answer.extra_rows, key))


def _remove(asked: Asked, answer: Answer) -> Answer:
    key = asked.typed.action[1]
    saved = sheet_entries.remove_row(
        db.session(), person_id=asked.rights.person_id, month=asked.month,
        version=answer.sheet.version, key=key, deed=asked.deed,
    )  # fmt: skip
    kept = tuple(one for one in answer.extra_rows if one != key)
    return replace(_answer(asked, saved, "Ligne retirée."), extra_rows=kept)


def _clear(asked: Asked, answer: Answer) -> Answer:
    place = read_place(asked.typed.action[1])
    if place is None:
        return answer
    version = answer.sheet.version
    cleared = replace(asked.typed, version=version, shown=None, comments={})
    return _answer(asked, _saved(replace(asked, typed=cleared), {place: 0}), "Heures effacées.")


def _copy_day(asked: Asked, answer: Answer) -> Answer:
    form = asked.copy
    if not form.validate():
        return replace(answer, problem=" ".join(form.problems()))
    saved = sheet_entries.copy_day(
        db.session(), person_id=asked.rights.person_id, month=asked.month,
        version=answer.sheet.version, source=form.source, targets=form.targets, deed=asked.deed,
    )  # fmt: skip
    return _answer(asked, saved, "Journée recopiée.")


def _copy_month(asked: Asked, answer: Answer) -> Answer:
    saved = sheet_entries.copy_month(
        db.session(), person_id=asked.rights.person_id, month=asked.month,
        version=answer.sheet.version, deed=asked.deed,
    )  # fmt: skip
    return _answer(asked, saved, "Le mois précédent est repris : vérifiez, puis signez.")


BUTTONS: Mapping[str, Callable[[Asked, Answer], Answer]] = {
    "add": _add,
    "clear": _clear,
    "confirm": _confirm,
    "copy-day": _copy_day,
    "copy-month": _copy_month,
    "remove": _remove,
    SIGN: _sign,
}
