"""Several months signed at once: first what will be signed, then one signature for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from forms.timesheets.team import ChosenForm
from grants.clock import clock
from grants.extensions import db
from grants.french import count
from grants.labels import label
from grants.rules.timesheets.attention import TeamLine, sort_lines, total_lines
from grants.services.timesheets.access import own_persons
from grants.services.timesheets.steps import SheetChoice, SheetRefusal, approve_sheets
from grants.services.timesheets.team import TeamMonth, team_month
from grants.views.edge.commits import commits, end_reading
from grants.views.edge.deed import account_deed
from grants.views.edge.permissions import held_roles
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.team_acting import acting, stands_in_for
from grants.views.timesheets.team_wording import shares_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.services.audit.deed import Actor

SECTION = "team"
TOLD = 10


@blueprint.get("/equipe/<month:month>/valider")
def approve(month: date) -> ResponseReturnValue:
    """What will be signed: the sheets that were ticked, or all that may be signed.

    Whoever asked for ticked ones and ticked none is not offered all.
    """
    team = _team(month)
    ticked = set(request.args.getlist("p", type=int))
    if "cochees" in request.args and not ticked:
        flash("Cochez au moins une feuille.", "refusal")
        return redirect(url_for("timesheets.month_of_team", month=month), 303)
    lines = [
        line
        for line in sort_lines(team.lines, "name")
        if (line.summary.person.id in ticked if ticked else line.is_approvable)
    ]
    ready = [line for line in lines if line.is_approvable]
    return render_template(
        "timesheets/team/approve.html",
        team=team,
        ready=ready,
        others=[line for line in lines if not line.is_approvable],
        totals=total_lines(ready),
        absent=stands_in_for(ready),
        form=ChosenForm(),
        today=clock().today(),
        shares_of=shares_of,
        reason_not_ready=reason_not_ready,
        section=SECTION,
    )


@blueprint.post("/equipe/<month:month>/valider")
@commits
def sign(month: date) -> ResponseReturnValue:
    """Sign what was shown; a sheet that changed meanwhile is left as it is, and told."""
    form = ChosenForm()
    chosen = form.choices(request.form.getlist("sheet")) if form.validate_on_submit() else []
    if not chosen:
        flash("Aucune feuille n'a été choisie : cochez celles que vous validez.", "refusal")
        return redirect(url_for("timesheets.month_of_team", month=month), 303)
    refusals = _signed(_team(month), chosen)
    _tell(len(chosen), refusals)
    return redirect(url_for("timesheets.month_of_team", month=month), 303)


def _team(month: date) -> TeamMonth:
    return team_month(db.session(), grants=held_roles(), month=month, as_of=clock().today())


def _signed(team: TeamMonth, chosen: Sequence[tuple[int, int]]) -> list[SheetRefusal]:
    """Sign in the visitor's own name, and for each absent colleague in theirs: at one moment."""
    refusals: list[SheetRefusal] = []
    deed, grouped = account_deed(current_user.account), _by_signer(team, chosen)
    end_reading()
    for (actor, name), sheets in grouped.items():
        refusals += approve_sheets(
            db.session(), sheets=sheets, deed=replace(deed, actor=actor), name=name,
            own_person_ids=own_persons(held_roles()),
        )  # fmt: skip
    return refusals


def _by_signer(
    team: TeamMonth, chosen: Sequence[tuple[int, int]]
) -> dict[tuple[Actor, str], list[SheetChoice]]:
    """Sheets by who signs them.

    Raises: NotFound: an agent of no team of the visitor's, or one whose sheets they do not sign.
    """
    grouped: dict[tuple[Actor, str], list[SheetChoice]] = defaultdict(list)
    for person_id, version in chosen:
        line = team.get_approver_line(person_id)
        grouped[acting(line)].append(SheetChoice(person_id, team.month.start, version))
    return grouped


def _tell(choices: int, refusals: Sequence[SheetRefusal]) -> None:
    done = choices - len(refusals)
    if done:
        flash(f"{count(done, 'feuille de temps signée', 'feuilles de temps signées')}.")
    for refusal in refusals[:TOLD]:
        flash(f"Non signée : {refusal.message}", "refusal")
    if len(refusals) > TOLD:
        flash(f"{len(refusals) - TOLD} autres feuilles n'ont pas été signées.", "refusal")


def reason_not_ready(line: TeamLine) -> str:
    """Why a sheet that was ticked is not signed with the others."""
    blocking = [one.message for one in line.summary.oddities if one.blocks]
    if blocking:
        return " ; ".join(blocking)
    if not line.may_approve:
        return "vous ne signez pas cette feuille : un autre responsable le fait"
    return f"elle n'attend pas votre signature ({label(line.situation).lower()})"
