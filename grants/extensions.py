"""The database of an app: made here once, bound to it by ``init_app``; site and commands share it.

Nothing else lives here, so that any module may import it without meeting a circle, and commands
load none of what only pages need (``views/edge/extensions.py`` holds that). Those that need no app
at all take ``grants.cli.application.with_program``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_sqlalchemy import SQLAlchemy

from grants.connections import mark_writing as mark_writing
from grants.connections import writing as writing
from grants.models.base import Base

if TYPE_CHECKING:
    from flask import Flask

db = SQLAlchemy(model_class=Base)


def init_app(app: Flask) -> None:
    """Bind the database to the app."""
    db.init_app(app)


def stop_writing() -> None:
    """Take back what this request wrote; what it reads from here on waits for nobody."""
    db.session.rollback()
    mark_writing(is_writing=False)
