"""Where one is logged in, and how to end that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from grants.clock import clock
from grants.extensions import db
from grants.french import count
from grants.services.accounts.openid import login as openid
from grants.services.accounts.openid.login import list_identities
from grants.services.accounts.sessions import end_session, end_sessions, list_sessions
from grants.views.accounts.blueprint import blueprint
from grants.views.accounts.trail import tell
from grants.views.edge.commits import commits
from grants.views.edge.deed import visitor_deed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/compte")
def home() -> ResponseReturnValue:
    """Account, and the sessions that run under it."""
    me = current_user.account.id
    return render_template(
        "accounts/home.html",
        running=list_sessions(db.session(), user_id=me, at=clock().now()),
        identities=list_identities(db.session(), user_id=me),
        section="account",
    )


@blueprint.post("/compte/identites/<int:identity_id>/retirer")
@commits
def remove_identity(identity_id: int) -> ResponseReturnValue:
    """Let an identity provider open the account no more."""
    openid.remove_identity(
        db.session(),
        account=current_user.account,
        identity_id=identity_id,
        deed=visitor_deed(),
    )
    flash("Le lien avec le fournisseur d'identité est retiré.")
    return redirect(url_for("accounts.home"), 303)


@blueprint.post("/compte/sessions/<int:session_id>/terminer")
@commits
def end_one(session_id: int) -> ResponseReturnValue:
    """End one session, one's own included."""
    end_session(db.session(), user_id=current_user.account.id, session_id=session_id)
    tell({"sessions_ended": 1})
    flash("La session est terminée.")
    return redirect(url_for("accounts.home"), 303)


@blueprint.post("/compte/sessions/terminer-les-autres")
@commits
def end_others() -> ResponseReturnValue:
    """End every session but this one."""
    ended = end_sessions(
        db.session(), user_id=current_user.account.id, except_id=current_user.session_id
    )
    tell({"sessions_ended": ended})
    flash(f"{count(ended, 'autre session terminée')}.")
    return redirect(url_for("accounts.home"), 303)
