"""Where a log-in goes on to, and where the cookie keeps one that waits for its code."""

from __future__ import annotations

from urllib.parse import urlsplit

from grants.views.edge.navigation import home_page

# Where the cookie keeps a log-in that waits for its code.
STEP = "login_step"


def local_target(target: str | None) -> str:
    """Page of this site to go on to; anything that could lead elsewhere becomes the home page.

    Browsers read ``\\`` as ``/`` and skip control characters, so that ``/\\evil`` would leave.
    """
    home = home_page()
    if not target or not target.startswith("/") or "\\" in target or not target.isprintable():
        return home
    if target.startswith("//"):
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc else target
