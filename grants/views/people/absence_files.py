"""A file of absences: chosen, looked at line by line, then taken."""

from __future__ import annotations

import base64
import binascii
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from forms.people.absences import AbsenceFileForm
from forms.people.fields import chosen
from grants.clock import clock
from grants.enums import AbsenceKind
from grants.errors import Unreadable
from grants.extensions import db
from grants.french import count
from grants.services.people.absences import access as reach
from grants.services.people.absences.files import read_absences
from grants.services.people.absences.importing import (
    AbsencePlan,
    Outcome,
    plan_import,
    run_import,
    unknown_words,
)
from grants.services.people.absences.reading import SIZE_LIMIT
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.permissions import held_roles
from grants.views.edge.wording import sentence
from grants.views.people.absences import SECTION
from grants.views.people.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

# What the page carries from the preview to the confirmation; forms take half a megabyte of text.
KEPT_LIMIT = 400_000
# Days around today in which repeated events are unfolded.
BACK, AHEAD = timedelta(days=2 * 366), timedelta(days=366)
GONE = "Le fichier n'est plus là : choisissez-le de nouveau."


@blueprint.route("/absences/import", methods=["GET", "POST"])
@commits
def absence_file() -> ResponseReturnValue:
    """Choose a file, look at what it would change, take it."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    try:
        plan = _plan(form)
    except Unreadable as refusal:
        form.kept.data = ""
        return _page(form, message=str(refusal))
    if "confirm" not in request.form:
        return _page(form, plan)
    with giving_back(lambda refusal: _page(form, plan, sentence(refusal))):
        written = run_import(db.session(), plan=plan, deed=visitor_deed())
    flash(f"{count(written, 'absence enregistrée')}.")
    return redirect(url_for("people.absences"), 303)


def _form() -> AbsenceFileForm:
    form = AbsenceFileForm()
    people = reach.absence_people(db.session(), held_roles())
    form.offer(reach.named_persons(db.session(), people.editable))
    return form


def _plan(form: AbsenceFileForm) -> AbsencePlan:
    content = _content(form)
    today = clock().today()
    file = read_absences(form.name.data or "", content, since=today - BACK, until=today + AHEAD)
    people = reach.absence_people(db.session(), held_roles())
    return plan_import(
        db.session(),
        file=file,
        person_ids=people.editable,
        as_of=today,
        person_id=chosen(form.person),
        kinds=_kinds(list(unknown_words(file))),
    )


def _content(form: AbsenceFileForm) -> bytes:
    """Bytes of the file just chosen, else of the one that the preview kept in the page."""
    upload = form.file.data
    if upload:
        content: bytes = upload.read(SIZE_LIMIT + 1)
        form.name.data = upload.filename
        kept = base64.b64encode(zlib.compress(content, 9)).decode()
        if len(content) <= SIZE_LIMIT and len(kept) > KEPT_LIMIT:
            raise Unreadable(
                f"« {upload.filename} » est trop long pour une page : découpez-le par année, ou "
                "passez par « grants absences import »"
            )
        form.kept.data = kept
        return content
    if not form.kept.data:
        raise Unreadable("Choisissez un fichier .csv ou .ics.")
    return _unpacked(form.kept.data)


def _unpacked(kept: str) -> bytes:
    # It went through the browser: anybody may have put anything there, a bomb included.
    try:
        packed = base64.b64decode(kept, validate=True)
        return zlib.decompressobj().decompress(packed, SIZE_LIMIT + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise Unreadable(GONE) from error


def _kinds(words: list[str]) -> dict[str, AbsenceKind]:
    """What the visitor said that unknown words mean."""
    found = {}
    for number, text in enumerate(words):
        value = request.form.get(f"kind-{number}", "")
        if value in set(AbsenceKind):
            found[text] = AbsenceKind(value)
    return found


def _page(
    form: AbsenceFileForm, plan: AbsencePlan | None = None, message: str = ""
) -> ResponseReturnValue:
    words = [] if plan is None else unknown_words(plan.file)
    page = render_template(
        "people/absences/absence_file.html",
        form=form,
        plan=plan,
        words=words,
        meanings=_kinds(list(words)),
        kinds=list(AbsenceKind),
        new=0 if plan is None else plan.count(Outcome.NEW),
        known=0 if plan is None else plan.count(Outcome.KNOWN),
        refused=0 if plan is None else plan.count(Outcome.REFUSED),
        message=message,
        section=SECTION,
    )
    return page, 422 if message else 200
