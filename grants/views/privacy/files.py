"""What pages that change an organisation or hand out personal data share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from exports.privacy.zip_file import personal_zip
from grants.clock import clock
from grants.services.platform.storage import FileStorage, piece_storage
from grants.views.edge.downloads import send_bytes

if TYPE_CHECKING:
    from flask import Response

    from exports.privacy.zip_file import PersonalFile


def storage() -> FileStorage:
    """Where files are kept."""
    return piece_storage(Path(current_app.config["DATA_DIR"]))


def send_personal(file: PersonalFile) -> Response:
    """Somebody's data as a file; the trail holds that it was taken."""
    today = clock().today()
    content = personal_zip(file, made_on=today)
    return send_bytes(content, f"donnees-personnelles_{today:%Y%m%d}.zip")
