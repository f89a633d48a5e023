"""Acts that want the password once more: an open screen, or a stolen cookie, is not enough.

Who logged in a moment ago has just proved it. Where the proof is too old the act stops at a
question; a form that was sent goes on, once the password is right, with all that was typed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template, request, session
from flask_login import current_user

from forms.accounts import ConfirmForm
from grants.clock import clock
from grants.errors import Conflict
from grants.extensions import db
from grants.services.accounts.throttling import TooManyTries
from grants.services.accounts.users import require_password
from grants.views.edge.deed import visitor_origin
from grants.views.edge.wording import sentence

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

# Rights, exports of data, purges, files that hold pay.
ENDPOINTS = frozenset(
    {
        "audit.trail_file", "claims.claim_file", "imports.stored_file", "privacy.confirm_purge",
        "privacy.export_account", "privacy.export_person", "privacy.switch_eligibility",
        "roles.answer_own_request", "roles.answer_request",
        "roles.deactivate", "roles.new_delegation", "roles.new_invitation",
        "roles.new_role", "roles.own_delegations", "roles.reactivate", "roles.resend_invitation",
        "roles.role_end", "roles.second_factor",
    }
)  # fmt: skip
# These show before they act: only their forms want a proof.
SHOWN_FREELY = frozenset({"roles.own_delegations"})
FRESH = timedelta(minutes=15)
# Of a form that was opened in time and took a while to fill in.
FRESH_FORM = timedelta(minutes=30)
PROVED_AT = "proved_at"
FIELD = "step_up_password"
HIDDEN = frozenset({FIELD, "csrf_token"})


def register(app: Flask) -> None:
    """Guard the requests, after it was seen who may open what."""
    app.before_request(require_fresh_password)


def note_proof() -> None:
    """The person at the screen has just proved who they are."""
    session[PROVED_AT] = clock().now().isoformat()


def require_fresh_password() -> ResponseReturnValue | None:
    """Ask for the password where the last proof is too old; None where the request may go on."""
    endpoint = request.endpoint
    if endpoint not in ENDPOINTS or not current_user.is_authenticated or is_fresh():
        return None
    if request.method == "GET" and endpoint in SHOWN_FREELY:
        return None
    if FIELD not in request.form:
        return ask_password()
    refusal = prove(request.form[FIELD])
    return None if refusal is None else ask_password(*refusal)


def is_fresh() -> bool:
    """Whether the last proof is young enough for this request."""
    kept = session.get(PROVED_AT)
    lasts = FRESH if request.method == "GET" else FRESH_FORM
    return kept is not None and clock().now() - datetime.fromisoformat(kept) < lasts


def prove(password: str) -> tuple[str, int] | None:
    """Take the password; why it does not do, with the status, or None when it does. A refusal
    counts like any other.
    """
    try:
        require_password(
            db.session(),
            user_id=current_user.account.id,
            password=password,
            address=visitor_origin(),
            at=clock().now(),
        )
    except Conflict as refusal:
        db.session.commit()
        return sentence(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    except TooManyTries as refusal:
        return str(refusal), HTTPStatus.TOO_MANY_REQUESTS
    note_proof()
    return None


def ask_password(
    message: str = "", status: int = HTTPStatus.FORBIDDEN, target: str = ""
) -> ResponseReturnValue:
    """The question; what was typed waits in it. ``target`` is the page to go on to."""
    is_reading = request.method == "GET" or bool(target)
    kept = [] if is_reading else list(request.form.items(multi=True))
    page = render_template(
        "accounts/prove.html",
        form=ConfirmForm(formdata=None),
        kept=[(name, value) for name, value in kept if name not in HIDDEN],
        field=FIELD,
        target=(target or request.full_path.rstrip("?")) if is_reading else "",
        message=message,
        section="account",
    )
    return page, status
