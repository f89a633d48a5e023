"""What Flask's extensions add to the site, and how it takes a request: nothing a command needs.

The database stands apart, in ``grants/extensions.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, request
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from grants.extensions import mark_writing

if TYPE_CHECKING:
    from flask import Flask

FORM_LIMIT = 1 << 20
READING = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()
login = LoginManager()
babel = Babel()

login.login_view = "accounts.login"
login.login_message = "Connectez-vous pour continuer."
login.login_message_category = "info"
# Its own protection is off for a cookie that outlives the browser (``session.permanent``), whatever
# it is set to, and ties a session to an address that changes on a train: ``views/edge/access`` ties
# it to the browser instead.
login.session_protection = None


def register(app: Flask) -> None:
    """Bind the site's extensions to the app."""
    app.before_request(_note_method)  # before the token of a form is looked for in its body
    app.before_request(_limit_body)
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


def _note_method() -> None:
    mark_writing(is_writing=request.method not in READING)


def _limit_body() -> None:
    """Take less from a form without files: it is read into memory whole, by anybody's order."""
    if request.mimetype == "application/x-www-form-urlencoded":
        limit = current_app.config["MAX_CONTENT_LENGTH"]
        request.max_content_length = min(limit or FORM_LIMIT, FORM_LIMIT)


def _forget_method(_error: BaseException | None) -> None:
    mark_writing(is_writing=False)
