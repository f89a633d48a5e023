"""One line of log for each request: which page, how it ended, how long it took, whose account.

The address is not in it: it may hold a link that opens an account, or what somebody searched for.
The number of the request stands on the error page too, so that a person can tell it.
"""

from __future__ import annotations

import secrets
from time import monotonic_ns
from typing import TYPE_CHECKING

from grants.views.edge import assets

if TYPE_CHECKING:
    from flask import Flask, Response

HEADER = "X-Request-ID"
ID_BYTES = 8
NANOSECONDS = 1_000_000


def register(app: Flask) -> None:
    """Number each request first, and tell it last."""
    from grants import logs

    logs.configure(app.config["LOG_FORMAT"])
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_forget)


def request_id() -> str:
    """Number of the running request."""
    from flask import g

    return str(g.get("request_id", ""))


def _begin() -> None:
    from flask import g, request
    from structlog.contextvars import bind_contextvars, clear_contextvars

    g.request_id = secrets.token_hex(ID_BYTES)
    g.request_began = monotonic_ns()
    clear_contextvars()
    bind_contextvars(
        request_id=g.request_id, endpoint=request.endpoint or "none", method=request.method
    )


def _tell(response: Response) -> Response:
    from flask import g, request

    from grants.logs import logger

    if "request_id" not in g or request.endpoint == assets.ENDPOINT:
        return response
    account = getattr(g.get("_login_user"), "account", None)
    logger().info(
        "request",
        status=response.status_code,
        duration_ms=(monotonic_ns() - g.request_began) // NANOSECONDS,
        account_id=None if account is None else account.id,
    )
    response.headers[HEADER] = g.request_id
    return response


def _forget(_error: BaseException | None) -> None:
    from structlog.contextvars import clear_contextvars

    clear_contextvars()
