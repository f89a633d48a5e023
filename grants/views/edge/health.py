"""The two pages that a supervisor asks for; they tell nothing but whether the program works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, current_app

from grants.extensions import db
from grants.services.platform.health import reasons_not_ready
from grants.services.platform.storage import piece_storage
from grants.views.edge.access import public

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("health", __name__)
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    """200 while the process runs: a database that is away is no reason to restart it."""
    return "ok\n", 200, TEXT


@blueprint.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """200 when people can work, else 503 and why."""
    folder = Path(current_app.config["DATA_DIR"])
    reasons = reasons_not_ready(
        db.session(),
        data_dir=folder,
        pieces=piece_storage(folder).root,
        free_megabytes=current_app.config["FREE_MEGABYTES"],
    )
    return "\n".join(reasons or ("ok",)) + "\n", 503 if reasons else 200, TEXT
