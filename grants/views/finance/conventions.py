"""The page of one convention: terms, posts, money, claims, indicators, pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template
from flask_login import current_user

from grants.clock import clock
from grants.errors import GrantsError
from grants.extensions import db
from grants.services.claims import claim_periods, compute_claim
from grants.services.convention_details import convention_details, get_convention
from grants.views.finance.blueprint import blueprint
from grants.views.finance.claim_links import claim_links

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.rules.claims import Claim
    from grants.rules.facts import Convention


@blueprint.get("/finance/conventions/<int:convention_id>")
def convention(convention_id: int) -> ResponseReturnValue:
    """A convention as it stands today."""
    today = clock().today()
    scope = current_user.account.organisation_id
    found = get_convention(db.session(), convention_id, organisation_id=scope)
    claim, problem = _whole_claim(found)
    return render_template(
        "finance/convention/page.html",
        details=convention_details(db.session(), found, as_of=today),
        claim=claim,
        problem=problem,
        periods=[] if found.period.is_open else claim_periods(found, today),
        **claim_links(found),
    )


def _whole_claim(found: Convention) -> tuple[Claim | None, str]:
    """Claim of all its days; or why there is none, so that the page shows the rest all the same."""
    if found.period.is_open:
        return None, "La convention n'a pas de date de fin : choisissez une période pour le bilan."
    try:
        claim = compute_claim(db.session(), number=found.number, as_of=clock().today())
    except GrantsError as error:
        return None, f"Le bilan ne peut pas être calculé : {error}"
    return claim, ""
