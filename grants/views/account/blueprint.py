"""The blueprint of one's own account; its own module, so that no view meets a circle."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/account")
