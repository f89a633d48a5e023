"""A search over the trail. Reading it writes nothing, its files included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import render_template, request

from exports.kit.tables import Cell, Table
from exports.kit.workbook import Column
from forms.audit import TrailForm
from grants.clock import clock
from grants.extensions import db
from grants.french import moment_fr
from grants.labels import label
from grants.services.audit.reading import TrailEvent, TrailFilter, count_events, list_events
from grants.views.audit.blueprint import blueprint
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import Page, asked_page
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PAGE_SIZE = 50
NEWEST_FIRST = "-at"
COLUMNS = (
    Column("Quand", 20), Column("Structure", 28), Column("N°", 8, "number"), Column("Qui", 28),
    Column("Rôle", 14), Column("Par", 12), Column("Action", 22), Column("Objet", 22),
    Column("Référence", 40), Column("Changement", 60), Column("Motif", 30), Column("Origine", 18),
    Column("Empreinte", 66),
)  # fmt: skip


@blueprint.get("/piste-audit")
def trail() -> ResponseReturnValue:
    """Events that fit, the latest first."""
    form = TrailForm(request.args)
    valid = form.validate()
    page = _page(form if valid else TrailForm())
    return render_template("audit/trail.html", form=form, page=page), 200 if valid else 422


@blueprint.get("/piste-audit.<any(csv, xlsx):kind>")
def trail_file(kind: str) -> ResponseReturnValue:
    """The same events, all pages of them, as a file."""
    form = TrailForm(request.args)
    form = form if form.validate() else TrailForm()
    scope = access().organisations
    events = list_events(db.session, _wanted(form), organisations=scope, sort=_sort(form))
    rows = [_cells(event) for event in events]
    return send_table(Table("Piste d'audit", COLUMNS, rows), kind, created=clock().today())


def _page(form: TrailForm) -> Page[TrailEvent]:
    """One page, cut by the database: a trail only grows."""
    scope, wanted = access().organisations, _wanted(form)
    total = count_events(db.session, wanted, organisations=scope)
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(asked_page(), 1), pages)
    offset = (number - 1) * PAGE_SIZE
    events: Sequence[TrailEvent] = list_events(
        db.session,
        wanted,
        organisations=scope,
        sort=_sort(form),
        offset=offset,
        limit=PAGE_SIZE,
    )
    return Page(events, number, pages, total, offset + 1)


def _sort(form: TrailForm) -> str:
    return form.sort.data or NEWEST_FIRST


def _wanted(form: TrailForm) -> TrailFilter:
    return TrailFilter(
        (form.who.data or "").strip(),
        (form.q.data or "").strip(),
        form.object.data or "",
        form.action.data or "",
        form.first.data,
        form.last.data,
    )


def _cells(event: TrailEvent) -> tuple[Cell, ...]:
    return (
        moment_fr(event.at),
        event.organisation,
        event.sequence,
        event.who,
        event.role,
        label(event.via),
        label(event.action),
        label(event.kind),
        event.key,
        " ; ".join(event.changes),
        event.reason,
        event.origin,
        event.hash,
    )
