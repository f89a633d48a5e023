"""Mission letters: the list, one letter, taking one away that was written by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from forms.asking import ReasonForm
from forms.people.fields import chosen
from forms.people.letters import LetterForm, LettersForm
from grants.enums import LetterNature
from grants.extensions import db
from grants.french import EXACT, day_fr, percent
from grants.services.facts.rows import period_of
from grants.services.people import letters as service
from grants.services.people.letter_choices import letter_conventions, letter_people, letter_persons
from grants.services.people.letters import LetterRow, WantedLetter
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
from grants.views.edge.permissions import held_roles, may
from grants.views.people.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "letters"
SHEET, LETTER = "feuille de temps chaque mois", "la lettre : pas de feuille"
LISTING: Listing[LetterRow] = Listing(
    title="Lettres de mission",
    what="lettres",
    nothing="Aucune lettre",
    endpoint="people.letters",
    columns=(
        Column("person", "Agent", lambda row: row.person_name, width=28,
               link=lambda row: letter_url(row.id)),
        Column("code", "Matricule", lambda row: row.person_code, below=True),
        Column("convention", "Convention", lambda row: row.number, width=20),
        Column("nature", "Nature", lambda row: row.nature, "member", 16),
        Column("share", "Part", lambda row: row.share, "percent", 9, below=True),
        Column("start", "Du", lambda row: row.period.start, "day", 12),
        Column("end", "Au (inclus)", lambda row: row.period.last, "day", 12, below=True),
        Column("proof", "Preuve du temps", lambda row: SHEET if row.needs_sheet else LETTER,
               width=26),
        Column("dated", "Datée du", lambda row: row.dated_on, "day", 12),
        Column("accepted", "Acceptée le", lambda row: row.accepted_on, "day", 12, below=True),
        Column("by_person", "Signée agent", lambda row: row.signed_by_person_on, "day", 13),
        Column("by_manager", "Signée responsable", lambda row: row.signed_by_manager_on, "day", 18,
               below=True),
        Column("piece", "Pièce", lambda row: row.piece, width=20),
        Column("lacks", "À regarder", lambda row: row.lacks, "list", 50,
               order=lambda row: len(row.lacks)),
    ),
    filters={
        "q": lambda row, text: has_words(text, row.person_code, row.person_name, row.number),
        "nature": lambda row, nature: row.nature.value == nature,
        "on": lambda row, day: row.period.contains(day),
        "only": lambda row, _: bool(row.lacks),
    },
    order="person",
    empty="Aucune lettre n'est enregistrée.",
    section=SECTION,
    template="people/letters.html",
    steps=(Step("people.new_letter", "Nouvelle lettre"),),
)  # fmt: skip


@blueprint.get("/lettres")
def letters() -> ResponseReturnValue:
    """The list."""
    return answer_page(_shown())


@blueprint.get("/lettres.<any(csv, xlsx):kind>")
def letters_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    return answer_file(_shown(), kind)


@blueprint.route("/lettres/nouvelle", methods=["GET", "POST"])
@commits
def new_letter() -> ResponseReturnValue:
    """Write a letter down."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    with giving_back(lambda refusal: _page(form, message=refuse(form, refusal))):
        service.add_letter(db.session(), wanted=_wanted(form), deed=visitor_deed())
    flash("La lettre de mission est enregistrée.")
    return redirect(url_for("people.letters"), 303)


@blueprint.route("/lettres/<int:letter_id>", methods=["GET", "POST"])
@commits
def letter(letter_id: int) -> ResponseReturnValue:
    """Put a letter right, end it, note its signatures."""
    row = service.get_letter(db.session(), letter_id)
    form = _form()
    if request.method == "GET":
        _fill(form, letter_id)
    form.person.data, form.convention.data = str(row.person_id), str(row.convention_id)
    if not form.validate_on_submit():
        return _page(form, letter_id)
    with giving_back(lambda refusal: _page(form, letter_id, refuse(form, refusal))):
        service.change_letter(
            db.session(), letter_id=letter_id, wanted=_wanted(form), deed=visitor_deed()
        )
    flash("La lettre de mission est enregistrée.")
    return redirect(url_for("people.letters"), 303)


@blueprint.route("/lettres/<int:letter_id>/supprimer", methods=["GET", "POST"])
@commits
def remove_letter(letter_id: int) -> ResponseReturnValue:
    """Take a letter away, once it was said what that does."""
    period = period_of(service.get_letter(db.session(), letter_id))
    form, question = ReasonForm(), _question(day_fr(period.start))
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    with giving_back(
        lambda refusal: ask(question, form, section=SECTION, message=refuse(form, refusal))
    ):
        deed = visitor_deed(form.reason.data or "")
        service.remove_letter(db.session(), letter_id=letter_id, deed=deed)
    flash("La lettre de mission est supprimée.")
    return redirect(url_for("people.letters"), 303)


def _shown() -> ListView[LetterRow]:
    seen = letter_people(db.session(), held_roles())
    rows = service.list_letters(db.session(), person_ids=seen)
    return show(LISTING, LettersForm(request.args), rows)


def letter_url(letter_id: int) -> str:
    """Where a letter is put right, for whoever may."""
    return url_for("people.letter", letter_id=letter_id) if may("people.letter") else ""


def _form() -> LetterForm:
    form = LetterForm()
    form.offer(letter_persons(db.session()), letter_conventions(db.session()))
    return form


def _fill(form: LetterForm, letter_id: int) -> None:
    row = service.get_letter(db.session(), letter_id)
    period = period_of(row)
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
