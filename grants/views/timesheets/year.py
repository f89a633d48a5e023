"""A person's year: where each month stands, its hours, the share of each operation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import render_template

from grants.clock import clock
from grants.extensions import db
from grants.services.timesheets.access import get_sheet_rights, seen
from grants.services.timesheets.loading import load_year
from grants.views.edge.permissions import held_roles
from grants.views.timesheets.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/feuilles/<int:person_id>/<year:year>")
def year(person_id: int, year: int) -> ResponseReturnValue:
    """Twelve months of a person."""
    today = clock().today()
    rights = get_sheet_rights(db.session(), held_roles(), person_id=person_id)
    months = load_year(
        db.session(), person_id=person_id, year=year, as_of=today, seen=partial(seen, rights=rights)
    )
    return render_template("timesheets/year.html", months=months, person_id=person_id, year=year)
