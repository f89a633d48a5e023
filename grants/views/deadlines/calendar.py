"""The calendar of due days: its secret address, and what programs read there.

Its pages stand here and not beside the account's: those open before a second factor is given.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from exports.deadlines.calendar import due_calendar
from grants.clock import clock
from grants.extensions import db
from grants.services.deadlines import feed as service
from grants.services.deadlines.feed import FeedLinks, get_feed_items
from grants.services.timesheets.reminders import links_from
from grants.views.accounts.trail import tell
from grants.views.deadlines.blueprint import blueprint
from grants.views.edge.access import public
from grants.views.edge.commits import commits

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

TITLE = "Subventions de postes"
MADE, ENDED = "adresse faite", "adresse retirée"


@blueprint.get("/calendrier")
def feed() -> ResponseReturnValue:
    """Whether there is an address; never the address itself, which is kept by its hash."""
    return _page("")


@blueprint.post("/calendrier")
@commits
def renew_feed() -> ResponseReturnValue:
    """Make the address, and show it this once."""
    token = service.renew_feed(db.session(), user_id=current_user.account.id, at=clock().now())
    tell({"calendar": MADE})
    return _page(str(current_app.config["SITE_URL"]) + url_for("deadlines.calendar", token=token))


@blueprint.post("/calendrier/retirer")
@commits
def end_feed() -> ResponseReturnValue:
    """Let the address lead nowhere."""
    service.end_feed(db.session(), user_id=current_user.account.id)
    tell({"calendar": ENDED})
    flash("L'adresse du calendrier ne mène plus nulle part.")
    return redirect(url_for("deadlines.feed"), 303)


@blueprint.get("/calendrier/<token>.ics")
@public
def calendar(token: str) -> Response:
    """What is due for whom the address belongs to; the same all day, so that it is sent once."""
    today = clock().today()
    items = get_feed_items(db.session(), token=token, as_of=today, links=_links())
    at = datetime.combine(today, time(), UTC)
    response = make_response(due_calendar(items, title=TITLE, at=at))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="echeances.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response


def _links() -> FeedLinks:
    site = str(current_app.config["SITE_URL"])
    sheets = links_from(site)
    return FeedLinks(sheets.sheet, sheets.team, lambda number: f"{site}/conventions/{number}")


def _page(address: str) -> ResponseReturnValue:
    since = service.feed_since(db.session(), user_id=current_user.account.id)
    return render_template(
        "deadlines/calendar.html", since=since, address=address, section="account"
    )
