"""Styles, scripts and icons: few, small, and asked for once.

Their address holds a hash of all of them, so that a browser keeps them for a year and never asks
again; a new release has new addresses. Bootstrap comes out of its package, and of its two thousand
icons only those that pages show.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from grants.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from flask import Flask, Response

# Symbols of Bootstrap's icons that templates and views name; a house test compares.
ICONS = frozenset(
    {
        "arrow-counterclockwise", "arrow-left", "arrow-return-left", "box-arrow-up-right",
        "calculator", "calendar", "caret-down-fill", "caret-up-fill", "check-circle", "check2",
        "check2-all", "chevron-left", "chevron-right", "clock-history", "dash-circle", "download",
        "exclamation-octagon", "exclamation-triangle", "file-earmark-pdf",
        "file-earmark-spreadsheet", "file-earmark-zip", "filetype-csv", "filetype-json",
        "hourglass-split", "journal-text", "lock", "pen", "pencil", "person", "person-dash",
        "person-plus", "play-circle", "plus-circle", "plus-lg", "shield-lock", "trash", "unlock",
        "upload", "x", "x-octagon",
    }
)  # fmt: skip
ENDPOINT = "static"
DIGEST_LENGTH = 16
FOREVER = "public, max-age=31536000, immutable"
AGAIN = "public, no-cache"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
_SYMBOL = re.compile(r'<symbol\b[^>]*\bid="([^"]+)".*?</symbol>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: plain, and as small as gzip makes it."""

    kind: str
    plain: bytes = field(repr=False)
    packed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Assets:
    """Every file by its name, and the hash of all of them."""

    digest: str
    files: Mapping[str, Asset]


def register(app: Flask) -> None:
    """Serve the files; ``url_for("static", filename=…)`` knows the hash by itself."""
    app.add_url_rule("/static/<digest>/<path:filename>", ENDPOINT, send_asset)
    app.url_defaults(_add_digest)
    app.jinja_env.globals["icon_address"] = icon_address


def send_asset(digest: str, filename: str) -> Response:
    """One file, to be kept for a year.

    An address of another release (a page that stayed open, a server that was not replaced yet) gets
    today's file, which must not be kept under it.

    Raises: NotFound: there is no file of this name.
    """
    from flask import Response, request

    known = assets()
    asset = known.files.get(filename)
    if asset is None:
        raise NotFound("Ce fichier n'existe pas.")
    packs = request.accept_encodings["gzip"] > 0
    response = Response(asset.packed if packs else asset.plain, content_type=asset.kind)
    if packs:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = FOREVER if digest == known.digest else AGAIN
    response.set_etag(f"{known.digest}-{'gzip' if packs else 'plain'}")
    response.make_conditional(request)
    return response


def icon_address(name: str) -> str:
    """Address of one icon.

    Raises: LookupError: it is not among those that are sent.
    """
    from flask import url_for

    if name not in ICONS:
        raise LookupError(f"icon « {name} » is missing in grants/views/edge/assets.py")
    return url_for(ENDPOINT, filename="icons.svg", _anchor=name)


@lru_cache(maxsize=1)
def assets() -> Assets:
    """All files, read and packed once a process."""
    plain = {path.name: path.read_bytes() for path in sorted(_own_folder().iterdir())}
    plain["bootstrap.css"] = (_package() / "css" / "bootstrap.min.css").read_bytes()
    plain["icons.svg"] = only_icons(every_icon(), ICONS).encode()
    known = {
        name: Asset(KINDS[Path(name).suffix], content, gzip.compress(content, mtime=0))
        for name, content in sorted(plain.items())
    }
    return Assets(_digest(plain), known)


def every_icon() -> str:
    """The sheet of all two thousand icons that comes with the package."""
    return (_package() / "icons" / "bootstrap-icons.svg").read_text("utf-8")


def only_icons(every: str, wanted: frozenset[str]) -> str:
    """A sheet of the wanted symbols alone, cut out of a sheet that has them all.

    Raises: LookupError: the sheet lacks one.
    """
    found = {match[1]: match[0] for match in _SYMBOL.finditer(every) if match[1] in wanted}
    if missing := wanted - found.keys():
        raise LookupError(f"Bootstrap has no icon {', '.join(sorted(missing))}")
    symbols = "".join(found[name] for name in sorted(found))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def _digest(plain: Mapping[str, bytes]) -> str:
    hashed = sha256()
    for name, content in sorted(plain.items()):
        hashed.update(f"{name}\0{len(content)}\0".encode())
        hashed.update(content)
    return hashed.hexdigest()[:DIGEST_LENGTH]


def _package() -> Traversable:
    return files("flask_bootstrap") / "static" / "bootstrap5"


def _own_folder() -> Path:
    return Path(__file__).resolve().parents[2] / "static"


def _add_digest(endpoint: str, values: dict[str, object]) -> None:
    if endpoint == ENDPOINT:
        values.setdefault("digest", assets().digest)
