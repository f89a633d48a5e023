"""Files as answers: their type, their name, and never a guess by the browser."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from flask import send_file

from exports.kit.tables import Table, table_csv, table_xlsx

if TYPE_CHECKING:
    from flask import Response

TYPES = {
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def send_table(table: Table, kind: str, *, created: date) -> Response:
    """A list as csv or xlsx, named after its title and its day."""
    content = table_csv(table) if kind == "csv" else table_xlsx(table, created=created)
    return send_bytes(content, f"{table.title.lower()}_{created:%Y%m%d}.{kind}")


def send_bytes(content: bytes, name: str) -> Response:
    """A small file made in memory."""
    return send_stream(BytesIO(content), name)


def send_stream(stream: BinaryIO | BytesIO | Path, name: str) -> Response:
    """A file of any size, read as it is sent."""
    kind = name.rpartition(".")[2]
    return send_file(stream, TYPES[kind], as_attachment=True, download_name=name)
