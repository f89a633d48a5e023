"""The blueprint of the door; its own module, so that no view meets a circle."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("auth", __name__)
