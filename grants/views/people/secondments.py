"""Who is lent to the structure, and what proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from forms.people.secondments import SecondmentForm, SecondmentsForm
from grants.extensions import db
from grants.services.people import secondments as service
from grants.services.people.secondments import SecondmentRow, WantedSecondment
from grants.views.edge.asking import refuse
from grants.views.edge.cells import has_words
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.listing import (
    Column,
    Listing,
    ListView,
    answer_file,
    answer_page,
    show,
)
from grants.views.edge.permissions import may
from grants.views.people.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "letters"
LISTING: Listing[SecondmentRow] = Listing(
    title="Affectations et mises à disposition",
    what="affectations",
    nothing="Aucune affectation",
    endpoint="people.secondments",
    columns=(
        Column("person", "Agent", lambda row: row.person_name, width=28,
               link=lambda row: holding_url(row.id)),
        Column("code", "Matricule", lambda row: row.person_code, below=True),
        Column("post", "Poste", lambda row: row.post_code, width=20),
        Column("title", "Intitulé", lambda row: row.post_title, width=30, below=True),
        Column("start", "Du", lambda row: row.period.start, "day", 12),
        Column("end", "Au (inclus)", lambda row: row.period.last, "day", 12),
        Column("share", "Part", lambda row: row.share, "percent", 9),
        Column("seconded", "Mise à disposition", lambda row: row.is_secondment, "yes", 16),
        Column("agreement", "Convention nominative du", lambda row: row.agreement_on, "day", 22),
        Column("piece", "Pièce", lambda row: row.piece, width=20, below=True),
        Column("lacks", "À regarder", lambda row: row.lacks, "list", 40,
               order=lambda row: len(row.lacks)),
    ),
    filters={
        "q": lambda row, text: has_words(
            text, row.person_code, row.person_name, row.post_code, row.post_title
        ),
        "on": lambda row, day: row.period.contains(day),
        "only": lambda row, _: bool(row.lacks),
    },
    order="person",
    empty="Aucun agent n'est affecté à un poste : les affectations viennent du classeur, "
    "déposé à la page Importer.",
    section=SECTION,
    template="people/secondments.html",
)  # fmt: skip


@blueprint.get("/affectations")
def secondments() -> ResponseReturnValue:
    """The list of holdings."""
    return answer_page(_shown())


@blueprint.get("/affectations.<any(csv, xlsx):kind>")
def secondments_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    return answer_file(_shown(), kind)


@blueprint.route("/affectations/<int:holding_id>", methods=["GET", "POST"])
@commits
def secondment(holding_id: int) -> ResponseReturnValue:
    """What proves one secondment."""
    row = service.get_holding(db.session(), holding_id)
    form = SecondmentForm(obj=row)
    if not form.validate_on_submit():
        return _page(form, row)
    given = WantedSecondment(form.is_secondment.data, form.agreement_on.data, form.piece.data or "")
    with giving_back(lambda refusal: _page(form, row, refuse(form, refusal))):
        service.change_secondment(
            db.session(), holding_id=holding_id, wanted=given, deed=visitor_deed()
        )
    flash("L'affectation est enregistrée.")
    return redirect(url_for("people.secondments"), 303)


def _shown() -> ListView[SecondmentRow]:
    return show(LISTING, SecondmentsForm(request.args), service.list_holdings(db.session()))


def holding_url(holding_id: int) -> str:
    """Where a holding's proof is written down, for whoever may."""
    if not may("people.secondment"):
        return ""
    return url_for("people.secondment", holding_id=holding_id)


def _page(form: SecondmentForm, row: SecondmentRow, message: str = "") -> ResponseReturnValue:
    page = render_template(
        "people/secondment.html", form=form, row=row, message=message, section=SECTION
    )
    return page, 422 if form.is_submitted() else 200
