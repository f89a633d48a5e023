"""The page that a supervisor asks for; it tells nothing but whether the program works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from grants.extensions import db
from grants.services.health import database_answers
from grants.views.access import public

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    """200 while the database answers, 503 when it does not."""
    works = database_answers(db.session())
    text = "ok" if works else "la base de données ne répond pas"
    return f"{text}\n", 200 if works else 503, {"Content-Type": "text/plain; charset=utf-8"}
