"""The first page: every convention, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, url_for

from forms.conventions import ConventionsForm
from grants.clock import clock
from grants.enums import ConventionState
from grants.extensions import db
from grants.periods import Period
from grants.services.conventions.listing import (
    ConventionRow,
    list_conventions,
    total_conventions,
    urgency,
)
from grants.views.conventions.blueprint import blueprint
from grants.views.edge.cells import has_words
from grants.views.edge.listing import Column, Listing, ListView, answer_file, answer_page, show
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def delay(row: ConventionRow) -> str:
    """How long until the report is due, or since; nothing while none is asked for."""
    if row.days_left is None:
        return ""
    if row.state is ConventionState.LATE:
        return f"{-row.days_left} j de retard"
    return f"{row.days_left} j restants" if row.state is ConventionState.REPORT_DUE else ""


LISTING: Listing[ConventionRow] = Listing(
    title="Conventions",
    what="conventions",
    nothing="Aucune convention",
    endpoint="conventions.listing",
    file_endpoint="conventions.conventions_file",
    columns=(
        Column("number", "Convention", lambda row: row.convention.number, width=24,
               link=lambda row: url_for("conventions.convention", convention_id=row.convention.id)),
        Column("title", "Intitulé", lambda row: row.convention.title, width=40, below=True),
        Column("organisation", "Structure", lambda row: row.convention.organisation.name, width=28),
        Column("funder", "Financeur", lambda row: row.convention.funder_name, width=20),
        Column("scheme", "Dispositif", lambda row: row.convention.scheme_name, width=28,
               below=True),
        Column("start", "Début", lambda row: row.convention.period.start, "day", 12),
        Column("end", "Fin", lambda row: row.convention.period.last, "day", 12, below=True),
        Column("rate", "Taux", lambda row: row.terms.rate, "percent", 9),
        Column("fte", "ETP", lambda row: row.terms.fte, "number", 8, below=True),
        Column("maximum", "Maximum", lambda row: row.terms.maximum, "euro", has_total=True),
        Column("paid", "Versé", lambda row: row.paid, "euro", has_total=True),
        Column("left", "Reste", lambda row: row.left, "euro", has_total=True),
        Column("urgency", "État", lambda row: row.state, "member", 18, order=urgency),
        Column("due", "Bilan attendu le", lambda row: row.report_due_on, "day", below=True),
        Column("delay", "Délai", delay, width=16, below=True, order=lambda row: row.days_left),
    ),
    filters={
        "q": lambda row, text: has_words(
            text, row.convention.number, row.convention.title, row.convention.operation_number,
            row.convention.organisation.name, row.convention.funder_name,
            row.convention.scheme_name,
        ),
        "organisation": lambda row, name: row.convention.organisation.name == name,
        "funder": lambda row, name: row.convention.funder_name == name,
        "state": lambda row, state: row.state.value == state,
        "year": lambda row, year: row.convention.period.overlaps(Period.year(year)),
    },
    order="urgency",
    note="Les plus urgentes d'abord. « Reste » est ce que le montant maximum permet encore de "
    "verser ; la subvention due se lit sur chaque convention.",
    empty="",
    section="conventions",
    template="conventions/list.html",
)  # fmt: skip


@blueprint.get("/")
def listing() -> ResponseReturnValue:
    """List of conventions."""
    shown = _shown()
    return answer_page(shown, totals=total_conventions(shown.source.rows()))


@blueprint.get("/conventions.<any(csv, xlsx):kind>")
def conventions_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    shown = _shown()
    return answer_file(shown, kind, totals=total_conventions(shown.source.rows()))


def _shown() -> ListView[ConventionRow]:
    known, reached = list_conventions(db.session(), as_of=clock().today()), access()
    rows = [
        row for row in known if reached.reaches(row.convention.organisation.id, row.convention.id)
    ]
    form = ConventionsForm(request.args)
    form.offer(
        (row.convention.organisation.name for row in rows),
        (row.convention.funder_name for row in rows),
    )
    return show(LISTING, form, rows)
