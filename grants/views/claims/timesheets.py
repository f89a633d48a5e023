"""The time sheets that a claim rests on: where they stand, locked with it, opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template

from forms.asking import SheetReasonForm
from grants.errors import Conflict
from grants.extensions import db
from grants.french import count
from grants.rules.checks.claim_timesheets import lock_name
from grants.services.claims.keeping import kept_sheets
from grants.services.claims.timesheets import lock_claim_sheets, unlock_claim_sheets
from grants.views.claims.blueprint import blueprint
from grants.views.claims.links import claim_links
from grants.views.claims.page import AT, ROWS_PER_PAGE, asked_claim
from grants.views.edge.commits import commits, end_reading, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.permissions import may_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forms.claims import PeriodForm
    from grants.rules.claims.claim import Claim


@blueprint.get(f"{AT}/feuilles")
def claim_sheets(convention_id: int) -> ResponseReturnValue:
    """Every sheet that values a line, with its signatures and its lock."""
    return _page(*asked_claim(convention_id), SheetReasonForm(formdata=None))


@blueprint.post(f"{AT}/feuilles/verrouiller")
@commits
def lock_claim(convention_id: int) -> ResponseReturnValue:
    """Lock the signed ones for this claim."""
    found, asked = asked_claim(convention_id)
    end_reading()
    with giving_back(
        lambda refusal: _refused(convention_id, SheetReasonForm(formdata=None), refusal)
    ):
        sheets = lock_claim_sheets(db.session(), claim=found, deed=visitor_deed())
    flash(f"{count(sheets, 'feuille verrouillée')}.")
    return redirect(_address(found, asked), 303)


@blueprint.post(f"{AT}/feuilles/deverrouiller")
@commits
def unlock_claim(convention_id: int) -> ResponseReturnValue:
    """Open those that are locked for this claim."""
    (found, asked), form = asked_claim(convention_id), SheetReasonForm()
    if not form.validate_on_submit():
        return _page(found, asked, form, status=422)
    end_reading()
    with giving_back(lambda refusal: _refused(convention_id, form, refusal)):
        sheets = unlock_claim_sheets(db.session(), claim=found, deed=visitor_deed(form.reason.data))
    flash(f"{count(sheets, 'feuille déverrouillée')}.")
    return redirect(_address(found, asked), 303)


def _address(claim: Claim, period: PeriodForm) -> str:
    """The page again, for the period that was asked for."""
    return claim_links(claim.convention, period)["sheets_url"]("claim_sheets")


def _refused(convention_id: int, form: SheetReasonForm, refusal: Conflict) -> ResponseReturnValue:
    message = str(refusal).rstrip(".")
    return _page(
        *asked_claim(convention_id), form, message=f"{message[0].upper()}{message[1:]}.", status=422
    )


def _page(
    claim: Claim, period: PeriodForm, form: SheetReasonForm, *, message: str = "", status: int = 200
) -> ResponseReturnValue:
    name = lock_name(claim)
    stand = kept_sheets(db.session(), claim)
    page = render_template(
        "claims/sheets.html",
        claim=claim,
        stand=stand,
        page=paginate(stand.sheets, asked_page(), ROWS_PER_PAGE),
        lock_name=name,
        held=stand.locked_by(name),
        form=form,
        message=message,
        may_lock=may_in("claims.lock_claim", claim.convention.organisation.id),
        **claim_links(claim.convention, period, "claim_sheets"),
    )
    return page, status
