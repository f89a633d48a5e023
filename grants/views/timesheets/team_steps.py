"""What is done to one sheet, with its reason: sent back, opened again, locked, unlocked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from forms.asking import SheetReasonForm
from forms.timesheets.team import ReopenForm
from grants.clock import clock
from grants.errors import Conflict, TransitionRefused
from grants.extensions import db
from grants.french import month_fr, read_day
from grants.services.timesheets import steps as flow
from grants.services.timesheets.access import SheetRight, get_sheet_rights
from grants.services.timesheets.team import require_shown, team_month
from grants.views.edge.commits import commits, end_reading, giving_back
from grants.views.edge.permissions import held_roles
from grants.views.edge.wording import sentence
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.team_acting import signing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.rules.timesheets.attention import TeamLine

AT = "/equipe/<month:month>/<int:person_id>"
SECTION = "team"
EARLIER = "Les signatures données jusqu'ici restent lisibles dans l'historique de la feuille."


@dataclass(frozen=True, slots=True)
class Step:
    """What a page says before it is done, who may do it, and what does it."""

    title: str
    button: str
    done: str
    right: SheetRight
    consequences: tuple[str, ...]
    form: type[SheetReasonForm]
    act: Callable[[TeamLine, SheetReasonForm], object]


@blueprint.route(f"{AT}/renvoyer", methods=["GET", "POST"])
@commits
def return_sheet(month: date, person_id: int) -> ResponseReturnValue:
    """Send a signed sheet back to the person."""
    return _asked(RETURN, month, person_id)


@blueprint.route(f"{AT}/rouvrir", methods=["GET", "POST"])
@commits
def reopen(month: date, person_id: int) -> ResponseReturnValue:
    """Open a month again, or one day of it."""
    return _asked(REOPEN, month, person_id)


@blueprint.route(f"{AT}/verrouiller", methods=["GET", "POST"])
@commits
def lock_sheet(month: date, person_id: int) -> ResponseReturnValue:
    """Lock one sheet."""
    return _asked(LOCK, month, person_id)


@blueprint.route(f"{AT}/deverrouiller", methods=["GET", "POST"])
@commits
def unlock_sheet(month: date, person_id: int) -> ResponseReturnValue:
    """Unlock one sheet."""
    return _asked(UNLOCK, month, person_id)


def _asked(step: Step, month: date, person_id: int) -> ResponseReturnValue:
    """Say what the step does and ask for its reason; then do it."""
    line = _line(step.right, month, person_id)
    form = _form(step, line)
    if not form.validate_on_submit():
        return _page(step, line, form)
    with giving_back(lambda refusal: _refused(step, month, person_id, form, refusal)):
        require_shown(line, form.version.data or "")
        end_reading()
        step.act(line, form)
    flash(f"{line.summary.person.name}, {month_fr(month)} : {step.done}.")
    return redirect(url_for("timesheets.month_of_team", month=month), 303)


def _line(right: SheetRight, month: date, person_id: int) -> TeamLine:
    """The person's month, for whoever may take the step.

    Raises: NotFound: out of reach. Forbidden: known, and not theirs to do.
    """
    get_sheet_rights(db.session(), held_roles(), person_id=person_id, right=right)
    team = team_month(db.session(), grants=held_roles(), month=month, as_of=clock().today())
    return team.get_line(person_id)


def _form(step: Step, line: TeamLine) -> SheetReasonForm:
    form = step.form()
    if not form.is_submitted():
        form.version.data = str(line.summary.version)
        if isinstance(form, ReopenForm):
            form.day.data = request.args.get("jour", None, type=read_day)
    return form


def _refused(
    step: Step,
    month: date,
    person_id: int,
    form: SheetReasonForm,
    refusal: Conflict | TransitionRefused,
) -> ResponseReturnValue:
    """The page once more, with what was typed and what stands now."""
    field = refusal.field if isinstance(refusal, Conflict) else ""
    line = _line(step.right, month, person_id)
    if field in ("reason", "day"):
        form[field].errors = [sentence(refusal)]
        return _page(step, line, form)
    form.version.data = str(line.summary.version)
    return _page(step, line, form, message=sentence(refusal), status=409)


def _page(
    step: Step, line: TeamLine, form: SheetReasonForm, *, message: str = "", status: int = 0
) -> ResponseReturnValue:
    page = render_template(
        "timesheets/team/step.html",
        step=step,
        line=line,
        form=form,
        message=message,
        section=SECTION,
    )
    return page, status or (422 if form.is_submitted() else 200)


def _return(line: TeamLine, form: SheetReasonForm) -> object:
    deed, name = signing(line, form.reason.data or "")
    person_id, month = _month_of(line)
    return flow.return_sheet(db.session(), person_id=person_id, month=month, deed=deed, name=name)


def _reopen(line: TeamLine, form: SheetReasonForm) -> object:
    day = form.day.data if isinstance(form, ReopenForm) else None
    deed, name = signing(line, form.reason.data or "")
    person_id, month = _month_of(line)
    return flow.reopen_sheet(
        db.session(), person_id=person_id, month=month, day=day, may_override=True, deed=deed,
        name=name,
    )  # fmt: skip


def _lock(line: TeamLine, form: SheetReasonForm) -> object:
    why = " ".join((form.reason.data or "").split())
    return flow.lock_sheets(
        db.session(), person_months=[_month_of(line)], locked_for=why[:LOCKED_FOR],
        deed=signing(line)[0],
    )  # fmt: skip


def _unlock(line: TeamLine, form: SheetReasonForm) -> object:
    return flow.unlock_sheets(
        db.session(),
        person_months=[_month_of(line)],
        deed=signing(line, form.reason.data or "")[0],
    )


def _month_of(line: TeamLine) -> tuple[int, date]:
    return line.summary.person.id, line.summary.month.start


LOCKED_FOR = 200
RETURN = Step(
    "Renvoyer la feuille à l'agent", "Renvoyer la feuille", "la feuille est renvoyée",
    SheetRight.APPROVE,
    (
        "La signature de l'agent est retirée : il corrige, puis signe à nouveau.",
        "Il lit votre motif en tête de sa feuille.",
        EARLIER,
    ),
    SheetReasonForm, _return,
)  # fmt: skip
REOPEN = Step(
    "Rouvrir la feuille", "Rouvrir", "la feuille est rouverte", SheetRight.REOPEN,
    (
        "Les deux signatures sont retirées et redemandées.",
        "Avec une date, ce seul jour devient modifiable ; sans date, tout le mois.",
        EARLIER,
    ),
    ReopenForm, _reopen,
)  # fmt: skip
LOCK = Step(
    "Verrouiller la feuille", "Verrouiller", "la feuille est verrouillée", SheetRight.LOCK,
    (
        "Plus personne ne peut saisir, signer ni rouvrir ce mois tant qu'il est verrouillé.",
        "Votre motif est affiché sur la feuille.",
    ),
    SheetReasonForm, _lock,
)  # fmt: skip
UNLOCK = Step(
    "Déverrouiller la feuille", "Déverrouiller", "la feuille est déverrouillée", SheetRight.LOCK,
    (
        "Le mois peut de nouveau être rouvert et corrigé pendant deux semaines.",
        "Les signatures restent tant que personne ne le rouvre.",
        "Un bilan déjà déposé repose peut-être sur ces heures : vérifiez-le avant.",
    ),
    SheetReasonForm, _unlock,
)  # fmt: skip
