"""What a month's page sends: as a form that leads to the page again, or cell by cell."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, jsonify, redirect, render_template, request, url_for

from forms.asking import SheetReasonForm
from forms.timesheets.month import NOTE, CopyForm, RowForm, cell_name, read_sheet
from grants.clock import clock
from grants.errors import Conflict
from grants.extensions import db
from grants.services.timesheets import steps as sheet_flow
from grants.services.timesheets.access import SheetRight, SheetRights, get_sheet_rights
from grants.services.timesheets.loading import load_sheet
from grants.views.edge.commits import commits, end_reading, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.permissions import held_roles
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.buttons import SIGN, Answer, Submission, obey
from grants.views.timesheets.grid import Grid, grid_of
from grants.views.timesheets.month import added_rows, month_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/feuilles/<int:person_id>/<month:month>")
@commits
def save(person_id: int, month: date) -> ResponseReturnValue:
    """Save what was typed, do what the button asks; what was refused comes back in its field."""
    asked = _asked(person_id, month)
    answer = obey(asked)
    if answer.is_refused:
        return _refused_page(asked, answer), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(answer.message)
    return redirect(
        url_for(
            "timesheets.month",
            person_id=person_id,
            month=month,
            ligne=list(answer.extra_rows),
            week=asked.typed.week or None,
            _anchor="grille",
        ),
        303,
    )


@blueprint.post("/feuilles/<int:person_id>/<month:month>/cellules")
@commits
def cells(person_id: int, month: date) -> ResponseReturnValue:
    """Save some cells of a page that stays open, and say what the server holds now."""
    asked = _asked(person_id, month)
    answer = obey(asked)
    return jsonify(_news(asked, answer))


@blueprint.post("/feuilles/<int:person_id>/<month:month>/reprendre")
@commits
def take_back(person_id: int, month: date) -> ResponseReturnValue:
    """Take one's own signature back while nobody approved, with a reason."""
    rights = get_sheet_rights(
        db.session(),
        held_roles(),
        person_id=person_id,
        right=SheetRight.SIGN,
    )
    form = SheetReasonForm()
    end_reading()
    with giving_back(lambda refusal: _unchanged_page(rights, month, form, str(refusal))):
        if not form.validate():
            raise Conflict("La signature n'est pas reprise : donnez un motif.", field="reason")
        deed = visitor_deed(form.reason.data)
        sheet_flow.take_back(db.session(), person_id=rights.person_id, month=month, deed=deed)
    flash("Votre signature est reprise : corrigez, puis signez de nouveau.")
    return redirect(url_for("timesheets.month", person_id=person_id, month=month), 303)


def _unchanged_page(
    rights: SheetRights, month: date, form: SheetReasonForm, problem: str
) -> ResponseReturnValue:
    sheet = load_sheet(db.session(), person_id=rights.person_id, month=month, as_of=clock().today())
    page = month_page(sheet, rights, reason=form, problem=problem)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _asked(person_id: int, month: date) -> Submission:
    """What the page sent, by somebody who may do it. Ends the reading, so that writing may begin.

    Whoever corrects another's hours types and never signs: nobody signs in another's name.
    """
    typed = read_sheet(request.form, month)
    rights = get_sheet_rights(
        db.session(),
        held_roles(),
        person_id=person_id,
        right=SheetRight.SIGN if typed.action[0] == SIGN else SheetRight.TYPE,
    )
    end_reading()
    return Submission(
        rights,
        month,
        typed,
        RowForm(request.form),
        CopyForm(request.form),
        added_rows(),
        visitor_deed(),
    )


def _refused_page(submission: Submission, answer: Answer) -> str:
    return month_page(
        answer.sheet,
        submission.rights,
        extra_rows=answer.extra_rows,
        refusals=answer.refused,
        problem=answer.problem,
        row=submission.row,
    )


def _news(submission: Submission, answer: Answer) -> dict[str, object]:
    """State of the whole month, small enough to be sent after each saving."""
    sheet = answer.sheet
    grid = grid_of(sheet, may_type=True, today=clock().today(), refusals=answer.refused)
    return {
        "version": sheet.version,
        "message": answer.message,
        "refusal": answer.problem,
        "cells": {
            cell_name(place): minutes
            for place, minutes in {**sheet.proposed, **sheet.minutes}.items()
            if minutes
        },
        "comments": {cell_name((NOTE, day.day)): day.comment for day in sheet.days},
        "proposed": [cell_name(place) for place in sheet.proposed],
        "waiting": grid.waiting_days.split(),
        "problems": _problems(answer, grid),
        "summary": render_template("timesheets/_summary.html", sheet=sheet, grid=grid),
        "typable": grid.is_typable,
    }


def _problems(answer: Answer, grid: Grid) -> list[dict[str, str]]:
    places = [cell_name((key or NOTE, day)) for key, day in answer.refused.messages]
    return [
        {"name": name, "where": one.where, "message": one.message}
        for name, one in zip(places, grid.refusals, strict=True)
    ]
