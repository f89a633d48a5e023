"""The blueprint that this room's modules hang their views on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("imports", __name__)
