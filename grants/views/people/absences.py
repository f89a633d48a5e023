"""Leave: the list, one absence, taking it away."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from exports.kit.tables import Cell, Table
from exports.kit.workbook import Column
from forms.asking import ReasonForm
from forms.people.absences import AbsenceForm, AbsencesForm
from forms.people.fields import chosen
from grants.clock import clock
from grants.enums import AbsenceKind
from grants.errors import Conflict
from grants.extensions import db
from grants.labels import label
from grants.services.people.absences import access as reach
from grants.services.people.absences import writing as records
from grants.services.people.absences.listing import (
    AbsenceFilter,
    AbsenceRow,
    filter_absences,
    list_absences,
    sort_absences,
)
from grants.services.people.absences.writing import Part, WantedAbsence
from grants.views.edge.asking import Question, ask, refuse
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.permissions import held_roles
from grants.views.edge.telling import told
from grants.views.people.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "absences"
PAGE_SIZE = 50
COLUMNS = (
    Column("Matricule", 14), Column("Agent", 28), Column("Motif", 24), Column("Du", 12, "date"),
    Column("Au (inclus)", 12, "date"), Column("Jours", 8, "number"), Column("Heures", 10, "number"),
    Column("IJSS attendues", 14), Column("Heures déclarées pendant", 24, "number"),
)  # fmt: skip


@blueprint.get("/absences")
def absences() -> ResponseReturnValue:
    """The list."""
    form, people, rows = _asked()
    return render_template(
        "people/absences/absences.html",
        form=form,
        page=paginate(rows, asked_page(), PAGE_SIZE),
        editable=people.editable,
        section=SECTION,
    )


@blueprint.get("/absences.<any(csv, xlsx):kind>")
def absences_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    _, _, rows = _asked()
    table = Table("Absences", COLUMNS, [_cells(row) for row in rows])
    return send_table(table, kind, created=clock().today())


@blueprint.route("/absences/nouvelle", methods=["GET", "POST"])
def new_absence() -> ResponseReturnValue:
    """Write an absence down."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    try:
        wanted = _wanted(form)
        reach.require_editable(db.session(), held_roles(), wanted.person_id)
        records.add_absence(db.session(), wanted=wanted, told=told())
    except Conflict as refusal:
        return _page(form, message=refuse(form, refusal))
    db.session.commit()
    flash("L'absence est enregistrée.")
    return redirect(url_for("people.absences"), 303)


@blueprint.route("/absences/<int:absence_id>", methods=["GET", "POST"])
def absence(absence_id: int) -> ResponseReturnValue:
    """Put an absence right."""
    reach.person_of_absence(db.session(), held_roles(), absence_id)
    form = _form()
    if request.method == "GET":
        _fill(form, absence_id)
    if not form.validate_on_submit():
        return _page(form, absence_id)
    try:
        records.change_absence(
            db.session(), absence_id=absence_id, wanted=_wanted(form), told=told()
        )
    except Conflict as refusal:
        return _page(form, absence_id, refuse(form, refusal))
    db.session.commit()
    flash("L'absence est enregistrée.")
    return redirect(url_for("people.absences"), 303)


@blueprint.route("/absences/<int:absence_id>/supprimer", methods=["GET", "POST"])
def remove_absence(absence_id: int) -> ResponseReturnValue:
    """Take an absence away, once it was said what that does."""
    reach.person_of_absence(db.session(), held_roles(), absence_id)
    form, question = ReasonForm(), _question(absence_id)
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    try:
        reason = told(form.reason.data or "")
        records.remove_absence(db.session(), absence_id=absence_id, told=reason)
    except Conflict as refusal:
        return ask(question, form, section=SECTION, message=refuse(form, refusal))
    db.session.commit()
    flash("L'absence est supprimée.")
    return redirect(url_for("people.absences"), 303)


def _asked() -> tuple[AbsencesForm, reach.AbsencePeople, Sequence[AbsenceRow]]:
    form = AbsencesForm(request.args)
    people = reach.absence_people(db.session(), held_roles())
    is_valid = form.validate()
    rows = list_absences(
        db.session(),
        person_ids=people.visible,
        as_of=clock().today(),
        period=form.period if is_valid else None,
    )
    if not is_valid:
        return form, people, rows
    wanted = AbsenceFilter(
        form.q.data or "", form.kind.data or "", form.period, bool(form.only.data)
    )
    key = form.sort.data or "-start"
    found = filter_absences(rows, wanted)
    descending = key.startswith("-")
    return form, people, sort_absences(found, key.removeprefix("-"), descending=descending)


def _cells(row: AbsenceRow) -> tuple[Cell, ...]:
    return (
        row.person_code,
        row.person_name,
        label(row.kind),
        row.period.start,
        None if row.period.is_open else row.period.last,
        row.period.days,
        _hours(row.minutes),
        "oui" if row.expects_ijss else "non",
        _hours(row.contradicted_minutes),
    )


def _hours(minutes: int | None) -> Decimal | None:
    return None if minutes is None else Decimal(minutes) / 60


def _form() -> AbsenceForm:
    form = AbsenceForm()
    people = reach.absence_people(db.session(), held_roles())
    form.offer(reach.named_persons(db.session(), people.editable))
    return form


def _fill(form: AbsenceForm, absence_id: int) -> None:
    row = records.get_absence(db.session(), absence_id)
    period = records.period_of(row)
    form.person.data = str(row.person_id)
    form.kind.data = row.kind
    form.first.data, form.last.data = period.start, period.last
    form.expects_ijss.data = row.expects_ijss
    if row.minutes is not None:
        form.part.data = Part.HOURS.value
        form.minutes.data = f"{row.minutes // 60}:{row.minutes % 60:02d}"


def _wanted(form: AbsenceForm) -> WantedAbsence:
    return WantedAbsence(
        chosen(form.person) or 0,
        AbsenceKind(form.kind.data),
        form.period,
        Part(form.part.data),
        form.minutes.minutes,
        bool(form.expects_ijss.data),
    )


def _question(absence_id: int) -> Question:
    text = records.text_of(records.get_absence(db.session(), absence_id))
    return Question(
        "Supprimer une absence",
        (
            f"L'absence {text} disparaît.",
            "Ces jours redeviennent à travailler sur la feuille de temps, à confirmer par l'agent.",
            "L'historique garde les jours et votre motif.",
        ),
        "Supprimer l'absence",
        url_for("people.absences"),
    )


def _page(
    form: AbsenceForm, absence_id: int | None = None, message: str = ""
) -> ResponseReturnValue:
    page = render_template(
        "people/absences/absence.html",
        form=form,
        absence_id=absence_id,
        message=message,
        section=SECTION,
    )
    return page, 422 if form.is_submitted() else 200
