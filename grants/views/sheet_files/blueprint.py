"""The blueprint that this folder's modules hang their views on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("sheet_files", __name__)
