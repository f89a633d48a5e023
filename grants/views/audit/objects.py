"""The history of one object, in words: for whoever reads the trail, and within one convention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from forms.audit import ObjectForm
from grants.enums import AuditObject
from grants.extensions import db
from grants.services.audit.reading import histories
from grants.services.conventions.histories import get_convention_objects, get_history_within
from grants.views.audit.blueprint import blueprint
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue

SHOWN_EVENTS = 200


@blueprint.get("/piste-audit/objet")
def object_history() -> ResponseReturnValue:
    """What was done to one object and its parts."""
    form = ObjectForm(request.args)
    valid, key = form.validate(), (form.key.data or "").strip()
    found = (
        histories(
            db.session(),
            chains=_chains(form),
            kind=AuditObject(form.kind.data),
            key=key,
            limit=SHOWN_EVENTS,
        )
        if valid and key
        else ()
    )
    page = render_template(
        "audit/object.html", form=form, key=key, history=found, shown=SHOWN_EVENTS
    )
    return page, 200 if valid else 422


@blueprint.get("/conventions/<int:convention_id>/historique")
def convention_history(convention_id: int) -> ResponseReturnValue:
    """The same, for the objects of one convention."""
    objects = get_convention_objects(db.session(), convention_id)
    form = ObjectForm(request.args)
    valid = form.validate()
    kind = AuditObject(form.kind.data) if valid else AuditObject.CONVENTION
    key = (form.key.data or objects.number) if valid else objects.number
    return render_template(
        "audit/convention.html",
        convention_id=convention_id,
        objects=objects,
        kind=kind,
        key=key,
        history=get_history_within(db.session(), objects, kind=kind, key=key, limit=SHOWN_EVENTS),
    )


def _chains(form: ObjectForm) -> Collection[int] | None:
    """Whose trail is read: what is within reach, or the one structure of it that was named."""
    reached = access().organisations
    named: int | None = form.organisation.data
    if named is None:
        return reached
    return frozenset({named}) if reached is None or named in reached else frozenset()
