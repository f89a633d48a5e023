"""Give the password once more, then go on to the page that wanted it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request

from grants.views.accounts.blueprint import blueprint
from grants.views.accounts.targets import local_target
from grants.views.edge.commits import commits
from grants.views.edge.step_up import FIELD, ask_password, prove

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/compte/confirmer", methods=["GET", "POST"])
@commits
def prove_again() -> ResponseReturnValue:
    """Take the password; the page that asked for it stands in ``next``."""
    target = local_target(request.values.get("next"))
    if request.method == "GET":
        return ask_password(target=target, status=200)
    refusal = prove(request.form.get(FIELD, ""))
    if refusal is not None:
        return ask_password(*refusal, target=target)
    return redirect(target, 303)
