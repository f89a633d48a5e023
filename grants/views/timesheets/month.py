"""One's own month, or somebody else's where one may read it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from forms.asking import SheetReasonForm
from forms.timesheets.month import RowForm
from grants.clock import clock
from grants.errors import NotFound
from grants.extensions import db
from grants.periods import add_months
from grants.rules.privacy.sheets import FOLDED_NOTE
from grants.rules.timesheets.sheet import Sheet
from grants.rules.timesheets.state import SheetEvent
from grants.services.timesheets.access import (
    SheetRight,
    SheetRights,
    get_sheet_rights,
    own_person,
    seen,
)
from grants.services.timesheets.loading import load_sheet
from grants.views.edge.permissions import held_roles
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.grid import NO_REFUSAL, Refusals, grid_of
from grants.views.timesheets.links import links_of
from grants.views.timesheets.reading import UNSIGNED

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

# Rows that somebody added and that hold no hours yet stand in the address.
ROWS = "ligne"


@blueprint.get("/feuilles")
def mine() -> ResponseReturnValue:
    """Lead to one's own running month."""
    person_id = own_person(held_roles())
    if person_id is None:
        return render_template("timesheets/nobody.html")
    return redirect(url_for("timesheets.month", person_id=person_id, month=clock().today()), 303)


@blueprint.get("/feuilles/<int:person_id>/<month:month>")
def month(person_id: int, month: date) -> ResponseReturnValue:
    """A person's month: fields for whoever may type, text for whoever may read."""
    today = clock().today()
    rights = get_sheet_rights(db.session(), held_roles(), person_id=person_id)
    sheet = load_sheet(
        db.session(),
        person_id=person_id,
        month=month,
        as_of=today,
        may_override=rights.overrides,
        extra_rows=added_rows(),
    )
    shown = seen([sheet], rights)
    if not shown:
        raise NotFound(UNSIGNED)
    return month_page(
        shown[0], rights, extra_rows=added_rows(), overdue=_overdue(rights, sheet, today)
    )


def _overdue(rights: SheetRights, sheet: Sheet, today: date) -> date | None:
    """Month before one's own running one, while it waits for one's signature."""
    if not rights.is_own or not sheet.month.contains(today):
        return None
    before = add_months(sheet.month.start, -1)
    last = load_sheet(db.session(), person_id=rights.person_id, month=before, as_of=today)
    waits = SheetEvent.SIGN in last.events and last.needs_sheet and last.contract_minutes
    return before if waits else None


def added_rows() -> tuple[str, ...]:
    """Keys of the empty rows that the address names."""
    return tuple(request.args.getlist(ROWS))


def month_page(
    sheet: Sheet,
    rights: SheetRights,
    *,
    extra_rows: tuple[str, ...] = (),
    refusals: Refusals = NO_REFUSAL,
    problem: str = "",
    overdue: date | None = None,
    row: RowForm | None = None,
    reason: SheetReasonForm | None = None,
) -> str:
    """The page of a month, after whatever happened to it."""
    if not sheet.needs_sheet and not sheet.minutes:
        return render_template(
            "timesheets/none.html", sheet=sheet, links=links_of(sheet, rights, clock().today())
        )
    offered = row or RowForm()
    offered.offer(sheet)
    grid = grid_of(
        sheet,
        may_type=rights.may(SheetRight.TYPE),
        today=clock().today(),
        refusals=refusals,
        week=request.values.get("week", 0, type=int),
    )
    return render_template(
        "timesheets/month.html",
        sheet=sheet,
        grid=grid,
        month=sheet.month.start,
        rights=rights,
        row=offered,
        reason=reason or SheetReasonForm(),
        links=links_of(sheet, rights, clock().today()),
        problem=problem,
        overdue=overdue,
        query=list(extra_rows),
        folded_note=FOLDED_NOTE,
    )
