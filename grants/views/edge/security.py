"""Headers that every answer carries, whatever view gave it.

No page needs a script or a style that stands in the page itself: an injected one does not run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grants.views.edge import assets

if TYPE_CHECKING:
    from flask import Flask, Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
HSTS = "max-age=31536000"


def register(app: Flask) -> None:
    """Add the headers after each request; a view may set a stricter one itself."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if not _is_public_file():
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_public_file() -> bool:
    from flask import request

    return request.endpoint == assets.ENDPOINT
