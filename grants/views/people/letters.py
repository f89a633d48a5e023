"""Mission letters: the list, one letter, taking one away that was written by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from exports.kit.tables import Cell, Table
from exports.kit.workbook import Column
from forms.asking import ReasonForm
from forms.people.fields import chosen
from forms.people.letters import LetterForm, LettersForm
from grants.clock import clock
from grants.enums import LetterNature
from grants.errors import Conflict
from grants.extensions import db
from grants.french import EXACT, day_fr, percent
from grants.labels import label
from grants.services.people import letters as service
from grants.services.people.letter_choices import letter_conventions, letter_people, letter_persons
from grants.services.people.letters import LetterFilter, LetterRow, WantedLetter
from grants.views.edge.asking import Question, ask, refuse
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.permissions import held_roles
from grants.views.edge.telling import told
from grants.views.people.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "letters"
PAGE_SIZE = 50
COLUMNS = (
    Column("Matricule", 14), Column("Agent", 28), Column("Convention", 20), Column("Nature", 16),
    Column("Part", 9, "percent"), Column("Du", 12, "date"), Column("Au (inclus)", 12, "date"),
    Column("Datée du", 12, "date"), Column("Signée agent", 13, "date"),
    Column("Signée responsable", 18, "date"), Column("Acceptée le", 12, "date"),
    Column("Pièce", 20), Column("À regarder", 50),
)  # fmt: skip


@blueprint.get("/lettres")
def letters() -> ResponseReturnValue:
    """The list."""
    form, rows = _asked()
    return render_template(
        "people/letters.html",
        form=form,
        page=paginate(rows, asked_page(), PAGE_SIZE),
        section=SECTION,
    )


@blueprint.get("/lettres.<any(csv, xlsx):kind>")
def letters_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    table = Table("Lettres de mission", COLUMNS, [_cells(row) for row in _asked()[1]])
    return send_table(table, kind, created=clock().today())


@blueprint.route("/lettres/nouvelle", methods=["GET", "POST"])
def new_letter() -> ResponseReturnValue:
    """Write a letter down."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    try:
        service.add_letter(db.session(), wanted=_wanted(form), told=told())
    except Conflict as refusal:
        return _page(form, message=_refuse(form, refusal))
    db.session.commit()
    flash("La lettre de mission est enregistrée.")
    return redirect(url_for("people.letters"), 303)


@blueprint.route("/lettres/<int:letter_id>", methods=["GET", "POST"])
def letter(letter_id: int) -> ResponseReturnValue:
    """Put a letter right, end it, note its signatures."""
    row = service.get_letter(db.session(), letter_id)
    form = _form()
    if request.method == "GET":
        _fill(form, letter_id)
    form.person.data, form.convention.data = str(row.person_id), str(row.convention_id)
    if not form.validate_on_submit():
        return _page(form, letter_id)
    try:
        service.change_letter(db.session(), letter_id=letter_id, wanted=_wanted(form), told=told())
    except Conflict as refusal:
        return _page(form, letter_id, _refuse(form, refusal))
    db.session.commit()
    flash("La lettre de mission est enregistrée.")
    return redirect(url_for("people.letters"), 303)


@blueprint.route("/lettres/<int:letter_id>/supprimer", methods=["GET", "POST"])
def remove_letter(letter_id: int) -> ResponseReturnValue:
    """Take a letter away, once it was said what that does."""
    period = service.period_of(service.get_letter(db.session(), letter_id))
    form, question = ReasonForm(), _question(day_fr(period.start))
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    try:
        reason = told(form.reason.data or "")
        service.remove_letter(db.session(), letter_id=letter_id, told=reason)
    except Conflict as refusal:
        return ask(question, form, section=SECTION, message=refuse(form, refusal))
    db.session.commit()
    flash("La lettre de mission est supprimée.")
    return redirect(url_for("people.letters"), 303)


def _asked() -> tuple[LettersForm, Sequence[LetterRow]]:
    form = LettersForm(request.args)
    seen = letter_people(db.session(), held_roles())
    rows = service.list_letters(db.session(), person_ids=seen)
    if not form.validate():
        return form, rows
    wanted = LetterFilter(
        form.q.data or "", form.nature.data or "", form.on.data, bool(form.only.data)
    )
    key = form.sort.data or "person"
    found = service.filter_letters(rows, wanted)
    descending = key.startswith("-")
    return form, service.sort_letters(found, key.removeprefix("-"), descending=descending)


def _cells(row: LetterRow) -> tuple[Cell, ...]:
    return (
        row.person_code,
        row.person_name,
        row.number,
        label(row.nature),
        row.share,
        row.period.start,
        None if row.period.is_open else row.period.last,
        row.dated_on,
        row.signed_by_person_on,
        row.signed_by_manager_on,
        row.accepted_on,
        row.piece,
        ", ".join(row.lacks),
    )


def _form() -> LetterForm:
    form = LetterForm()
    form.offer(letter_persons(db.session()), letter_conventions(db.session()))
    return form


def _fill(form: LetterForm, letter_id: int) -> None:
    row = service.get_letter(db.session(), letter_id)
    period = service.period_of(row)
    form.nature.data = row.nature
    form.share.data = "" if row.share is None else percent(row.share, EXACT)
    form.first.data = period.start
    form.last.data = None if period.is_open else period.last
    for name in service.PAPERS:
        form[name].data = getattr(row, name)


def _wanted(form: LetterForm) -> WantedLetter:
    return WantedLetter(
        chosen(form.person) or 0,
        chosen(form.convention) or 0,
        LetterNature(form.nature.data),
        form.period,
        form.share.share,
        form.dated_on.data,
        form.signed_by_person_on.data,
        form.signed_by_manager_on.data,
        form.accepted_on.data,
        (form.piece.data or "").strip(),
    )


def _refuse(form: LetterForm, refusal: Conflict) -> str:
    if refusal.field.endswith("_id"):
        refusal.field = refusal.field.removesuffix("_id")
    return refuse(form, refusal)


def _question(first_day: str) -> Question:
    return Question(
        "Supprimer une lettre de mission",
        (
            f"La lettre qui commence le {first_day} disparaît : à réserver à une erreur de saisie. "
            "Pour y mettre fin, changez plutôt son dernier jour.",
            "Les bilans qui s'appuient sur elle changeront.",
            "L'historique garde ce qu'elle disait et votre motif.",
        ),
        "Supprimer la lettre",
        url_for("people.letters"),
    )


def _page(form: LetterForm, letter_id: int | None = None, message: str = "") -> ResponseReturnValue:
    page = render_template(
        "people/letter.html", form=form, letter_id=letter_id, message=message, section=SECTION
    )
    return page, 422 if form.is_submitted() else 200
