"""Leave: the list, one absence, taking it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from forms.asking import ReasonForm
from forms.people.absences import AbsenceForm, AbsencesForm
from forms.people.fields import chosen
from grants.clock import clock
from grants.enums import AbsenceKind
from grants.extensions import db
from grants.labels import label
from grants.services.facts.rows import period_of
from grants.services.people.absences import access as reach
from grants.services.people.absences import writing as records
from grants.services.people.absences.listing import AbsenceRow, list_absences
from grants.services.people.absences.writing import Part, WantedAbsence
from grants.views.edge.asking import Question, ask, refuse
from grants.views.edge.cells import has_words
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.listing import (
    Column,
    Listing,
    ListView,
    Step,
    answer_file,
    answer_page,
    show,
)
from grants.views.edge.permissions import held_roles
from grants.views.people.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "absences"
LISTING: Listing[AbsenceRow] = Listing(
    title="Absences",
    what="absences",
    nothing="Aucune absence",
    endpoint="people.absences",
    columns=(
        Column("person", "Agent", lambda row: row.person_name, width=28),
        Column("code", "Matricule", lambda row: row.person_code, below=True),
        Column("kind", "Motif", lambda row: row.kind, "member", 24),
        Column("start", "Du", lambda row: row.period.start, "day", 12),
        Column("end", "Au (inclus)", lambda row: row.period.last, "day", 12),
        Column("days", "Jours", lambda row: row.period.days, "number", 8),
        Column("hours", "Heures", lambda row: row.minutes, "hours", 10, below=True),
        Column("ijss", "IJSS attendues", lambda row: row.expects_ijss, "yes"),
        Column("contradicted", "Heures déclarées pendant",
               lambda row: row.contradicted_minutes or None, "hours", 24),
        Column("closed", "Ne se change plus", lambda row: row.closed_because, width=40),
    ),
    filters={
        "q": lambda row, text: has_words(text, row.person_code, row.person_name, label(row.kind)),
        "kind": lambda row, kind: row.kind.value == kind,
        "first": lambda row, day: row.period.last >= day,
        "last": lambda row, day: row.period.start <= day,
        "only": lambda row, _: row.contradicted_minutes > 0,
    },
    order="-start",
    empty="Aucune absence n'est enregistrée.",
    section=SECTION,
    template="people/absences/absences.html",
    steps=(
        Step("people.new_absence", "Nouvelle absence"),
        Step("people.absence_file", "Importer un fichier"),
    ),
)  # fmt: skip


@blueprint.get("/absences")
def absences() -> ResponseReturnValue:
    """The list."""
    people = reach.absence_people(db.session(), held_roles())
    return answer_page(_shown(people), editable=people.editable)


@blueprint.get("/absences.<any(csv, xlsx):kind>")
def absences_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    people = reach.absence_people(db.session(), held_roles())
    return answer_file(_shown(people), kind, editable=people.editable)


@blueprint.route("/absences/nouvelle", methods=["GET", "POST"])
@commits
def new_absence() -> ResponseReturnValue:
    """Write an absence down."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    with giving_back(lambda refusal: _page(form, message=refuse(form, refusal))):
        wanted = _wanted(form)
        reach.require_editable(db.session(), held_roles(), wanted.person_id)
        records.add_absence(db.session(), wanted=wanted, deed=visitor_deed())
    flash("L'absence est enregistrée.")
    return redirect(url_for("people.absences"), 303)


@blueprint.route("/absences/<int:absence_id>", methods=["GET", "POST"])
@commits
def absence(absence_id: int) -> ResponseReturnValue:
    """Put an absence right."""
    reach.person_of_absence(db.session(), held_roles(), absence_id)
    form = _form()
    if request.method == "GET":
        _fill(form, absence_id)
    if not form.validate_on_submit():
        return _page(form, absence_id)
    with giving_back(lambda refusal: _page(form, absence_id, refuse(form, refusal))):
        records.change_absence(
            db.session(), absence_id=absence_id, wanted=_wanted(form), deed=visitor_deed()
        )
    flash("L'absence est enregistrée.")
    return redirect(url_for("people.absences"), 303)


@blueprint.route("/absences/<int:absence_id>/supprimer", methods=["GET", "POST"])
@commits
def remove_absence(absence_id: int) -> ResponseReturnValue:
    """Take an absence away, once it was said what that does."""
    reach.person_of_absence(db.session(), held_roles(), absence_id)
    form, question = ReasonForm(), _question(absence_id)
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    with giving_back(
        lambda refusal: ask(question, form, section=SECTION, message=refuse(form, refusal))
    ):
        deed = visitor_deed(form.reason.data or "")
        records.remove_absence(db.session(), absence_id=absence_id, deed=deed)
    flash("L'absence est supprimée.")
    return redirect(url_for("people.absences"), 303)


def _shown(people: reach.AbsencePeople) -> ListView[AbsenceRow]:
    rows = list_absences(db.session(), person_ids=people.visible, as_of=clock().today())
    return show(LISTING, AbsencesForm(request.args), rows)


def _form() -> AbsenceForm:
    form = AbsenceForm()
    people = reach.absence_people(db.session(), held_roles())
    form.offer(reach.named_persons(db.session(), people.editable))
    return form


def _fill(form: AbsenceForm, absence_id: int) -> None:
    row = records.get_absence(db.session(), absence_id)
    period = period_of(row)
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
