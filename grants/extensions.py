"""The objects that Flask's extensions hand out: made here once, bound to an app by ``init_app``.

Nothing else lives here, so that any module may import them without meeting a circle.
"""

from __future__ import annotations

from sqlite3 import Connection as SQLiteConnection
from typing import TYPE_CHECKING

from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event

from grants.models.base import Base

if TYPE_CHECKING:
    from flask import Flask

BUSY_TIMEOUT_MS = 10_000

db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
login = LoginManager()
babel = Babel()
bootstrap = Bootstrap5()

login.login_view = "auth.login"
login.login_message = "Connectez-vous pour continuer."
login.login_message_category = "info"
login.session_protection = "strong"


def init_app(app: Flask) -> None:
    """Bind every extension to the app."""
    db.init_app(app)
    csrf.init_app(app)
    login.init_app(app)
    babel.init_app(app)
    bootstrap.init_app(app)


@event.listens_for(Engine, "connect")
def prepare_sqlite(dbapi_connection: object, _record: object) -> None:
    """Give each SQLite connection what PostgreSQL does by itself.

    The driver's own transactions are switched off (``isolation_level``): it opens them late and
    commits behind our back, so that savepoints leak. ``begin_sqlite`` opens them instead.
    """
    if not isinstance(dbapi_connection, SQLiteConnection):
        return
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA journal_mode = WAL")
    dbapi_connection.execute("PRAGMA synchronous = NORMAL")
    dbapi_connection.execute("PRAGMA foreign_keys = ON")
    dbapi_connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Connection) -> None:
    """Open a real transaction at the place where SQLAlchemy begins one."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
