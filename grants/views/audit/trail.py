"""A search over the trail. Reading it writes nothing, its files included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from forms.audit import TrailForm
from grants.extensions import db
from grants.services.audit.reading import TrailEvent, TrailFilter, count_events, list_events
from grants.views.audit.blueprint import blueprint
from grants.views.edge.addresses import address
from grants.views.edge.listing import (
    Column,
    Listing,
    ListView,
    answer_file,
    answer_page,
    by_database,
    check,
)
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LISTING: Listing[TrailEvent] = Listing(
    title="Piste d'audit",
    what="événements",
    nothing="Aucun événement",
    endpoint="audit.trail",
    columns=(
        Column("at", "Quand", lambda event: event.at, "moment", 20),
        Column("number", "N°", lambda event: event.sequence, "number", 8, below=True),
        Column("organisation", "Structure", lambda event: event.organisation, width=28),
        Column("who", "Qui", lambda event: event.who, width=28),
        Column("role", "Rôle", lambda event: event.role, below=True),
        Column("via", "Par", lambda event: event.via, "member", 12, below=True),
        Column("origin", "Origine", lambda event: event.origin, width=18, below=True),
        Column("action", "Action", lambda event: event.action, "member", 22),
        Column("object", "Objet", lambda event: event.kind, "member", 22),
        Column("key", "Référence", lambda event: event.key, width=40, below=True,
               link=lambda event: object_url(event)),
        Column("changes", "Changement", lambda event: event.changes, "list", 60, sorts=False),
        Column("reason", "Motif", lambda event: event.reason, width=30, below=True),
        Column("hash", "Empreinte", lambda event: event.hash, width=66, sorts=False),
    ),
    filters=dict.fromkeys(("who", "object", "q", "action", "first", "last"), by_database),
    order="-at",
    note="Heures de Paris. Chaque structure a sa propre numérotation, sans trou.",
    empty="Rien n'a encore été fait.",
    section="audit",
    template="audit/trail.html",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Events:
    """Events that fit, cut by the database: a trail only grows."""

    wanted: TrailFilter
    sort: str

    def __len__(self) -> int:
        """How many there are."""
        return count_events(db.session, self.wanted, organisations=access().organisations)

    def rows(self, offset: int = 0, limit: int | None = None) -> Sequence[TrailEvent]:
        """Some of them, or all."""
        return list_events(
            db.session, self.wanted, organisations=access().organisations, sort=self.sort,
            offset=offset, limit=limit,
        )  # fmt: skip


@blueprint.get("/piste-audit")
def trail() -> ResponseReturnValue:
    """Events that fit, the latest first."""
    return answer_page(_shown())


@blueprint.get("/piste-audit.<any(csv, xlsx):kind>")
def trail_file(kind: str) -> ResponseReturnValue:
    """The same events, all pages of them, as a file."""
    return answer_file(_shown(), kind)


def object_url(event: TrailEvent) -> str:
    """History of what an event is about; none where it is about nothing in particular."""
    query = {"kind": event.kind.value, "key": event.key}
    if event.chain:
        query["organisation"] = str(event.chain)
    return address("audit.object_history", {}, query) if event.key else ""


def _shown() -> ListView[TrailEvent]:
    form = TrailForm(request.args)
    check(LISTING, form)
    wanted = TrailFilter(
        str(form.sound("who") or ""),
        str(form.sound("q") or ""),
        str(form.sound("object") or ""),
        str(form.sound("action") or ""),
        None if form.first.errors else form.first.data,
        None if form.last.errors else form.last.data,
    )
    return ListView(LISTING, form, Events(wanted, str(form.sound("sort") or LISTING.order)))
