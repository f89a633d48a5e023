"""Pages and texts travel compressed, but never where somebody else chose what is in them.

A compressed page tells by its length whether a text that its address brought in stands in it twice.
Whoever may both send a visitor's browser to addresses of their choice and see how much comes back
could so guess, letter by letter, what the page says. Browsers tell which site asked; only what our
own pages, or the visitors themselves, ask for is compressed (ADR 13).
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask, Response

SMALLEST = 1024
LEVEL = 5
# Whom the browser names as having asked: a page of this site; the visitor (address bar, bookmark).
OWN_REQUESTS = frozenset({"same-origin", "none"})
JSON = "application/json"


def register(app: Flask) -> None:
    """Compress after everything else is said about an answer."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Pack an answer that is a text of some length, where nobody else chose the request."""
    if not _is_packable(response):
        return response
    response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    if _is_wanted() and len(body := response.get_data()) >= SMALLEST:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response


def _is_packable(response: Response) -> bool:
    kind = response.mimetype or ""
    is_text = kind.startswith("text/") or kind == JSON
    is_whole = not response.is_streamed and not response.direct_passthrough
    return is_text and is_whole and response.content_encoding is None


def _is_wanted() -> bool:
    from flask import request

    asked_by = request.headers.get("Sec-Fetch-Site")
    return asked_by in OWN_REQUESTS and request.accept_encodings["gzip"] > 0
