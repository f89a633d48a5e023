"""The objects that Flask's extensions hand out: made here once, bound to an app by ``init_app``.

Nothing else lives here, so that any module may import them without meeting a circle.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from sqlite3 import Connection as SQLiteConnection
from typing import TYPE_CHECKING

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from werkzeug.middleware.proxy_fix import ProxyFix

from grants.errors import Busy
from grants.models.base import Base

if TYPE_CHECKING:
    from flask import Flask

BUSY_TIMEOUT_MS = 10_000
FORM_LIMIT = 1 << 20
# What SQLite (its primary codes) and PostgreSQL (a lock not had in time, a deadlock, a transaction
# that lost against another) say of work that only came at a bad moment.
_SQLITE_BUSY = frozenset({5, 6})
_POSTGRESQL_BUSY = frozenset({"55P03", "40P01", "40001"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})

db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
login = LoginManager()
babel = Babel()

login.login_view = "accounts.login"
login.login_message = "Connectez-vous pour continuer."
login.login_message_category = "info"
login.session_protection = "strong"

_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)


def init_app(app: Flask) -> None:
    """Bind every extension to the app."""
    app.before_request(_note_method)  # before the token of a form is looked for in its body
    app.before_request(_limit_body)
    db.init_app(app)
    csrf.init_app(app)
    login.init_app(app)
    babel.init_app(app)
    app.teardown_request(_forget_method)
    _trust_proxies(app)


def _trust_proxies(app: Flask) -> None:
    """Believe as many proxies about a visitor's address and https as stand before the site: nobody
    else can then choose the address under which the log-in throttle counts them.

    Not about the host's name: mails name the site by GRANTS_URL, pages by relative addresses.
    """
    count = app.config["TRUSTED_PROXIES"]
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's own way to wrap an app
            app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0
        )


@contextmanager
def writing() -> Iterator[None]:
    """Let SQLite's transactions that begin inside wait for the write lock at their beginning.

    One that reads first and writes later is refused at once when somebody wrote meanwhile: what it
    read is no longer so. Requests that may write run inside by themselves.
    """
    mark = _is_writing.set(True)
    try:
        yield
    finally:
        _is_writing.reset(mark)


def stop_writing() -> None:
    """Take back what this request wrote; what it reads from here on waits for nobody."""
    db.session.rollback()
    _is_writing.set(False)


def _note_method() -> None:
    from flask import request

    _is_writing.set(request.method not in READING)


def _limit_body() -> None:
    """Take less from a form without files: it is read into memory whole, by anybody's order."""
    from flask import current_app, request

    if request.mimetype == "application/x-www-form-urlencoded":
        limit = current_app.config["MAX_CONTENT_LENGTH"]
        request.max_content_length = min(limit or FORM_LIMIT, FORM_LIMIT)


def _forget_method(_error: BaseException | None) -> None:
    _is_writing.set(False)


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
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing.get() else "BEGIN")


@event.listens_for(Engine, "handle_error")
def tell_busy(context: ExceptionContext) -> Busy | None:
    """Say in the domain's words that somebody else holds the database: no fault of the program."""
    error = context.original_exception
    sqlite_code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells which lock it was
    is_busy = sqlite_code in _SQLITE_BUSY or getattr(error, "sqlstate", None) in _POSTGRESQL_BUSY
    return Busy() if is_busy else None
