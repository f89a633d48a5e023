"""Pages for programs: whether this one works, for a supervisor; to whom a flaw is reported."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, current_app

from grants.clock import clock
from grants.config_site import warnings
from grants.extensions import db
from grants.services.platform.health import reasons_not_ready
from grants.services.platform.storage import piece_storage
from grants.views.edge.access import public

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("health", __name__)
# It must be renewed within a year: ours is made anew at each visit.
SECURITY_TXT_LASTS = timedelta(days=180)
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    """200 while the process runs: a database that is away is no reason to restart it."""
    return "ok\n", 200, TEXT


@blueprint.get("/.well-known/security.txt")
@public
def security_txt() -> ResponseReturnValue:
    """To whom a flaw is reported (RFC 9116)."""
    site, contact = current_app.config["SITE_URL"], current_app.config["SECURITY_CONTACT"]
    expires = clock().now() + SECURITY_TXT_LASTS
    lines = (
        f"Contact: {contact or f'{site}/connexion'}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {site}/.well-known/security.txt",
        *(() if contact else ("# GRANTS_SECURITY_CONTACT : adresse que l'exploitant doit donner",)),
    )
    return "\n".join(lines) + "\n", 200, TEXT


@blueprint.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """200 when people can work, else 503 and why; then what is set in a way that will hurt."""
    folder = Path(current_app.config["DATA_DIR"])
    reasons = reasons_not_ready(
        db.session(),
        data_dir=folder,
        pieces=piece_storage(folder).root,
        free_megabytes=current_app.config["FREE_MEGABYTES"],
    )
    told = warnings(
        over_https=current_app.config["SESSION_COOKIE_SECURE"],
        proxies=current_app.config["TRUSTED_PROXIES"],
    )
    lines = [*(reasons or ("ok",)), *(f"avertissement : {warning}" for warning in told)]
    return "\n".join(lines) + "\n", 503 if reasons else 200, TEXT
