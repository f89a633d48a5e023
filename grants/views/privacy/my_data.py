"""One's own data, to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_login import current_user

from grants.extensions import db
from grants.services.privacy.export import export_own_data
from grants.views.edge.commits import commits
from grants.views.edge.deed import visitor_deed
from grants.views.privacy.blueprint import blueprint
from grants.views.privacy.files import send_personal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/compte/donnees")
@commits
def my_data() -> ResponseReturnValue:
    """Everything that is held about the visitor."""
    found = export_own_data(db.session(), user_id=current_user.account.id, deed=visitor_deed())
    return send_personal(found)
