"""The page of one convention: terms, posts, money, claims, indicators, pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from forms.claims import PeriodForm
from grants.clock import clock
from grants.enums import AuditObject
from grants.errors import GrantsError
from grants.extensions import db
from grants.rules.claims.periods import claim_periods
from grants.services.audit.reading import object_history
from grants.services.claims.keeping import kept_claim
from grants.services.conventions.page import convention_details, get_convention
from grants.views.claims.links import claim_links
from grants.views.conventions.blueprint import blueprint
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.rules.basis.facts.conventions import Convention
    from grants.rules.claims.claim import Claim

SHOWN_EVENTS = 20


@blueprint.get("/conventions/<int:convention_id>")
def convention(convention_id: int) -> ResponseReturnValue:
    """A convention as it stands today."""
    today = clock().today()
    found = get_convention(db.session(), convention_id)
    claim, problem = _whole_claim(found)
    return render_template(
        "conventions/page.html",
        details=convention_details(db.session(), found, as_of=today),
        claim=claim,
        problem=problem,
        history=object_history(
            db.session(),
            organisation_id=found.organisation.id,
            kind=AuditObject.CONVENTION,
            key=found.number,
            limit=SHOWN_EVENTS,
        ),
        periods=[] if found.period.is_open else claim_periods(found, today),
        **claim_links(found, PeriodForm()),
    )


def _whole_claim(convention: Convention) -> tuple[Claim | None, str]:
    """Claim of all its days; or why there is none, so that the page shows the rest all the same."""
    if convention.period.is_open:
        return None, "La convention n'a pas de date de fin : choisissez une période pour le bilan."
    try:
        whole = kept_claim(
            db.session(),
            number=convention.number,
            as_of=clock().today(),
            organisation_id=convention.organisation.id,
            sees_pay=access().sees_pay(convention.organisation.id),
        )
    except GrantsError as error:
        return None, f"Le bilan ne peut pas être calculé : {error}"
    return whole, ""
