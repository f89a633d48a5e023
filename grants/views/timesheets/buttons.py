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
from grants.views.timesheets.grid import NO_REFUSAL, Refusals

SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Submission:
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
    refused: Refusals
    message: str
    problem: str
    extra_rows: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        """Whether something is to be mended."""
        return bool(self.problem or self.refused.messages)


def obey(submission: Submission) -> Answer:
    """Save what was typed, then do what the button asks. Flushes; the view commits."""
    answer = _answer(submission, _saved(submission, submission.typed.changes))
    button = BUTTONS.get(submission.typed.action[0])
    if button is None or answer.is_refused:
        return answer
    try:
        with db.session.begin_nested():
            return button(submission, answer)
    except GrantsError as error:
        return replace(answer, problem=str(error))


def _saved(submission: Submission, changes: Mapping[tuple[str, date], str | int]) -> SaveResult:
    typed = submission.typed
    return sheet_entries.save_cells(
        db.session(),
        changes=changes,
        before=typed.shown,
        comments=typed.comments,
        comments_before=typed.comments_before,
        extra_rows=submission.extra_rows,
        version=typed.version,
        may_override=submission.rights.overrides,
        person_id=submission.rights.person_id,
        month=submission.month,
        deed=submission.deed,
    )


def _answer(submission: Submission, saved: SaveResult, message: str = "") -> Answer:
    at = clock().now().astimezone(PARIS)
    return Answer(
        saved.sheet,
        _refused(saved.problems),
        message or f"Enregistré à {at:%H:%M}.",
        "",
        _still_empty(saved.sheet, submission.extra_rows),
    )


def _refused(problems: tuple[CellProblem, ...]) -> Refusals:
    if not problems:
        return NO_REFUSAL
    return Refusals(
        {problem.place: problem.text for problem in problems},
        {problem.place: problem.message for problem in problems},
    )


def _still_empty(sheet: Sheet, keys: tuple[str, ...]) -> tuple[str, ...]:
    used = {key for (key, _), minutes in sheet.minutes.items() if minutes}
    return tuple(key for key in keys if key not in used)


def _confirmed(submission: Submission, answer: Answer, days: list[date] | None) -> SaveResult:
    return sheet_entries.confirm_days(
        db.session(),
        days=days,
        may_override=submission.rights.overrides,
        extra_rows=submission.extra_rows,
        person_id=submission.rights.person_id,
        month=submission.month,
        version=answer.sheet.version,
        deed=submission.deed,
    )


def _confirm(submission: Submission, answer: Answer) -> Answer:
    days = [day for text in submission.typed.action[1].split() if (day := read_day(text))]
    saved = _confirmed(submission, answer, days or None)
    confirmed = len(answer.sheet.proposed_days) - len(saved.sheet.proposed_days)
    return _answer(submission, saved, f"{count(confirmed, 'jour confirmé')}.")


def _sign(submission: Submission, answer: Answer) -> Answer:
    sheet = answer.sheet
    if sheet.proposed_days:
        sheet = _confirmed(submission, answer, None).sheet
    signed = sheet_flow.sign_sheet(
        db.session(),
        person_id=submission.rights.person_id,
        month=submission.month,
        version=sheet.version,
        deed=submission.deed,
    )
    said = (
        f"La feuille {of_month(submission.month)} est signée : votre responsable peut la valider."
    )
    return replace(answer, sheet=signed, message=said)


def _add(submission: Submission, answer: Answer) -> Answer:
    form = submission.row
    if not form.validate():
        return replace(answer, problem="La ligne n'est pas ajoutée : corrigez le marché.")
    try:
        key = sheet_entries.add_row(
            db.session(),
            person_id=submission.rights.person_id,
            month=submission.month,
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


def _remove(submission: Submission, answer: Answer) -> Answer:
    key = submission.typed.action[1]
    saved = sheet_entries.remove_row(
        db.session(), person_id=submission.rights.person_id, month=submission.month,
        version=answer.sheet.version, key=key, deed=submission.deed,
    )  # fmt: skip
    kept = tuple(one for one in answer.extra_rows if one != key)
    return replace(_answer(submission, saved, "Ligne retirée."), extra_rows=kept)


def _clear(submission: Submission, answer: Answer) -> Answer:
    place = read_place(submission.typed.action[1])
    if place is None:
        return answer
    version = answer.sheet.version
    cleared = replace(submission.typed, version=version, shown=None, comments={})
    return _answer(
        submission, _saved(replace(submission, typed=cleared), {place: 0}), "Heures effacées."
    )


def _copy_day(submission: Submission, answer: Answer) -> Answer:
    form = submission.copy
    if not form.validate():
        return replace(answer, problem=" ".join(form.problems()))
    saved = sheet_entries.copy_day(
        db.session(), person_id=submission.rights.person_id, month=submission.month,
        version=answer.sheet.version, source=form.source, targets=form.targets,
        deed=submission.deed,
    )  # fmt: skip
    return _answer(submission, saved, "Journée recopiée.")


def _copy_month(submission: Submission, answer: Answer) -> Answer:
    saved = sheet_entries.copy_month(
        db.session(), person_id=submission.rights.person_id, month=submission.month,
        version=answer.sheet.version, deed=submission.deed,
    )  # fmt: skip
    return _answer(submission, saved, "Le mois précédent est repris : vérifiez, puis signez.")


BUTTONS: Mapping[str, Callable[[Submission, Answer], Answer]] = {
    "add": _add,
    "clear": _clear,
    "confirm": _confirm,
    "copy-day": _copy_day,
    "copy-month": _copy_month,
    "remove": _remove,
    SIGN: _sign,
}
